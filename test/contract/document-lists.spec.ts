// What both document stores find by the texts that lists hold, as mingo does: with an index of them and without, after
// documents have changed and gone.
import fc from 'fast-check';
import { Query } from 'mingo';
import type { Doc, Filter, Write } from '../../src/read/document-store';
import { ofEachStore } from './document-stores';

interface Listed extends Doc {
  readonly tags?: unknown;
  readonly a: number;
}

const texts = ['one', 'One', 'two', '#two', '=2f', 'ünï', 'Ünï', 'a b', 'x"y', '^20', '', 'two^'];
const tags = fc.oneof(
  { weight: 8, arbitrary: fc.uniqueArray(fc.constantFrom(...texts), { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null) },
);
const documents = fc
  .array(fc.record({ tags, a: fc.integer({ min: 0, max: 3 }) }), { minLength: 1, maxLength: 12 })
  .map((all) =>
    all.map(({ tags, a }, n): Listed => ({ id: idOf(n), a, ...(tags !== undefined && { tags }) })),
  );
const idOf = (n: number) => String(n).padStart(20, '0');

const all = fc.uniqueArray(fc.constantFrom(...texts.filter((text) => text !== '')), {
  minLength: 1,
  maxLength: 3,
});
const filters = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    all.map(($all): Filter => ({ tags: { $all } })),
    all.map(($all): Filter => ({ tags: { $not: { $all } } })),
    fc.integer({ min: 0, max: 3 }).map((a): Filter => ({ a })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(($and): Filter => ({ $and })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(($or): Filter => ({ $or })),
    fc.tuple(all, tie('filter')).map(([$all, other]): Filter => ({ tags: { $all }, $and: [other] })),
  ),
})).filter;

ofEachStore((world) => {
  test('documents whose list has all texts asked for are found, whatever else is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        documents,
        fc.array(filters, { minLength: 1, maxLength: 10 }),
        fc.constantFrom({}, { terms: 'tags' }, { terms: 'tags', indexes: [['a', 'id']] }),
        async (before, after, some, how) => {
          const name = await world.filled(before, how);
          const at = BigInt(before.length);
          const stamp = at + 1n;
          const writes = before.map((doc, n): Write => {
            const changed = after.find(({ id }) => id === doc.id);
            return { id: doc.id, stamp, loaded: BigInt(n + 1), ...(changed && { doc: changed }) };
          });
          await world.store.write(name, writes, { name, from: at, to: stamp });
          const now = after.slice(0, before.length);
          for (const filter of some) {
            const expected = now.filter((doc) => new Query(filter).test({ ...doc })).map(({ id }) => id);
            const { docs } = await world.store.find(name, { filter, sort: ['-a'], limit: 100 });
            expect({ filter, ids: docs.map(({ id }) => id).sort() }).toEqual({ filter, ids: expected });
            expect(await world.store.count(name, filter)).toBe(expected.length);
          }
          await world.store.drop(name);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('pages of what a list has neither skip nor repeat', async () => {
    const docs = Array.from({ length: 25 }, (_, n) => ({
      id: idOf(n),
      a: n % 3,
      tags: ['one', `n${n % 2}`],
    }));
    const name = await world.filled(docs, { terms: 'tags', indexes: [['a', 'id']] });
    const found: string[] = [];
    for (let after: string | undefined; ;) {
      const options = { filter: { tags: { $all: ['n1'] } }, sort: ['-a', '-id'], limit: 4 };
      const page = await world.store.find(name, { ...options, ...(after !== undefined && { after }) });
      found.push(...page.docs.map(({ id }) => id));
      if ((after = page.next) === undefined) break;
    }
    const expected = docs.filter((_, n) => n % 2 === 1).sort((x, y) => y.a - x.a || (x.id < y.id ? 1 : -1));
    expect(found).toEqual(expected.map(({ id }) => id));
  });
});
