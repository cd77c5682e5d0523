// The OpenAPI document: valid by validators of others, with a schema of every answer, as the types of the code have it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AnswerCheck } from '../../support/answers/answer-check';
import type { OpenApi } from '../../support/api-document';

const { API_DOCUMENT } = process.env;
const document = JSON.parse(readFileSync(API_DOCUMENT!, 'utf8')) as OpenApi & { readonly openapi: string };
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

/** What a script prints; empty where all is well. */
const printedBy = (...script: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, script, { maxBuffer: 2 ** 26 }, (error, out, wrong) =>
      resolve(error ? `${out}${wrong}${error.message}` : ''),
    );
  });

test('two validators find nothing wrong with it', async () => {
  expect(document.openapi).toBe('3.1.0');
  expect(await printedBy('scripts/validate-openapi.mjs', API_DOCUMENT!)).toBe('');
});

test('the schemas of answers are those of the types', async () => {
  expect(await printedBy('scripts/answers.js', '--check')).toBe('');
});

test('every operation says what it answers, whom it lets in, and each answer has a body or is said to have none', () => {
  const silent = operations.filter(({ operation: { responses } }) => {
    const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
    return !good.some(([status, answer]) => status === '204' || status === '302' || 'content' in answer);
  });
  expect(silent.map(({ name }) => name)).toEqual([]);
  const open = operations.filter(({ operation }) => operation['x-access'] === 'public');
  expect(open.every(({ operation }) => operation.description!.endsWith('Anybody may call it.'))).toBe(true);
  expect(document.paths['/audit/v1/streams']!['post']!.description).toContain(
    'Needs the scope `settings`; the scope `audit.read`; a super admin; of a session a step-up within ten minutes; the tier `ENTERPRISE`.',
  );
});

test('examples are what the schemas say, and a hundred operations have one', () => {
  const check = new AnswerCheck(document);
  const examples = JSON.parse(readFileSync('openapi/examples.json', 'utf8')) as Record<
    string,
    { answer?: unknown }
  >;
  const names = new Set(operations.map(({ name }) => name));
  expect(Object.keys(examples).filter((name) => !names.has(name))).toEqual([]);
  const wrong = Object.entries(examples).flatMap(([name, { answer }]) => {
    const [method, path] = name.split(' ') as [string, string];
    const [status] = Object.keys(document.paths[path]![method.toLowerCase()]!.responses).filter((one) =>
      /^2/.test(one),
    );
    const problem = answer === undefined ? undefined : check.wrongWith(method, path, Number(status), answer);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  expect(wrong).toEqual([]);
  expect(Object.keys(examples).length).toBeGreaterThanOrEqual(100);
});
