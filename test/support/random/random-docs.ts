// Random documents, filters and sorts of the whole filter language, for tests that compare a document store with its
// oracle.
import fc from 'fast-check';
import type { Doc, Filter, Scalar } from '../../../src/read/document-store';
import { regexOf, type TextPattern } from '../../../src/read/filters/text-patterns';

/** The specs that use these paths index `a` and `n.x`, but not `b` and `n.y`. */
export const paths = ['a', 'b', 'n.x', 'n.y'] as const;

const words = ['a b', 'A-b.', 'B a,å', ' ab', '*[a]?', 'a_b\\', 'ÅB ſ', 'K k', 'Σσς', '🙂', '\uffee'];
const text = fc.constantFrom(
  ...[
    '',
    'a',
    'A',
    'ab',
    'aB',
    'b.c',
    'å',
    'Å',
    'ab\n',
    'a;b',
    'B;ab;a',
    '10',
    '%',
    "o'",
    'ſ',
    '日本',
    ...words,
  ],
);
const number = fc.constantFrom(-1.5, 0, 1, 2, 10, 1e15);
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const ordered = fc.oneof(text, number, fc.boolean());
const anything = fc.oneof({ weight: 9, arbitrary: scalar }, fc.constant({ z: 1 }));

const body = fc.record(
  {
    a: anything,
    b: anything,
    n: fc.oneof(
      { weight: 5, arbitrary: fc.record({ x: anything, y: anything }, { requiredKeys: [] }) },
      scalar,
    ),
  },
  { requiredKeys: [] },
);

export const documents: fc.Arbitrary<Doc[]> = fc
  .array(body, { maxLength: 25 })
  .map((bodies) => bodies.map((one, i) => ({ id: `d${String((i * 7) % 26).padStart(2, '0')}`, ...one })));

const literal = fc.constantFrom(
  ...['a', 'B', 'å', 'ab', 'k', 's', 'σ', '%', '_', 'b.c', '[a]', '*', '\\', ';', 'a'.repeat(250), ''],
);
const edge = fc.constantFrom('any' as const, 'text' as const, 'word' as const);
const wordEdge = fc.constantFrom('any' as const, 'word' as const);
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.array(literal, { minLength: 1, maxLength: 3 }) },
  fc.constant([...'abcdefghijklmnopqrstuvwxyzå']),
);
/** The text patterns that documents are promised to be found by in linear time. */
export const textPattern: fc.Arbitrary<TextPattern> = fc.oneof(
  fc.record({ start: edge, end: edge, texts: literal.map((one) => [one]) }),
  fc.record({ start: fc.constant('text' as const), end: fc.constant('text' as const), texts }),
  fc.record({ start: fc.constant('part' as const), end: fc.constant('part' as const), texts }),
  fc.record({ start: wordEdge, end: wordEdge, run: fc.array(literal, { minLength: 2, maxLength: 4 }) }),
  fc.record({
    start: fc.constantFrom('any' as const, 'text' as const),
    end: fc.constantFrom('any' as const, 'text' as const),
    digits: fc.constantFrom('12', '100', '0123456789012345678'),
  }),
  fc.record({
    start: fc.constant('text' as const),
    end: fc.constantFrom('any' as const, 'text' as const),
    digits: fc.constantFrom('+12', '+100'),
  }),
);
const pattern = fc.oneof(
  fc.constantFrom('a', '^a', 'b$', '^A.*', 'b\\.c', '[aå]', 'S', 'Å', '%', '^$', '', '\\d+'),
  textPattern.map(regexOf),
);
const regex = fc
  .record({ $regex: pattern })
  .chain((one) => fc.constantFrom(one, { ...one, $options: 'i' as const }));

const simple = fc.oneof(
  fc.record({ $eq: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $in: fc.array(text, { minLength: 2, maxLength: 4 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $gt: ordered }),
  fc.record({ $gte: ordered }),
  fc.record({ $lt: ordered }),
  fc.record({ $lte: ordered }),
  fc.record({ $gte: ordered, $lt: ordered }),
  fc.record({ $exists: fc.boolean() }),
  regex,
);
const operators = fc.oneof(
  { weight: 4, arbitrary: simple },
  simple.map(($not) => ({ $not })),
  fc.tuple(simple, simple).map(([one, $not]) => ({ ...one, $not })),
);

const term: fc.Arbitrary<Filter> = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...paths) }, fc.constant('id')),
    fc.oneof(scalar, operators),
  )
  .map(([path, condition]) => ({ [path]: condition }));

export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    fc.tuple(term, term).map(([one, other]) => ({ ...one, ...other })),
    fc.array(tie('filter'), { maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('filter'), { maxLength: 3 }).map(($or) => ({ $or })),
    fc.tuple(term, tie('filter')).map(([one, other]) => ({ ...one, $or: [other, one] })),
  ),
})).filter;

export const sorts: fc.Arbitrary<string[]> = fc.oneof(
  fc.constantFrom<string[]>(['a'], ['-a'], ['n.x'], ['-a', '-n.x'], ['id'], ['-id']),
  fc
    .uniqueArray(fc.constantFrom<string>(...paths), { maxLength: 3 })
    .chain((chosen) => fc.tuple(...chosen.map((path) => fc.constantFrom(path, `-${path}`)))),
);
