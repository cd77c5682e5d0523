// What each operation answers: its schema, made of the types of the controllers by scripts/answers.js, and an example.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { RefusalCode } from '../../refusals';
import { describeFields } from './fields';
import { addRefusals } from './refusals';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Content = Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>;

interface Written {
  /** By operation: null where it answers nothing, left out where it sends a file or events. */
  readonly answers: Readonly<Record<string, object | null>>;
  /** Statuses that an operation may answer with beside its own, such as 207 where a part of a batch fails. */
  readonly statuses: Readonly<Record<string, readonly string[]>>;
  /** Codes of the refusals that an operation's own code ends with. */
  readonly refusals: Readonly<Record<string, readonly RefusalCode[]>>;
  readonly schemas: Schemas;
}

interface Example {
  /** The body as it was sent, or the fields of a form. */
  readonly request?: unknown;
  /** The answer where it is JSON, and otherwise its type and its beginning. */
  readonly answer?: unknown;
  readonly type?: string;
  readonly text?: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../../../../openapi', name), 'utf8'));

/** Gives the operations of a document their answers and refusals, and the document the schemas of these. */
export function addAnswers(document: OpenAPIObject): void {
  const { answers, statuses, refusals, schemas } = read('answers.json') as Written;
  const examples = read('examples.json') as Readonly<Record<string, Example>>;
  const texts = read('fields.json') as Readonly<Record<string, string>>;
  for (const [name, schema] of Object.entries({ ...schemas, ...answers }))
    describeFields(schema, [name], texts);
  const used = { ...document.components?.schemas };
  for (const name of Object.keys(schemas))
    if (name in used) throw new Error(`Two schemas are called ${name}`);
  document.components = { ...document.components, schemas: { ...used, ...schemas } };
  const shared = {};
  const named = namedOperations(document);
  const byOperation = new Map(
    named.flatMap(({ name, key }) => (examples[key] ? [[name, examples[key]] as const] : [])),
  );
  for (const { name, key, path, method, operation } of named) {
    // Addresses of one route have one example, where each has none of its own.
    const example = examples[key] ?? byOperation.get(name) ?? {};
    for (const status of statuses[name] ?? [])
      operation.responses[status] ??= { description: ALSO[status] ?? '' };
    const content = contentOf(path, answers[name], example);
    for (const [status, answer] of Object.entries(operation.responses))
      if (answer && content && /^2\d\d$/.test(status) && status !== '204') Object.assign(answer, { content });
    addRefusals(method, operation, refusals[name] ?? [], shared);
    const body = operation.requestBody;
    const [sent] = body && 'content' in body ? Object.values(body.content) : [];
    if (sent && example.request !== undefined) Object.assign(sent, { example: example.request });
  }
  document.components.responses = shared;
}

const namedOperations = (document: OpenAPIObject) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      ...{ path, method, operation, name: operationOf(operation) },
      key: `${method.toUpperCase()} ${path}`,
    })),
  );

const ALSO: Readonly<Record<string, string>> = {
  202: 'It is under way',
  207: 'A part of it was refused: errors says what',
};

/** Nest numbers the operations of a controller that has several paths. */
const operationOf = ({ operationId = '' }: Operation): string => operationId.replace(/(?:\[\d+\])?$/, '');

function contentOf(
  path: string,
  schema: object | null | undefined,
  { answer, type, text }: Example,
): Content | undefined {
  if (schema === null) return undefined;
  if (schema) return { 'application/json': { schema, ...(answer !== undefined && { example: answer }) } };
  const isStream = /\/(?:progress|stream)$/.test(path);
  const told = type ?? (isStream ? 'text/event-stream' : 'application/octet-stream');
  const isText = /^text\/|ndjson/.test(told);
  return { [told]: { schema: isText ? { type: 'string' } : {}, ...(isText && text && { example: text }) } };
}
