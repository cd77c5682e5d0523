// The validators of the conformance test are strict: what they do not understand fails, it does not pass.
import { operationsOf, publishedOperations, type PublishedFile, type Schema } from './published';

const record: Schema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    count: { type: 'integer', format: 'int32' },
    big: { type: 'integer', format: 'int64' },
    note: { type: 'string', nullable: true },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', properties: {} },
  },
};

const answering = (schema: Schema, schemas: Record<string, Schema> = { Record: record }) => {
  const answer = { content: { 'application/json': { schema } } };
  const file: PublishedFile = {
    paths: { '/x': { get: { responses: { 200: answer } } } },
    components: { schemas },
  };
  return operationsOf(file)[0]!.answers.get('200')!;
};
const check = answering({ $ref: '#/components/schemas/Record' });

test('what is as published passes', () => {
  const full = { id: '1', at: '2024-05-01T00:00:00.000Z', count: 1, big: 2 ** 52, note: null };
  expect(check({ ...full, tags: { any: 'name' }, free: { any: 1 } })).toEqual([]);
});

test.each([
  ['a missing field', {}],
  ['a field that is not published', { id: '1', identifier: '1' }],
  ['a time that is none', { id: '1', at: 'yesterday' }],
  ['a time without its zone', { id: '1', at: '2024-05-01T00:00:00' }],
  ['a number beyond 32 bits', { id: '1', count: 2 ** 31 }],
  ['a number as text', { id: '1', count: '1' }],
  ['a fraction of an integer', { id: '1', big: 1.5 }],
  ['null where nothing says so', { id: null }],
  ['a value of a map of another type', { id: '1', tags: { a: 1 } }],
])('%s does not', (_, value) => {
  expect(check(value)).not.toEqual([]);
});

test('an unknown format, keyword or type and a reference that leads nowhere are errors', () => {
  expect(() => answering({ type: 'string', format: 'colour' })).toThrow('colour');
  expect(() => answering({ type: 'string', longest: 3 })).toThrow('longest');
  expect(() => answering({ type: 'text' })).toThrow('type');
  expect(() => answering({ $ref: '#/components/schemas/Nothing' })).toThrow('Nothing');
  expect(() => answering(record, { Unused: { $ref: '#/components/schemas/Nothing' } })).toThrow('Nothing');
});

test('one of several shapes is told by the whole of it', () => {
  const shapes = {
    A: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
    B: { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
  };
  const either = answering(
    { oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
    shapes,
  );
  expect([either({ a: 'x' }), either({ b: 'x' })]).toEqual([[], []]);
  expect(either({ a: 'x', b: 'x' })).not.toEqual([]);
});

test('every published operation has an answer for what goes well and one for what does not', () => {
  for (const { key, answers } of publishedOperations()) {
    const good = [...answers.keys()].filter((status) => /^2\d\d$/.test(status));
    expect([key, good.length > 0, answers.get('default') !== undefined]).toEqual([key, true, true]);
  }
});
