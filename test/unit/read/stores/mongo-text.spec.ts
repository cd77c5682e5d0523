// The regular expressions that MongoDB gets match what JavaScript's tests of text match, for any characters.
import fc from 'fast-check';
import type { Document } from 'mongodb';
import type { TextPattern } from '../../../../src/read/filters/text-patterns';
import { regexOf } from '../../../../src/read/filters/text-patterns';
import { textTest } from '../../../../src/read/filters/text-test';
import { longTexts, mongoFilter } from '../../../../src/read/stores/mongodb/mongo-filter';
import { textQuery } from '../../../../src/read/stores/mongodb/mongo-text';

/** A regular expression of PCRE as one of JavaScript over code points, which has no atomic groups. */
function asJavaScript(regex: string): RegExp {
  expect(regex).not.toContain('\0');
  let groups = 0;
  const closing: string[] = [];
  const tokens =
    regex.match(/\\x\{[0-9a-f]+\}|\\[\s\S]|\(\?>|\(\?:|\(\?<!|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/gu) ?? [];
  const own = (token: string): string => {
    if (token === '\\A') return '^';
    if (token === '\\z') return '$';
    if (token === '(?>') return (closing.push(`))\\k<g${++groups}>`), `(?=(?<g${groups}>`);
    if (token === '(?:' || token === '(?<!') return (closing.push(')'), token);
    if (token === ')') return closing.pop()!;
    const plain = token.replace(/\\x\{([0-9a-f]+)\}/gu, '\\u{$1}');
    return token.startsWith('[') ? plain : plain.replace(/^\\([^\w^$.|?*+()[\]{}\\/])$/u, '$1');
  };
  return new RegExp(tokens.map(own).join(''), 'u');
}

const PATH = 'v';
function matches(query: Document, text: string): boolean {
  if (query['$or']) return (query['$or'] as Document[]).some((one) => matches(one, text));
  if (query['$and']) return (query['$and'] as Document[]).every((one) => matches(one, text));
  const { $regex } = query[PATH] as { $regex: string };
  return asJavaScript($regex).test(text);
}

const unit = fc.oneof(
  fc.constantFrom(
    ...'aAbB1; \u0000\n\u00a0\ufeff\u00e9\u00c9k\u212asS\u017f\u03c3\u03c2\u03a3\u01c5.*\\[',
    '\u{1f600}',
    'e\u0301',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const text = fc.string({ unit, maxLength: 12 });
const part = fc.string({ unit, maxLength: 3 });
const edge = fc.constantFrom('any' as const, 'word' as const);
const pattern: fc.Arbitrary<TextPattern> = fc.oneof(
  fc.record({
    start: fc.constantFrom('any' as const, 'text' as const, 'word' as const, 'part' as const),
    end: fc.constantFrom('any' as const, 'text' as const, 'word' as const, 'part' as const),
    texts: fc.array(part, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    start: edge,
    end: edge,
    run: fc.array(
      fc.string({ unit, minLength: 1, maxLength: 2 }).filter((one) => !/\s/.test(one)),
      { minLength: 2, maxLength: 3 },
    ),
  }),
);

test('a pattern matches a text where JavaScript says so', () =>
  fc.assert(
    fc.property(
      pattern,
      fc.tuple(text, text),
      fc.nat(2),
      fc.boolean(),
      (one, [before, behind], near, ignoreCase) => {
        const held = 'run' in one ? one.run.join(near === 1 ? '' : 'x') : 'texts' in one ? one.texts[0]! : '';
        const value = before + (near > 0 ? held : '') + behind;
        const { query, exact } = textQuery(PATH, one, ignoreCase);
        expect(exact).toBe(true);
        expect({ one, value, ignoreCase, is: matches(query, value) }).toEqual({
          ...{ one, value, ignoreCase },
          is: textTest(one, ignoreCase)(value),
        });
      },
    ),
    { numRuns: 5_000 },
  ));

test('a value as long as any is looked for by its pieces, none of them too long for the server', () => {
  const long = 'Ab\u00e9 \u{1f600}'.repeat(11_000).slice(0, 65_536);
  for (const one of [
    { start: 'text', end: 'text', texts: [long] },
    { start: 'word', end: 'word', texts: [long] },
    { start: 'any', end: 'any', run: [long, 'b'] },
  ] as const) {
    const { query, exact } = textQuery(PATH, one, true);
    expect(exact).toBe(false);
    const pieces = ((query['$or'] as Document[] | undefined)?.[0] ?? query)['$and'] as Record<
      typeof PATH,
      { $regex: string }
    >[];
    for (const piece of pieces) expect(Buffer.byteLength(piece[PATH].$regex)).toBeLessThan(30_000);
    expect(matches(query, `${long}b`)).toBe(true);
    expect(matches(query, 'Ab\u00e9 \u{1f600}'.repeat(20))).toBe(false);
  }
});

test('many alternatives become several expressions, and what is long among them is tested', () => {
  const texts = Array.from({ length: 1_000 }, (_, n) => `value ${n}`);
  const { query, exact } = textQuery(PATH, { start: 'text', end: 'text', texts }, true);
  expect(exact).toBe(true);
  expect(['VALUE 999', 'value 1000', 'value 99'].map((one) => matches(query, one))).toEqual([
    true,
    false,
    true,
  ]);
  const mixed = textQuery(PATH, { start: 'text', end: 'text', texts: ['a', 'b'.repeat(2_000)] }, true);
  expect(mixed.exact).toBe(false);
  expect([matches(mixed.query, 'A'), matches(mixed.query, 'c')]).toEqual([true, false]);
});

test('a filter names the documents that a condition on a long text finds, negated or not', () => {
  const regex = {
    $regex: regexOf({ start: 'text', end: 'text', texts: ['x'.repeat(2_000)] }),
    $options: 'i' as const,
  };
  const filter = { a: 1, $or: [{ t: regex }, { t: { $not: regex } }] };
  const [[name = '', found] = []] = [...longTexts(filter)];
  expect([found!.path, found!.test('X'.repeat(2_000)), found!.test('x')]).toEqual(['t', true, false]);
  expect(mongoFilter(filter, new Map([[name, ['d1']]]))).toEqual({
    $and: [
      { 'doc.a': 1 },
      {
        $or: [
          { $and: [{ _id: { $in: ['d1'] } }] },
          { $and: [{ $nor: [{ $and: [{ _id: { $in: ['d1'] } }] }] }] },
        ],
      },
    ],
  });
  expect(longTexts({ t: { $regex: regexOf({ start: 'any', end: 'any', texts: ['x'] }) } }).size).toBe(0);
});
