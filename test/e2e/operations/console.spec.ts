// What the server answers a browser at `/` and below: pages of the console and their files, as strictly as they allow.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { projections } from '../../../projections';
import { AppModule } from '../../../src/app.module';
import { parseConfig } from '../../../src/config';
import { Engine } from '../../../src/engine';
import { createApp } from '../../../src/http/app';
import { consoleFolder, isBuilt } from '../../../src/http/console/console-files';
import { isOfApi, pageRoots } from '../../../src/http/console/pages';
import { createLogger } from '../../../src/http/logger';
import { adminEmail, adminPassword } from '../../support/servers/app';

const script = 'console.log("strata");\n'.repeat(40);
const index = `<!doctype html><html><head><meta name="csp-nonce" content="__NONCE__">
<script type="module" src="/assets/index-4f2a.js"></script></head><body></body></html>`;

const folder = mkdtempSync(join(tmpdir(), 'strata-console-'));
const built = join(folder, 'built');
const write = (path: string, data: string | Buffer) => writeFileSync(join(built, path), data);
mkdirSync(join(built, 'assets'), { recursive: true });
write('index.html', index);
write('icon.svg', '<svg/>');
write('assets/index-4f2a.js', script);
write('assets/index-4f2a.js.br', brotliCompressSync(script));
write('assets/index-4f2a.js.gz', gzipSync(script));
writeFileSync(join(folder, 'secret.txt'), 'of the server');

const lines: string[] = [];
const started: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const app of started) await app.close();
  rmSync(folder, { recursive: true });
});

async function served(console: string): Promise<string> {
  const dataDir = mkdtempSync(join(folder, 'data-'));
  const config = parseConfig({
    ...{ DATA_DIR: dataDir, PORT: '0', CORS_ORIGINS: 'https://elsewhere.example' },
    ...{ BOOTSTRAP_ADMIN_EMAIL: adminEmail, BOOTSTRAP_ADMIN_PASSWORD: adminPassword },
  });
  const logger = createLogger({ LOG_LEVEL: 'debug' }, { write: (line: string) => void lines.push(line) });
  const engine = await Engine.open(config, projections, logger);
  const app: NestFastifyApplication = await createApp(AppModule.of(engine), config, logger, { console });
  started.push(app);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

/** What is sent, as it is: `fetch` would unpack it, ask for packed files by itself, and walk up paths. */
async function asked(method: string, path: string, headers: Readonly<Record<string, string>> = {}) {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, method, path, headers }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return { status: answer.statusCode, headers: answer.headers };
}

let url: string;
beforeAll(async () => void (url = await served(built)));

describe('a page', () => {
  test.each(['/', '/backups', '/backups/', '/restores/plans/12?tab=rows', '/sign-in', '/set-up?x=1'])(
    'is answered at %s',
    async (path) => {
      const answer = await fetch(url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await answer.text()).toContain('/assets/index-4f2a.js');
      const head = await asked('HEAD', path);
      expect(head.status).toBe(200);
      expect(Number(head.headers['content-length'])).toBeGreaterThan(index.length);
    },
  );

  test('lets nothing run and nothing be asked but what comes from here, by a nonce of its own each time', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const answer = await fetch(`${url}/audit`);
        const policy = answer.headers.get('content-security-policy')!;
        expect(policy).toMatch(
          /^default-src 'none';script-src 'self';style-src 'self' 'nonce-[\w-]{22}';img-src 'self' data: blob:;/,
        );
        expect(policy).toContain("frame-ancestors 'none';base-uri 'none'");
        expect(policy).not.toContain('unsafe');
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
        const [, nonce] = /nonce-([\w-]+)/.exec(policy)!;
        expect(await answer.text()).toContain(`content="${nonce}"`);
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test('is none where the API answers, and none that nobody knows', async () => {
    const nobody = ['/backups/v1/nothing', '/exports/v3', '/audit/v1/', '/nothing', '/assets', '/index.html'];
    for (const path of nobody) {
      const answer = await fetch(url + path, { headers: { accept: 'text/html' } });
      expect({ path, status: answer.status, body: await answer.json() }).toMatchObject({
        ...{ path, status: 404, body: { category: 'OBJECT_NOT_FOUND' } },
      });
    }
    expect((await fetch(`${url}/backups/v1/backups`)).status).toBe(401);
    expect((await fetch(`${url}/backups`, { method: 'POST' })).status).toBe(404);
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
    const below = Object.keys(paths).filter((path) => pageRoots.some((root) => path.startsWith(`/${root}/`)));
    expect(below.length).toBeGreaterThan(10);
    expect(below.filter((path) => !isOfApi(path))).toEqual([]);
    expect(pageRoots.filter((root) => Object.keys(paths).includes(`/${root}`))).toEqual([]);
  });

  test('leaves no word of its address in the log', async () => {
    await fetch(`${url}/restores/plans/of-nobody?token=of-a-link`);
    expect(lines.join('')).toContain('"/restores/*"');
    expect(lines.join('')).not.toMatch(/of-nobody|of-a-link/);
  });
});

describe('a file', () => {
  const path = '/assets/index-4f2a.js';

  test.each([
    ['br', 'gzip, deflate, br', brotliCompressSync(script)],
    ['gzip', 'gzip;q=0.8, br;q=0', gzipSync(script)],
    [undefined, 'zstd', Buffer.from(script)],
    [undefined, '', Buffer.from(script)],
  ])('comes as %s to who takes "%s", and is never asked for again', async (coding, accepts, bytes) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await asked(method, path, { 'accept-encoding': accepts });
      expect(answer).toMatchObject({
        status: 200,
        headers: {
          'content-type': 'text/javascript; charset=utf-8',
          'content-length': String(bytes.length),
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
          vary: 'Origin, Accept-Encoding',
          etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
        },
      });
      expect(answer.headers['content-encoding']).toBe(coding);
    }
  });

  test('is unpacked by who asked for it packed', async () =>
    expect(await (await fetch(url + path)).text()).toBe(script));

  test('whose name stays the same is asked for again, and known by its ETag', async () => {
    const first = await fetch(`${url}/icon.svg`);
    expect([first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
      ...['image/svg+xml', 'public, max-age=300'],
    ]);
    const again = await asked('GET', '/icon.svg', { 'if-none-match': first.headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  test('that lies elsewhere, or came after the start, is not served', async () => {
    write('assets/later.js', script);
    const others = [
      '/assets/../../secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
    ];
    for (const other of [...others, '/assets/later.js', '/assets/', `${path}.br`, `${path}%00`])
      expect({ other, status: (await asked('GET', other)).status }).toEqual({ other, status: 404 });
  });
});

test('a server without a console leads to the description of the API', async () => {
  const bare = await served(join(folder, 'not built'));
  for (const path of ['/', '/set-up', '/backups/12']) {
    const answer = await fetch(bare + path, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs']);
  }
  expect((await fetch(`${bare}/backups/v1/nothing`)).status).toBe(404);
});

// `npm test` builds it before; a build of the server alone does not.
(isBuilt(consoleFolder) ? describe : describe.skip)('the console as it is built', () => {
  let page: string;
  let files: string[];
  beforeAll(async () => {
    url = await served(consoleFolder);
    page = await (await fetch(url)).text();
    files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  });

  test('runs no script that stands in its page, and takes the nonce for its styles', () => {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=|javascript:/i);
    expect(page).not.toContain('__NONCE__');
    expect(page).toMatch(/<meta[^>]*csp-nonce/);
  });

  test('asks nobody else for anything, and has all that it asks for packed', async () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !path.startsWith('/') || path.startsWith('//'))).toEqual([]);
    for (const path of files) {
      const answer = await asked('GET', path, { 'accept-encoding': 'br' });
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      // What fits into one packet comes as it is.
      const isPacked = answer.headers['content-encoding'] === 'br';
      const bytes = Number(answer.headers['content-length']);
      if (/\.(?:js|css)$/.test(path))
        expect({ path, isFine: isPacked || bytes < 1_024 }).toMatchObject({ isFine: true });
    }
  });
});
