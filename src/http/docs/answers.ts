// What each operation answers: its schema, made of the types of the controllers by scripts/answers.js, and an example.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Content = Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>;

interface Written {
  /** By operation: null where it answers nothing, left out where it sends a file or events. */
  readonly answers: Readonly<Record<string, object | null>>;
  /** Statuses that an operation may answer with beside its own, such as 207 where a part of a batch fails. */
  readonly statuses: Readonly<Record<string, readonly string[]>>;
  readonly schemas: Schemas;
}

interface Example {
  readonly request?: unknown;
  readonly answer?: unknown;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../../../../openapi', name), 'utf8'));

/** Gives the operations of a document their answers, and the document the schemas of these. */
export function addAnswers(document: OpenAPIObject): void {
  const { answers, statuses, schemas } = read('answers.json') as Written;
  const examples = read('examples.json') as Readonly<Record<string, Example>>;
  const used = { ...document.components?.schemas };
  for (const name of Object.keys(schemas))
    if (name in used) throw new Error(`Two schemas are called ${name}`);
  document.components = { ...document.components, schemas: { ...used, ...schemas } };
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const example = examples[`${method.toUpperCase()} ${path}`] ?? {};
      for (const status of statuses[operationOf(operation)] ?? [])
        operation.responses[status] ??= { description: ALSO[status] ?? '' };
      const content = contentOf(path, answers[operationOf(operation)], example.answer);
      for (const [status, answer] of Object.entries(operation.responses))
        if (answer && content && /^2\d\d$/.test(status)) Object.assign(answer, { content });
      const body = operation.requestBody;
      const json = body && 'content' in body ? body.content['application/json'] : undefined;
      if (json && example.request !== undefined) Object.assign(json, { example: example.request });
    }
}

const ALSO: Readonly<Record<string, string>> = {
  202: 'It is under way',
  207: 'A part of it was refused: errors says what',
};

/** Nest numbers the operations of a controller that has several paths. */
const operationOf = ({ operationId = '' }: Operation): string => operationId.replace(/(?:\[\d+\])?$/, '');

function contentOf(path: string, answer: object | null | undefined, example: unknown): Content | undefined {
  if (answer === null) return undefined;
  if (answer) return { 'application/json': { schema: answer, ...(example !== undefined && { example }) } };
  const isStream = /\/(?:progress|stream)$/.test(path);
  return isStream
    ? { 'text/event-stream': { schema: { type: 'string' } } }
    : { 'application/octet-stream': { schema: {} } };
}
