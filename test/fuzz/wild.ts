// Values that nobody meant: text, JSON and headers of the kinds that break things.
import fc from 'fast-check';

/** One of several, each as often as its weight says. */
export const weighted = <T>(...cases: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...cases.map(([weight, arbitrary]) => ({ weight: weight * 10, arbitrary })));

/** What every object has from its prototype, and what languages give a meaning of their own. */
export const prototypeNames = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'],
  ...[
    '__defineGetter__',
    '__lookupSetter__',
    'toJSON',
    'then',
    'length',
    'name',
    '$ne',
    '$where',
    '_id',
    '0',
  ],
];

const odd = [
  ...[
    '',
    ' ',
    '\t\n',
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '\ufeff',
    '\u202e',
    '🙂',
    'e\u0301',
    'ﬃ',
    'İ',
  ],
  ...[
    'null',
    'undefined',
    'true',
    'NaN',
    'Infinity',
    '-0',
    '1e999',
    '0x10',
    '1_000',
    '9'.repeat(400),
    '-1',
    '１２',
  ],
  ...[
    '../../etc/passwd',
    '..%2f..%5c',
    '%00',
    '%',
    "' OR 1=1 --",
    '=1+1',
    '"><script>',
    '${x}',
    '{{x}}',
    '*',
    '%_\\',
  ],
  ...[
    '9999-99-99',
    '2024-02-30T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
    '-271821-04-20',
    '1e15',
    '253402300800000',
  ],
  ...[';', ';;;', 'a;b;', ',', '.', '..', '[', '(((((', 'a'.repeat(256), 'é'.repeat(5_000)],
];

export const wildText: fc.Arbitrary<string> = weighted(
  [5, fc.constantFrom(...prototypeNames)],
  [5, fc.constantFrom(...odd)],
  [5, fc.string({ unit: 'binary', maxLength: 40 })],
  [5, fc.string({ unit: 'grapheme', maxLength: 40 })],
  [5, fc.integer().map(String)],
  [1, fc.constantFrom(70_000, 600_000).map((length) => 'x'.repeat(length))],
);

const number = fc.constantFrom(
  ...[0, -0, -1, 1, 1.5, 1e300, 2 ** 31, 2 ** 53, Number.MIN_VALUE, 1e21, 100, 101],
);
const leaf = fc.oneof(wildText, number, fc.boolean(), fc.constant(null));

/** Parsed JSON of no shape in particular. Names of prototypes are own members, as `JSON.parse` makes them. */
export const wildValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .array(fc.tuple(wildText, tie('value')), { maxLength: 5 })
      .map((members) => Object.fromEntries(members) as unknown),
  ),
})).value;

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const within = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const wide = (count: number) => `[${'0,'.repeat(count)}0]`;
const named = (count: number) => `{${Array.from({ length: count }, (_, n) => `"n${n}":${n}`).join()}}`;

/** JSON as text, or what only looks like it: deep, wide, doubled, broken off. */
export const wildJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: wildValue.map((value) => JSON.stringify(value)) },
  { weight: 5, arbitrary: fc.constantFrom(60, 64, 65, 5_000, 100_000).map(nested) },
  { weight: 5, arbitrary: fc.constantFrom(60, 64, 65, 5_000, 100_000).map(within) },
  { weight: 1, arbitrary: fc.constantFrom(1_000, 249_998, 250_001).map(wide) },
  { weight: 1, arbitrary: fc.constantFrom(1_000, 40_000, 40_001).map(named) },
  {
    weight: 15,
    arbitrary: fc.constantFrom(
      ...[
        '{',
        '{"a":1',
        '[1,]',
        '{"a":1,"a":2}',
        '01',
        '1e400',
        '-',
        '"\\ud800"',
        '\ufeff{}',
        '{}{}',
        "{'a':1}",
      ],
      ...[
        '{"__proto__":{"admin":true}}',
        '{"constructor":{"prototype":{"x":1}}}',
        'NaN',
        'undefined',
        '""',
        'null',
      ],
      ...['{"\\u005f_proto__":1}', '{"inputs":{"length":100000}}', '{"inputs":[null]}', '{"properties":[]}'],
    ),
  },
);

/** For the value of a header; what would end it is left out. */
export const wildHeader: fc.Arbitrary<string> = wildText.map((text) =>
  Buffer.from(text.slice(0, 3_000))
    .toString('latin1')
    .replace(/[\r\n]/g, ' '),
);

/** Without lone surrogates, which no URL can hold. */
export const wellFormed = (text: string): string => Buffer.from(text).toString();

/** For a path or a query as they stand in the request line: escaped, twice escaped, or as they are. */
export const wildPart: fc.Arbitrary<string> = fc
  .tuple(wildText, fc.constantFrom('once', 'once', 'twice', 'raw'))
  .map(([text, how]) => {
    const once = encodeURIComponent(wellFormed(text.slice(0, 2_000)));
    if (how === 'raw')
      return Buffer.from(text.slice(0, 500))
        .toString('latin1')
        .replace(/[\r\n ]/g, '');
    return how === 'once' ? once : encodeURIComponent(once);
  });
