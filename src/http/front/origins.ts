// Which pages of the web may act in the name of whoever has them open: those that this server is the origin of, and
// those whose origins the operator lists.
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config';

/** Whether a request came by TLS, to this server or to the proxy in front that is trusted to say so. */
export const isByTls = ({ PUBLIC_URL }: Config, { protocol }: Pick<FastifyRequest, 'protocol'>): boolean =>
  protocol === 'https' || (PUBLIC_URL?.startsWith('https:') ?? false);

/**
 * Whether a request came from a page that may send it. A request that names no origin came from no page of another
 * origin: browsers name it with everything that changes something.
 */
export function isFromTrustedPage(config: Config, request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  const own = [config.PUBLIC_URL ?? [], `${request.protocol}://${request.host}`].flat();
  return isListed(config, origin) || own.some((url) => originOf(url) === origin);
}

export const isListed = ({ CORS_ORIGINS }: Config, origin: string): boolean =>
  CORS_ORIGINS?.includes(origin) ?? false;

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
