// Patterns of text: what they mean is what their regular expression means, and long ones are read in one pass.
import fc from 'fast-check';
import { textTest } from '../../../src/read/filters/text-test';
import { patternOf, regexOf, type TextPattern } from '../../../src/read/filters/text-patterns';
import { textPattern } from '../../support/random/random-docs';

const unit = fc.constantFrom(...'aaaabbAB;;, \n-åÅ.*');
const longer = fc
  .tuple(fc.string({ unit, maxLength: 12 }), fc.nat(60))
  .map(([text, n]) => 'a'.repeat(n) + text);

test('a pattern is read again as it was written', () => {
  fc.assert(
    fc.property(textPattern, (pattern) => {
      const again = patternOf(regexOf(pattern));
      expect(again && regexOf(again)).toBe(regexOf(pattern));
    }),
  );
  for (const other of ['^(a+)+$', '[ab]', 'a.b', '(?:^|\\s)(?=a)b', '^a(?:;|x)'])
    expect(patternOf(other)).toBeUndefined();
});

test('a text matches where its regular expression does', () => {
  const part = fc.string({ unit: fc.constantFrom(...'aaabA;-å*'), maxLength: 40 });
  const edge = fc.constantFrom('any' as const, 'word' as const);
  const more = fc.oneof(
    textPattern,
    fc.record({ start: edge, end: edge, run: fc.array(part, { minLength: 2, maxLength: 4 }) }),
    fc.record({ start: edge, end: edge, texts: part.map((text) => [text]) }),
  );
  fc.assert(
    fc.property(more, longer, fc.boolean(), (pattern, text, ignoreCase) => {
      const regex = new RegExp(regexOf(pattern), ignoreCase ? 'i' : '');
      expect(textTest(pattern, ignoreCase)(text)).toBe(regex.test(text));
    }),
    { numRuns: 2_000 },
  );
});

/** How often characters of a text are looked at, whichever way. */
function looks(pattern: TextPattern, text: string): number {
  let count = 0;
  const own = Object.getOwnPropertyDescriptor(String.prototype, 'charCodeAt')!;
  const charCodeAt = own.value as (this: string, at: number) => number;
  String.prototype.charCodeAt = function (this: string, at: number) {
    count++;
    return charCodeAt.call(this, at);
  };
  try {
    expect(textTest(pattern, false)(text)).toBe(false);
  } finally {
    Object.defineProperty(String.prototype, 'charCodeAt', own);
  }
  return count;
}

test.each([
  [
    'a long text in one longer',
    (n: number) => ({ start: 'any', end: 'any', texts: [`${'a'.repeat(n / 2)}b`] }),
  ],
  ['a long word at an edge', (n: number) => ({ start: 'word', end: 'word', texts: ['a'.repeat(n / 2)] })],
  [
    'long parts of a word',
    (n: number) => ({ start: 'any', end: 'any', run: ['a'.repeat(n / 4), `${'a'.repeat(n / 4)}b`] }),
  ],
  [
    'many parts of a word',
    (n: number) => ({
      start: 'word',
      end: 'word',
      run: [...'a'.repeat(n / 100).split(''), `${'a'.repeat(50)}b`],
    }),
  ],
])('%s is looked for in time that grows with both', (_, of) => {
  const pattern = of as (n: number) => TextPattern;
  const [once, twice] = [8_192, 16_384].map((n) => looks(pattern(n), 'a'.repeat(n)));
  expect(twice! / once!).toBeLessThan(2.5);
});
