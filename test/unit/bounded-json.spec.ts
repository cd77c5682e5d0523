// JSON is bounded before it is parsed: by how deep it is nested and how much there is in it, as the parser would find it.
import fc from 'fast-check';
import { ComingJson, jsonLimits, parseBounded } from '../../src/bounded-json';
import { Refusal } from '../../src/refusals';

const bytes = (text: string) => Buffer.from(text);
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'taken';
  } catch (error) {
    return (error as Refusal).code;
  }
};
const given = (json: Uint8Array, limits = jsonLimits, chunk = json.length): ComingJson => {
  const coming = new ComingJson(limits);
  for (let from = 0; from < json.length; from += chunk) coming.add(json.subarray(from, from + chunk));
  return coming;
};
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** What a walk over the parsed value counts. */
function measure(value: unknown, depth = 0): { depth: number; values: number; members: number } {
  if (typeof value !== 'object' || value === null) return { depth, values: 1, members: 0 };
  const parts = Object.values(value).map((part) => measure(part, depth + 1));
  return {
    depth: Math.max(depth + 1, ...parts.map((part) => part.depth)),
    values: parts.reduce((sum, part) => sum + part.values, 1),
    members: parts.reduce((sum, part) => sum + part.members, Array.isArray(value) ? 0 : parts.length),
  };
}

describe('JSON from outside', () => {
  test('may be nested 64 deep and have 250,000 values, 40,000 of them with a name', () => {
    expect(parseBounded(bytes(nested(64)))).toBeInstanceOf(Array);
    expect(codeOf(() => parseBounded(bytes(nested(65))))).toBe('body-too-complex');
    const list = (length: number) => bytes(JSON.stringify(new Array(length).fill(0)));
    expect(codeOf(() => parseBounded(list(249_999)))).toBe('taken');
    expect(codeOf(() => parseBounded(list(250_000)))).toBe('body-too-complex');
    const named = (length: number) =>
      bytes(JSON.stringify(Object.fromEntries(Array.from({ length }, (_, i) => [`a${i}`, i]))));
    expect(codeOf(() => parseBounded(named(40_000)))).toBe('taken');
    expect(codeOf(() => parseBounded(named(40_001)))).toBe('body-too-complex');
  });

  test('is refused long before its depth could overflow a stack', () => {
    for (const deep of [nested(4_000_000), '{"a":'.repeat(1_000_000), '['.repeat(8_000_000)])
      expect(codeOf(() => parseBounded(bytes(deep)))).toBe('body-too-complex');
  });

  test('is measured as the parser finds it, whatever stands in its texts and between its marks', () => {
    const marks = fc.string({ unit: fc.constantFrom(...'{}[],:"\\ abé漢'), maxLength: 12 });
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof({ maxDepth: 5 }, marks, fc.integer(), fc.constant(null), tie('list'), tie('record')),
      list: fc.array(tie('json'), { maxLength: 4 }),
      record: fc.dictionary(marks, tie('json'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(
        json,
        fc.constantFrom(undefined, 1, '\t'),
        fc.integer({ min: 1, max: 9 }),
        (value, space, chunk) => {
          const text = bytes(JSON.stringify(value, undefined, space));
          const { depth, values, members } = measure(JSON.parse(text.toString()));
          const limits = { depth, values, members };
          expect(given(text, limits, chunk).value()).toEqual(JSON.parse(text.toString()));
          for (const name of ['depth', 'values', 'members'] as const)
            if (limits[name] > 0)
              expect(codeOf(() => given(text, { ...limits, [name]: limits[name] - 1 }, chunk).value())).toBe(
                'body-too-complex',
              );
        },
      ),
    );
  });

  test('that is none, is not UTF-8 or reaches for a prototype is refused, in turns and chunks as at once', async () => {
    const wrong = [
      bytes('{'),
      bytes('{"a":1}}'),
      bytes('[1,]'),
      bytes('"'),
      bytes('"\\'),
      Buffer.from([0x22, 0xff, 0x22]),
      Buffer.from('"a"', 'utf16le'),
      bytes('{"a":{"__proto__":{}}}'),
      bytes('{"\\u005f_proto__":1}'),
      bytes('{"constructor":{"prototype":{}}}'),
    ];
    for (const text of wrong) {
      expect(codeOf(() => parseBounded(text))).toBe('body-malformed');
      for (let chunk = 1; chunk <= text.length; chunk++) {
        const refused = expect(given(text, jsonLimits, chunk).valueInTurns()).rejects;
        await refused.toMatchObject({ code: 'body-malformed' });
      }
    }
  });

  test('is given as it is, in turns and chunks as at once', async () => {
    const value = { a: ['é', '漢', '😀', '"\\', null, true, -0.5e-7], constructor: 'x', toString: 1 };
    const text = bytes(JSON.stringify(value));
    expect(parseBounded(text)).toEqual(value);
    for (let chunk = 1; chunk <= text.length; chunk++)
      expect(await given(text, jsonLimits, chunk).valueInTurns()).toEqual(value);

    // Longer than what is decoded at once, and cut within a character.
    const long = { a: `x${'漢'.repeat(1_200_000)}` };
    expect(await given(bytes(JSON.stringify(long)), jsonLimits, 65_536).valueInTurns()).toEqual(long);
  });
});
