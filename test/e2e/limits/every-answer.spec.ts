// Of every operation of the OpenAPI document, whoever asks and however it ends: the headers of its answers, the bounds
// of what is sent to it, and what an error tells.
import { request } from 'node:http';
import { httpLimits } from '../../../src/http/front/limits';
import { ApiDocument, type Operation } from '../../support/api-document';
import { type App, startApp } from '../../support/servers/app';

let app: App;
let operations: readonly Operation[];
beforeAll(async () => {
  app = await startApp();
  ({ operations } = await ApiDocument.of(app));
});
afterAll(() => app.close());

const types: Readonly<Record<string, string>> = {
  ...{ objectType: 'contacts', fromObjectType: 'contacts', toObjectType: 'companies' },
};
const pathOf = ({ path }: Operation) => path.replace(/\{(\w+)\}/g, (_, name: string) => types[name] ?? '1');
const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
const isForm = ({ requestBody }: Operation) => requestBody?.content['multipart/form-data'] !== undefined;

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Asks with a body that fits no route, so that whoever is let in changes nothing. */
async function ask(operation: Operation, authorization?: string, method = operation.method): Promise<Told> {
  const strange =
    operation.requestBody && (isForm(operation) ? new FormData() : { 'no such field': 'a value' });
  const response = await app.send(
    ...([method, pathOf(operation), strange] as const),
    authorization === undefined ? {} : { authorization },
  );
  const { status, headers } = response;
  // Some end the session by which they were asked.
  if (operation.path.startsWith('/auth/v1/') && status === 204) await app.logIn();
  // Streams of events have no end.
  const hasEnd = status >= 400 || !headers.get('content-type')?.startsWith('text/event-stream');
  if (!hasEnd) await response.body?.cancel();
  return { status, headers, text: hasEnd ? await response.text() : '' };
}

/** Only the headers of a request that announces so large a body. */
const announce = (operation: Operation, bytes: number, more: Readonly<Record<string, string>> = {}) =>
  new Promise<number>((resolve, reject) => {
    const type = isForm(operation) ? 'multipart/form-data; boundary=x' : 'application/json';
    const sent = request(app.url + pathOf(operation), {
      ...{ method: operation.method, agent: false },
      headers: {
        ...{ authorization: `Bearer ${app.admin.token}`, 'content-type': type, 'content-length': bytes },
        ...more,
      },
    });
    sent.on('response', (answer) => {
      resolve(answer.statusCode!);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });

const wanted: Readonly<Record<string, RegExp>> = {
  'cache-control': /^no-store$/,
  'content-security-policy': /default-src 'self'.*frame-ancestors 'self'/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'referrer-policy': /^no-referrer$/,
  'strict-transport-security': /^max-age=\d{8}/,
  'x-content-type-options': /^nosniff$/,
  'x-correlation-id': /^[0-9a-f-]{36}$/,
  'x-frame-options': /^SAMEORIGIN$/,
};
const unwanted = ['x-powered-by', 'server', 'access-control-allow-origin'];

/** Names of files, lines of a trace, and what a library says of itself. */
const TRACE = /\n\s+at |node_modules|\.[jt]s\b|dist\/|Error:|FST_|errno|syscall/;

function wrongWith({ status, headers, text }: Told): string[] {
  const missing = Object.entries(wanted).filter(([name, value]) => !value.test(headers.get(name) ?? ''));
  const problems = [
    ...missing.map(([name]) => `${name}: ${headers.get(name)}`),
    ...unwanted.filter((name) => headers.has(name)),
  ];
  if (status < 400) return problems;
  if (TRACE.test(text)) problems.push('the error tells of the code');
  const { correlationId } = JSON.parse(text) as { correlationId: string };
  if (correlationId !== headers.get('x-correlation-id')) problems.push('correlation id');
  return problems;
}

test('it has the headers that keep it safe, and nobody keeps it', async () => {
  const wrong: object[] = [];
  for (const operation of operations)
    for (const authorization of ['', 'Bearer wrong', undefined]) {
      const answer = await ask(operation, authorization);
      const problems = wrongWith(answer);
      if (problems.length > 0) wrong.push({ [nameOf(operation)]: problems, status: answer.status });
    }
  expect(wrong).toEqual([]);
});

test('asked for its headers alone, or by a method that it has not, it is no different', async () => {
  const wrong: object[] = [];
  for (const operation of operations)
    for (const method of ['HEAD', 'OPTIONS']) {
      const answer = await ask(
        { ...operation, requestBody: undefined } as unknown as Operation,
        undefined,
        method,
      );
      const problems = wrongWith(method === 'HEAD' ? { ...answer, status: 200 } : answer);
      if (problems.length > 0) wrong.push({ [`${method} ${operation.path}`]: problems });
    }
  expect(wrong).toEqual([]);
});

test('a body that is announced too large is not read, nor are headers that are', async () => {
  const { publicBytes, jsonBytes, uploadFiles, uploadFileBytes } = httpLimits;
  const bounds = new Map<string, number[]>();
  const expected = new Map<string, number[]>();
  for (const operation of operations) {
    const isPublic = operation['x-access'] === 'public';
    const most = isForm(operation) ? 2 * uploadFiles * uploadFileBytes : isPublic ? publicBytes : jsonBytes;
    const headers = { 'x-filler': 'x'.repeat(httpLimits.headerBytes) };
    bounds.set(nameOf(operation), [
      await announce(operation, most + 1),
      await announce(operation, 2, headers),
    ]);
    // Health is told under any load: it is asked without a body, and one is left unread.
    expected.set(nameOf(operation), [operation.path.startsWith('/health/') ? 200 : 413, 431]);
  }
  expect(bounds).toEqual(expected);
});

test('an error that nobody expected tells nothing but its correlation id', async () => {
  const { vault } = app.engine;
  const get = vault.get.bind(vault);
  vault.get = () => Promise.reject(new Error('what nobody may read, at /srv/strata/dist/vault.js:1:2'));
  const wrong: object[] = [];
  try {
    for (const operation of operations) {
      if (operation['x-access'] === 'public') continue;
      // A token that is cached is not looked up again.
      const answer = await ask(operation, `Bearer strata-key-1-${'0'.repeat(64)}`);
      const problems = wrongWith(answer);
      if (answer.text.includes('what nobody may read')) problems.push('the message');
      if (answer.status !== 500 || problems.length > 0)
        wrong.push({ [nameOf(operation)]: problems, status: answer.status });
    }
  } finally {
    vault.get = get;
  }
  expect(wrong).toEqual([]);
  expect(app.log.join('')).not.toContain('what nobody may read');
});
