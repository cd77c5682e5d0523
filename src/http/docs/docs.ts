// Serves the OpenAPI document and its page to anybody: they tell of the product, not of an account. Each is made once,
// when it is first asked for (before, it would only slow down the start), and has an ETag.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultReports } from '../../supervision/faults';
import { runInThread } from '../../jobs/thread.client';
import type { Description } from './openapi.worker';

const interfaceFiles = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const interfaceFolder = dirname(require.resolve('swagger-ui-dist/package.json'));

/** `base` makes the page work with a slash at the end of its address and without, and below a proxy's path. */
const html = (base: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Strata</title>
<base href="${base}">
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" type="image/png" href="favicon-32x32.png">
</head>
<body>
<div id="page"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="page.js"></script>
</body>
</html>
`;
/** Tags are closed, and schemas stand last and closed: who comes sees what there is, and where to authorize. */
const options = { docExpansion: 'none', defaultModelsExpandDepth: 0, filter: true, deepLinking: true };
const script = `SwaggerUIBundle({ url: '../openapi.json', dom_id: '#page', ...${JSON.stringify(options)} });\n`;

export function serveDocs(fastify: FastifyInstance, version: string, faults: FaultReports): void {
  const closing = new AbortController();
  fastify.addHook('preClose', async () => closing.abort());
  const description = once(async () => {
    const { signal } = closing;
    const module = require.resolve('./openapi.worker');
    try {
      const made = await runInThread<Description, object>({
        ...{ module, name: 'describe', input: { version }, signal },
      });
      faults.clear('description');
      return made;
    } catch (error) {
      if (!signal.aborted) faults.report('description', error);
      throw error;
    }
  });
  const serve = (url: string, answer: (request: FastifyRequest, reply: FastifyReply) => unknown) =>
    fastify.get(url, { config: { access: 'public' } }, answer);

  const [json, yaml] = ['application/json; charset=utf-8', 'text/yaml; charset=utf-8'];
  serve(
    '/openapi.json',
    kept(json, async () => (await description()).json),
  );
  serve(
    '/openapi.yaml',
    kept(yaml, async () => (await description()).yaml),
  );
  const page = kept('text/html; charset=utf-8', async () => html('./docs/'));
  const pageBehindSlash = kept('text/html; charset=utf-8', async () => html('./'));
  serve('/docs', (request, reply) =>
    (request.url.split('?')[0]!.endsWith('/') ? pageBehindSlash : page)(request, reply),
  );
  serve(
    '/docs/page.js',
    kept('text/javascript; charset=utf-8', async () => script),
  );
  for (const [name, type] of Object.entries(interfaceFiles))
    serve(
      `/docs/${name}`,
      kept(type, () => readFile(join(interfaceFolder, name))),
    );
}

/** Answers with what `make` made once, or with 304 where the client has that already. */
function kept(type: string, make: () => Promise<string | Buffer>) {
  const made = once(async () => {
    const body = Buffer.from(await make());
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { body, etag } = await made();
    void reply.header('ETag', etag).header('Cache-Control', 'public, max-age=300');
    const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
    if (known?.includes(etag)) return reply.status(304).send();
    return reply.header('Content-Type', type).send(body);
  };
}

/** Makes a value once; where that fails, again when the value is next asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
