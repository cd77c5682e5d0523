// Serves the console, a client of the API in the browser: its pages, each with a policy that lets nothing run or be asked
// but what comes from here, and the files that they load.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../refusals';
import { type ConsoleFile, readConsole, type Variant } from './console-files';
import { isOfApi, pageRoots } from './pages';

/** What stands in the page for the word that its styles show, another one in each answer. */
const NONCE = '__NONCE__';
const NONCE_BYTES = 16;

/** Files whose names change with what is in them: a browser that has one need never ask for it again. */
const HASHED = /^\/assets\//;
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Styles that a script puts into the page show the nonce; no script does, since all of them are files. */
const policyWith = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join(';');

type Answer = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** Where the console is not built, whoever asks for a page of it is led to the description of the API. */
export async function serveConsole(fastify: FastifyInstance, folder: string): Promise<void> {
  const files = await readConsole(folder);
  const serve = (url: string, answer: Answer) => fastify.get(url, { config: { access: 'public' } }, answer);
  const page: Answer = files ? pageOf(files.index) : (_, reply) => reply.redirect('/docs');

  serve('/', page);
  for (const root of pageRoots) {
    serve(`/${root}`, page);
    serve(`/${root}/*`, (request, reply) => {
      if (isOfApi(request.url)) throw new Refusal('route-unknown');
      return page(request, reply);
    });
  }
  // Nothing is found by the address that is asked for: these are all that there are.
  for (const file of files?.others ?? []) serve(file.path, answerOf(file));
}

function pageOf(index: string): Answer {
  const parts = index.split(NONCE);
  return (_, reply) => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    // Links that count once lead to pages: where they lead on to hears nothing of them.
    return reply
      .header('Content-Security-Policy', policyWith(nonce))
      .header('Referrer-Policy', 'no-referrer')
      .header('Content-Type', 'text/html; charset=utf-8')
      .send(Buffer.from(parts.join(nonce)));
  };
}

function answerOf({ path, type, variants }: ConsoleFile): Answer {
  const caching = HASHED.test(path) ? FOR_EVER : 'public, max-age=300';
  return ({ headers }, reply) => {
    const { coding, bytes, etag } = chosen(variants, headers['accept-encoding']);
    const vary = [reply.getHeader('Vary') ?? [], 'Accept-Encoding'].flat().join(', ');
    void reply.header('Vary', vary).header('Cache-Control', caching).header('ETag', etag);
    const has = headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
    if (has?.includes(etag)) return reply.status(304).send();
    if (coding) void reply.header('Content-Encoding', coding);
    return reply.header('Content-Type', type).send(bytes);
  };
}

/** The first that the client takes; as it is, where it says nothing of codings. */
function chosen(variants: readonly Variant[], accepted: string | string[] = ''): Variant {
  const takes = new Set(
    String(accepted)
      .toLowerCase()
      .split(',')
      .map((one) => one.split(';').map((part) => part.trim()))
      .filter(([, quality = 'q=1']) => !/^q=0(?:\.0*)?$/.test(quality))
      .map(([coding]) => coding!),
  );
  return variants.find(({ coding }) => coding === undefined || takes.has(coding))!;
}
