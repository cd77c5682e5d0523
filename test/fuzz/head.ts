// The head of a request: who asks, for what, with which headers.
import fc from 'fast-check';
import type { Operation } from '../support/api-document';
import type { FromSchema } from './from-schema';
import { prototypeNames, weighted, wellFormed, wildHeader, wildPart } from './wild';

/** Who asks; the world has their tokens. */
export const askers = ['admin', 'reader', 'narrow', 'leaving'] as const;
export type Asker = (typeof askers)[number];

/** `Bearer <admin>` stands for the token of the one who is named so. */
export const askerOf = ({ method, path }: Operation, isPlain: boolean): fc.Arbitrary<string | undefined> => {
  // Whoever logs out is gone.
  const usual = path === '/auth/v1/logout' ? 'leaving' : 'admin';
  // Whoever ends all sessions would take everybody along: an API key is refused.
  if (method === 'DELETE' && path === '/auth/v1/sessions') return fc.constant('Bearer <narrow>');
  if (isPlain) return fc.constant(`Bearer <${usual}>`);
  return weighted<string | undefined>(
    [10, fc.constant(`Bearer <${usual}>`)],
    [1, fc.constantFrom('Bearer <reader>', 'Bearer <narrow>')],
    [1, fc.constantFrom(undefined, 'Bearer x', 'Basic YTpi', `Bearer strata-key-1-${'0'.repeat(64)}`)],
    [0.5, wildHeader.map((text) => `Bearer ${text}`)],
  );
};

export function targetOf(
  { path, parameters = [] }: Operation,
  schemas: FromSchema,
  isPlain: boolean,
): fc.Arbitrary<string> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const word = (name: string) =>
    schemas
      .valid({ type: 'string' }, name)
      .map((text) => encodeURIComponent(wellFormed(String(text))) || '1');
  const place = (name: string) =>
    isPlain ? word(name) : weighted([6, word(name)], [1, wildPart], [1, fc.constantFrom(...prototypeNames)]);
  const query = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, schema }) => {
      const valid = schemas.valid(schema, name).map((value) => pairs(name, value));
      if (isPlain) return weighted([3, fc.constant('')], [1, valid]);
      return weighted<string>(
        [6, fc.constant('')],
        [3, valid],
        [1, schemas.nearly(schema, name).map((value) => pair(name, value))],
        [0.5, wildPart.map((text) => `${name}=${text}`)],
        [0.2, wildPart.map((text) => `${name}=a&${name}=${text}&${name}[]=1&${name}[__proto__]=1`)],
      );
    });
  const strange = fc.tuple(wildPart, wildPart).map(([name, value]) => `${name}=${value}`);
  const more = isPlain ? fc.constant('') : weighted([20, fc.constant('')], [1, strange]);
  return fc.tuple(fc.tuple(...inPath.map(place)), fc.tuple(...query, more)).map(([places, given]) => {
    const filled = places.reduce((at, text) => at.replace(/\{\w+\}/, () => text), path);
    const asked = given.filter((one) => one !== '').join('&');
    return asked ? `${filled}?${asked}` : filled;
  });
}

const pairs = (name: string, value: unknown): string =>
  [value]
    .flat()
    .map((one) => pair(name, one))
    .join('&');

const pair = (name: string, value: unknown): string =>
  `${name}=${encodeURIComponent(wellFormed((typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 5_000)))}`;

type Headers = readonly (readonly [string, string])[];
const names = [
  'x-strata-after',
  'idempotency-key',
  'if-match',
  'accept',
  'range',
  'expect',
  'origin',
  'x-forwarded-for',
];

export function headersOf({ method }: Operation, isPlain: boolean): fc.Arbitrary<Headers> {
  const key = fc.uuid().map((text): Headers => [['idempotency-key', text]]);
  const usual = method === 'GET' ? fc.constant([]) : weighted<Headers>([2, fc.constant([])], [1, key]);
  if (isPlain) return usual;
  const strange = fc.tuple(fc.constantFrom(...names), wildHeader);
  const ours = fc.tuple(
    fc.constantFrom('x-strata-after', 'idempotency-key'),
    fc.constantFrom('0', '1', '-1', '0x1'),
  );
  // Waits, and is told that it is not there yet.
  const late = fc.constant(['x-strata-after', '9'.repeat(19)] as const);
  return fc
    .tuple(
      usual,
      weighted<Headers>(
        [20, fc.constant([])],
        ...[strange, ours].map((one) => [2, one.map((header) => [header])] as const),
        [0.1, late.map((header) => [header])],
      ),
    )
    .map(([own, more]) => [...own, ...more]);
}
