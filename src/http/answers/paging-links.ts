// Adds a link to the next page to answers, for clients that fetch `paging.next.link` as it stands instead of sending
// `after` again.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Config, publicUrl } from '../../config';

/** An answer, or a part of one, that may be a page of a list or hold some. */
interface Paged {
  /** A list within an answer says by which path it goes on. */
  readonly paging?: { readonly next?: { readonly after: string; readonly link?: string } };
  readonly results?: readonly unknown[];
  /** Of a record, by object type; something else has a list of this name. */
  readonly associations?: Readonly<Record<string, unknown>> | readonly unknown[];
}

@Injectable()
export class PagingLinks implements NestInterceptor {
  constructor(private readonly config: Config) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const address = addressOf(this.config, request);
    const url = request.method === 'GET' ? request.originalUrl : undefined;
    return next.handle().pipe(map((body) => linked(body, address, url)));
  }
}

/** The address under which a client reaches Strata: PUBLIC_URL, or else what the client itself called it. */
export function addressOf(
  config: Config,
  { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>,
): string {
  const isCalled = config.PUBLIC_URL === undefined && /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host);
  return isCalled ? `${protocol}://${host}` : publicUrl(config);
}

/**
 * Adds the link to the next page of a list, which asks the same question (`url`) from there, and completes the links of
 * the lists within it.
 */
export function linked(body: unknown, address: string, url?: string): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { paging, results, associations } = body as Paged;
  const path = paging?.next && (url === undefined ? paging.next.link : from(url, paging.next.after));
  const lists = associations && !Array.isArray(associations) ? Object.entries(associations) : [];
  if (!path && !Array.isArray(results) && lists.length === 0) return body;
  const within = (part: unknown) => linked(part, address);
  return {
    ...body,
    ...(Array.isArray(results) && { results: results.map(within) }),
    ...(lists.length > 0 && {
      associations: Object.fromEntries(lists.map(([type, list]) => [type, within(list)])),
    }),
    ...(path && { paging: { next: { after: paging.next.after, link: address + path } } }),
  };
}

/** The same question, from another place on. */
export function from(url: string, after: string): string {
  const [path, asked] = url.split('?');
  const query = new URLSearchParams(asked);
  query.set('after', after);
  return `${path}?${query.toString()}`;
}
