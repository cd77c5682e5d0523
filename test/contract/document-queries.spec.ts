// What both document stores find, count and page through: the supported part of MongoDB's query language, with mingo as
// the oracle.
import fc from 'fast-check';
import { Query } from 'mingo';
import type { Doc, Filter } from '../../src/read/document-store';
import { compare, valueAt } from '../../src/read/filters/values';
import { documents, filters, sorts } from '../support/random/random-docs';
import { ofEachStore } from './document-stores';

ofEachStore((world) => {
  /** Two kinds of documents, of which the queries ask for one. */
  const scanning = { scanned: { by: 'kind', paths: ['a', 'b'], members: ['n'] }, indexes: [['kind', 'b']] };
  const kinds = (docs: readonly Doc[]) =>
    docs.map((doc, i) => ({ ...doc, kind: i % 4 === 3 ? 'other' : 'one' }));

  describe('filters', () => {
    test('give the rows that mingo gives, indexed or not', async () => {
      await fc.assert(
        fc.asyncProperty(
          documents,
          fc.array(filters, { minLength: 1, maxLength: 12 }),
          async (docs, some) => {
            const name = await world.filled(docs);
            for (const filter of some) {
              const expected = docs.filter((doc) => asMingo(filter, doc));
              const { docs: found } = await world.store.find(name, { filter, limit: 100 });
              expect({ filter, ids: found.map(({ id }) => id) }).toEqual({
                filter,
                ids: expected.map(({ id }) => id).sort(),
              });
              expect(await world.store.count(name, filter)).toBe(expected.length);
            }
            await world.store.drop(name);
          },
        ),
        { numRuns: 60 },
      );
    });

    test('held to one kind of what is scanned give the same, counted at once', async () => {
      await fc.assert(
        fc.asyncProperty(
          documents,
          fc.array(fc.tuple(filters, sorts), { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 7 }),
          fc.boolean(),
          async (bare, some, limit, byIndex) => {
            const docs = kinds(bare);
            const { scanned } = scanning;
            const name = await world.filled(docs, byIndex ? scanning : { scanned });
            for (const [asked, sort] of some) {
              const filter = { kind: 'one', $and: [asked] };
              const expected = docs.filter((doc) => asMingo(filter, doc)).sort(byOrder(sort));
              const first = await world.store.find(name, { filter, sort, limit, total: true });
              const rest =
                first.next === undefined
                  ? { docs: [], total: expected.length }
                  : await world.store.find(name, {
                      filter,
                      sort,
                      limit: 100,
                      after: first.next,
                      total: true,
                    });
              const ids = [...first.docs, ...rest.docs].map(({ id }) => id);
              expect({ asked, sort, ids, totals: [first.total, rest.total] }).toEqual({
                ...{ asked, sort },
                ids: expected.map(({ id }) => id),
                totals: [expected.length, expected.length],
              });
            }
            await world.store.drop(name);
          },
        ),
        { numRuns: 60 },
      );
    });

    test('find, order and count what only a look at each value can tell, page by page', async () => {
      const docs = kinds(
        Array.from(
          { length: 5_000 },
          (_, i) => ({ id: `d${10_000 + i}`, a: i % 70, b: `${i % 7}x${i}` }) as Doc,
        ),
      );
      const name = await world.filled(docs, { scanned: scanning.scanned });
      for (const $regex of ['^[0-3].*[02468]$', '^nothing.*$'])
        for (const sort of [[], ['-a'], ['b']]) {
          const filter = { kind: 'one', b: { $regex } };
          const expected = docs.filter((doc) => asMingo(filter, doc)).sort(byOrder(sort));
          const ids: string[] = [];
          for (let after: string | undefined; ;) {
            const more = after !== undefined && { after };
            const page = await world.store.find(name, { filter, sort, limit: 400, total: true, ...more });
            expect(page.total).toBe(expected.length);
            ids.push(...page.docs.map(({ id }) => id));
            after = page.next;
            if (after === undefined) break;
          }
          expect(ids).toEqual(expected.map(({ id }) => id));
        }
    });

    test('ask for many ranges of ids at once, page by page, whether or not they overlap', async () => {
      const edge = fc.integer({ min: 0, max: 26 }).map((n) => `d${String(n).padStart(2, '0')}`);
      const range = fc.tuple(edge, edge, fc.constantFrom('$gt', '$gte'));
      const several = fc.array(range, { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(documents, several, sorts, fc.boolean(), async (docs, some, sort, isPlain) => {
          const name = await world.filled(docs);
          const $or = some.map(([from, $lt, above]): Filter => ({ id: { [above]: from, $lt } }));
          const filter: Filter = isPlain ? { $or } : { $or, a: { $ne: 1 } };
          const expected = docs.filter((doc) => asMingo(filter, doc)).sort(byOrder(sort));
          const ids: string[] = [];
          for (let after: string | undefined; ;) {
            const more = after !== undefined && { after };
            const page = await world.store.find(name, { filter, sort, limit: 4, ...more });
            ids.push(...page.docs.map(({ id }) => id));
            after = page.next;
            if (after === undefined) break;
          }
          expect({ filter, sort, ids }).toEqual({ filter, sort, ids: expected.map(({ id }) => id) });
          await world.store.drop(name);
        }),
        { numRuns: 60 },
      );
      const name = await world.filled([{ id: 'd1' }, { id: 'd2' }]);
      const $or = Array.from({ length: 600 }, (_, n): Filter => ({ id: { $gte: `d${n}`, $lt: `d${n}0` } }));
      for (const asked of [[], $or.slice(0, 1), $or.slice(0, 200), $or])
        expect((await world.store.find(name, { filter: { $or: asked }, limit: 9 })).docs).toHaveLength(
          Math.min(2, Math.max(0, asked.length - 1)),
        );
    });

    test('see what is scanned as it was written last', async () => {
      const name = await world.filled(
        kinds([{ id: 'x', a: 1, n: { y: 'old' } } as Doc, { id: 'y' }]),
        scanning,
      );
      const put = (stamp: bigint, doc?: Doc) =>
        world.store.write(
          name,
          [{ id: 'x', stamp, loaded: stamp === 3n ? 1n : stamp - 1n, ...(doc && { doc }) }],
          {
            ...{ name, from: stamp - 1n, to: stamp },
          },
        );
      const ids = async (filter: Filter) =>
        (await world.store.find(name, { filter: { kind: 'one', ...filter }, limit: 9 })).docs.map(
          ({ id }) => id,
        );
      await put(3n, { id: 'x', kind: 'one', n: { z: 'new' } } as Doc);
      expect(await ids({ 'n.z': 'new' })).toEqual(['x']);
      expect(await ids({ 'n.y': { $exists: true } })).toEqual([]);
      expect(await ids({ a: { $exists: false } })).toEqual(['x', 'y']);
      await put(4n);
      expect(await ids({})).toEqual(['y']);
      expect(await ids({ kind: 'none' })).toEqual([]);
      await put(5n, { id: 'x', kind: 'one', a: 2 } as Doc);
      expect(await ids({ a: 2 })).toEqual(['x']);
    });

    test('take long lists and strange texts', async () => {
      const name = await world.filled([{ id: 'x', a: 'it\'s \u0000 "x" %_', b: 'é' } as Doc]);
      const list = Array.from({ length: 40_000 }, (_, i) => `v${i}`);
      const one = async (filter: Filter) => (await world.store.find(name, { filter, limit: 1 })).docs.length;
      expect(await one({ a: { $in: [...list, 'it\'s \u0000 "x" %_'] } })).toBe(1);
      expect(await one({ b: { $nin: list } })).toBe(1);
      expect(await one({ b: { $regex: 'É', $options: 'i' } })).toBe(1);
      expect(await one({ a: { $regex: '"x" %_$' } })).toBe(1);
    });
  });

  describe('pages', () => {
    test('of any filter and order skip nothing and repeat nothing', async () => {
      const limits = fc.integer({ min: 1, max: 7 });
      await fc.assert(
        fc.asyncProperty(documents, filters, sorts, limits, async (docs, filter, sort, limit) => {
          const name = await world.filled(docs);
          const ids: string[] = [];
          let after: string | undefined;
          do {
            const page = await world.store.find(name, {
              filter,
              sort,
              limit,
              ...(after !== undefined && { after }),
            });
            ids.push(...page.docs.map(({ id }) => id));
            after = page.next;
          } while (after !== undefined);
          const wanted = docs.filter((doc) => asMingo(filter, doc)).sort(byOrder(sort));
          expect(ids).toEqual(wanted.map(({ id }) => id));
          await world.store.drop(name);
        }),
        { numRuns: 100 },
      );
    });

    test('with a filter go on after their last document, and the last one has no next', async () => {
      const docs = Array.from({ length: 2_500 }, (_, i) => ({
        id: `d${10_000 + i}`,
        a: i % 2 ? 'odd' : 'even',
        b: `${i}`,
      }));
      const name = await world.filled(docs);
      for (const filter of [{ a: 'odd' }, { b: { $regex: '[13579]$' } }] as Filter[]) {
        const first = await world.store.find(name, { filter, sort: ['-id'], limit: 1_249 });
        expect(first.docs[0]!.id).toBe('d12499');
        const second = await world.store.find(name, {
          filter,
          sort: ['-id'],
          limit: 1_249,
          after: first.next!,
        });
        expect(second).toEqual({ docs: [docs[1]] });
        expect(await world.store.count(name, filter)).toBe(1_250);
      }
    });

    test('go on past 10,000 rows, and show what stays exactly once while others come, change and go', async () => {
      const docs = kinds(
        Array.from({ length: 14_000 }, (_, i) => ({ id: `d${10_000 + i}`, a: i % 700 }) as Doc),
      );
      const staying = docs.filter(({ kind }) => kind === 'one').map(({ id }) => id);
      for (const sort of [[], ['-a']]) {
        const name = await world.filled(docs, scanning);
        const seen: string[] = [];
        let position = BigInt(docs.length);
        for (let after: string | undefined; ;) {
          const filter = { kind: 'one', a: { $gte: 0 } };
          const page = await world.store.find(name, {
            filter,
            sort,
            limit: 700,
            ...(after !== undefined && { after }),
          });
          seen.push(...page.docs.map(({ id }) => id));
          after = page.next;
          if (after === undefined) break;
          const changed = docs[Number(position) % docs.length]!;
          const { stamp } = (await world.store.getMany(name, [changed.id])).get(changed.id)!;
          const passing = {
            kind: 'one',
            a: Number(position % 700n),
            id: `d${10_000n + (position % 9n)}!${position}`,
          };
          const writes = [
            {
              id: changed.id,
              stamp: position + 1n,
              loaded: stamp,
              doc: { ...changed, b: `${position}` } as Doc,
            },
            { id: passing.id, stamp: position + 1n, loaded: undefined, doc: passing },
          ];
          await world.store.write(name, writes, { name, from: position, to: ++position });
        }
        expect(seen.length).toBeGreaterThan(10_000);
        expect(new Set(seen).size).toBe(seen.length);
        const found = new Set(seen);
        expect(staying.filter((id) => !found.has(id))).toEqual([]);
      }
    });

    test('refuse a cursor that none of them gave', async () => {
      const name = await world.filled([{ id: 'x' }]);
      const written = ['["x",1]', '[{"$gt":""}]', '[{"x":{"$gt":""}},"x"]'];
      for (const after of [
        '',
        'zz',
        'bnVsbA',
        ...written.map((text) => Buffer.from(text).toString('base64url')),
      ])
        await expect(world.store.find(name, { limit: 1, after })).rejects.toMatchObject({
          code: 'cursor-invalid',
        });
      const foreign = Buffer.from('["x","y"]').toString('base64url');
      await expect(world.store.find(name, { limit: 1, after: foreign })).rejects.toMatchObject({
        code: 'cursor-invalid',
      });
    });
  });
});

const asMingo = (filter: Filter, doc: Doc) =>
  new Query(inMingosOrder(filter)).test({ ...inMingosOrder(doc) });

/**
 * Mingo compares texts as UTF-16, MongoDB and both stores compare them as UTF-8. U+FFEE is moved before surrogates, to
 * a place that no other text of the random documents holds.
 */
const inMingosOrder = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll('\uffee', '\ud7ff')) as T;

const byOrder = (sort: readonly string[]) => (one: Doc, other: Doc) => {
  for (const path of [...sort, sort.at(-1)?.startsWith('-') ? '-id' : 'id']) {
    const down = path.startsWith('-');
    const bare = down ? path.slice(1) : path;
    const order = compare(valueAt(one, bare), valueAt(other, bare));
    if (order !== 0) return down ? -order : order;
  }
  return 0;
};
