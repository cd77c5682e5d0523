// The OpenAPI document: valid by validators of others, with a schema of every answer, as the types of the code have it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeFields } from '../../../src/http/docs/fields';
import { refusals } from '../../../src/refusals';
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

interface Example {
  readonly request?: unknown;
  readonly answer?: unknown;
}
const readJson = <T>(name: string) => JSON.parse(readFileSync(`openapi/${name}`, 'utf8')) as T;

describe('examples', () => {
  const check = new AnswerCheck(document);
  const examples = readJson<Record<string, Example>>('examples.json');
  /** By the operation: the addresses of one have one example. */
  const sameAs = (name: string) => operations.find((one) => one.name === name)!.operation.operationId;
  const withExample = (part: keyof Example) =>
    new Set(Object.keys(examples).flatMap((name) => (part in examples[name]! ? bare(sameAs(name)) : [])));
  const bare = (id: string) => id.replace(/\[\d+\]$/, '');

  test('are of operations that there are, and what the schemas say', () => {
    const names = new Set(operations.map(({ name }) => name));
    expect(Object.keys(examples).filter((name) => !names.has(name))).toEqual([]);
    const wrong = Object.entries(examples).flatMap(([name, { request, answer }]) => {
      const [method, path] = name.split(' ') as [string, string];
      const [status] = Object.keys(document.paths[path]![method.toLowerCase()]!.responses).filter((one) =>
        /^2/.test(one),
      );
      const sent = request === undefined ? undefined : check.wrongRequest(method, path, request);
      const told = answer === undefined ? undefined : check.wrongWith(method, path, Number(status), answer);
      return [sent && `${name}, sent: ${sent}`, told && `${name}: ${told}`].filter(Boolean);
    });
    expect(wrong).toEqual([]);
  });

  test('are there of every answer of JSON, and of every body that is sent', () => {
    const isJson = (answer: object) =>
      'content' in answer && 'application/json' in (answer.content as object);
    const [answered, sent] = [withExample('answer'), withExample('request')];
    const without = operations.filter(({ operation: { operationId, responses, requestBody } }) => {
      const [usual] = Object.entries(responses).filter(([status]) => /^2/.test(status));
      return (
        (usual && isJson(usual[1]) && !answered.has(bare(operationId))) ||
        (requestBody && !sent.has(bare(operationId)))
      );
    });
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

/** What says all by itself. */
const PLAIN = new Set([
  'description',
  'email',
  'firstName',
  'id',
  'lastName',
  'message',
  'name',
  'text',
  'title',
  'user',
]);

test('every field of an answer is described, but for those whose names say all', () => {
  const { answers, schemas } = readJson<Record<string, Record<string, unknown>>>('answers.json');
  const texts = readJson<Record<string, string>>('fields.json');
  const before: string[] = [];
  const silent: string[] = [];
  const look = (schema: unknown, path: readonly string[], found: string[]): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties = {}, ...others } = schema as {
      properties?: Record<string, { description?: string }>;
    };
    for (const [name, field] of Object.entries(properties)) {
      if (field.description === undefined) found.push([...path, name].join('.'));
      look(field, [...path, name], found);
    }
    for (const other of Object.values(others)) look(other, path, found);
  };
  for (const [name, schema] of Object.entries({ ...schemas, ...answers })) {
    look(schema, [name], before);
    describeFields(schema, [name], texts);
    look(schema, [name], silent);
  }
  // What to do: describe it where its type is declared, or in openapi/fields.json.
  expect(silent.filter((path) => !PLAIN.has(path.split('.').at(-1)!))).toEqual([]);
  const unused = Object.keys(texts).filter(
    (key) => !before.some((path) => path === key || path.endsWith(`.${key}`)),
  );
  expect(unused).toEqual([]);
});

describe('refusals', () => {
  const told = (name: string, status: number) => {
    const { operation } = operations.find((one) => one.name === name)!;
    const { $ref } = (operation.responses[status] ?? {}) as { readonly $ref?: string };
    return $ref === undefined
      ? undefined
      : document.components.responses[$ref.split('/').at(-1)!]!.description;
  };

  test('are told of each operation: of its own code, and of what stands before it', () => {
    expect(told('POST /restores/v1/plans/{planId}/execute', 409)).toContain('`restore-in-progress`');
    expect(told('POST /restores/v1/plans/{planId}/execute', 401)).toContain('`totp-required`');
    expect(told('POST /crm/v3/objects/{objectType}', 409)).toContain('`value-taken`');
    expect(told('POST /crm/v3/objects/{objectType}/gdpr-delete', 409)).toContain('`legal-hold`');
    expect(told('PUT /crm/v3/pipelines/{objectType}/{pipelineId}', 400)).toContain('`object-type-unknown`');
    expect(told('GET /audit/v1/analysis/summary', 403)).toContain('`tier-required`');
    expect(told('POST /auth/v1/login', 403)).not.toContain('`scope-missing`');
    expect(told('GET /crm/v3/owners', 409)).toBeUndefined();
  });

  test('are told of some operation each, but for those that stand before all routes', () => {
    const named = Object.values(document.components.responses).flatMap(({ description }) =>
      [...description.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    );
    const never = Object.keys(refusals).filter((code) => !named.includes(code));
    expect(never).toEqual(['headers-too-large', 'route-unknown']);
  });
});
