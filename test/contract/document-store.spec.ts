// What both document stores promise: the embedded one always, MongoDB where MONGODB_URL is set.
import fc from 'fast-check';
import { Query } from 'mingo';
import {
  WriteConflict,
  type CollectionSpec,
  type Doc,
  type DocumentStore,
  type Filter,
  type Stamped,
} from '../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded.document-store';
import { MongoDocumentStore } from '../../src/read/stores/mongo.document-store';
import { compare, valueAt } from '../../src/read/stores/values';
import { documents, filters, sorts } from '../support/random-docs';
import { temporaryFolder } from '../support/read-side';

interface Opened {
  readonly store: DocumentStore;
  /** Another store over the same data, as a second process or a job thread has it. */
  readonly again: () => Promise<DocumentStore>;
  readonly close: () => Promise<void>;
}

async function openEmbedded(): Promise<Opened> {
  const { path, remove } = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(path);
  const close = async () => {
    await store.close();
    await remove();
  };
  return { store, again: () => EmbeddedDocumentStore.openReadOnly(path), close };
}

const mongoUrl = process.env.MONGODB_URL;
async function openMongo(): Promise<Opened> {
  const url = mongoUrl!.replace(/\/([^/?]+)(\?|$)/, `/$1-documents-${process.pid}$2`);
  const store = await MongoDocumentStore.connect(url);
  const close = async () => {
    for (const name of await store.collections()) await store.drop(name);
    await store.close();
  };
  return { store, again: () => MongoDocumentStore.connect(url), close };
}

const adapters = [
  { name: 'embedded', open: openEmbedded },
  ...(mongoUrl === undefined ? [] : [{ name: 'MongoDB', open: openMongo }]),
];

describe.each(adapters)('$name', ({ open }) => {
  let opened: Opened;
  let store: DocumentStore;
  let made = 0;

  beforeAll(async () => {
    opened = await open();
    ({ store } = opened);
  });
  afterAll(() => opened.close());

  /** A collection of its own with documents in it, stamped 1, 2, 3 …; written under a checkpoint of its name. */
  async function filled(docs: readonly Doc[], how: Omit<CollectionSpec, 'name'> = indexed): Promise<string> {
    const name = `c${++made}_v1`;
    await store.ensure({ name, ...how });
    const writes = docs.map((doc, i) => ({ id: doc.id, stamp: BigInt(i + 1), loaded: undefined, doc }));
    await store.write(name, writes, { name, from: undefined, to: BigInt(docs.length) });
    return name;
  }
  const indexed = { indexes: [['a', 'n.x'], ['n.x']], covering: [['a', 'n.x', 'id']] };
  /** Two kinds of documents, of which one is asked for. */
  const scanning = { scanned: { by: 'kind', paths: ['a', 'b'], members: ['n'] }, indexes: [['kind', 'b']] };
  const kinds = (docs: readonly Doc[]) =>
    docs.map((doc, i) => ({ ...doc, kind: i % 4 === 3 ? 'other' : 'one' }));
  const scanned = async (name: string, range?: { from?: string; to?: string }, from = store) => {
    const all: Stamped[] = [];
    for await (const page of from.scan(name, range)) all.push(...page);
    return all;
  };

  describe('documents', () => {
    const doc = {
      id: 'a/1',
      text: 'Ünï “quoted” \u0000\n日本 🙂',
      n: { list: [1, 'two', null, { deep: true }], zero: 0, big: 2 ** 53 - 1, half: -0.5, none: null },
      'dotted.key': { $odd: 1 },
    };

    test('come back as they were written, with their stamps', async () => {
      const name = await filled([doc]);
      expect(await store.getMany(name, ['a/1', 'missing'])).toEqual(
        new Map([['a/1', { id: 'a/1', stamp: 1n, doc }]]),
      );
      expect((await store.find(name, { limit: 1 })).docs).toEqual([doc]);
    });

    test('are found by many ids at once', async () => {
      const docs = Array.from({ length: 1_200 }, (_, i) => ({ id: `d${i}`, n: i }));
      const name = await filled(docs);
      const found = await store.getMany(name, [...docs.map(({ id }) => id), 'missing']);
      expect(found.size).toBe(docs.length);
      expect(found.get('d777')?.doc).toEqual({ id: 'd777', n: 777 });
    });

    test('keep positions of 63 bits', async () => {
      const name = await filled([]);
      const stamp = 2n ** 63n - 2n;
      await store.write(name, [{ id: 'x', stamp, loaded: undefined, doc: { id: 'x' } }], {
        name,
        from: 0n,
        to: stamp,
      });
      expect((await store.getMany(name, ['x'])).get('x')?.stamp).toBe(stamp);
      expect(await store.checkpoint(name)).toBe(stamp);
    });

    test('are changed only over the stamp they were loaded with', async () => {
      const name = await filled([{ id: 'x' }]);
      const changed: Doc & { changed: boolean } = { id: 'x', changed: true };
      const write = (loaded: bigint | undefined, from: bigint, gone = false) =>
        store.write(name, [{ id: 'x', stamp: from + 1n, loaded, ...(!gone && { doc: changed }) }], {
          ...{ name, from, to: from + 1n },
        });
      await expect(write(undefined, 1n)).rejects.toThrow(WriteConflict);
      await expect(write(7n, 1n)).rejects.toThrow(WriteConflict);
      await expect(write(7n, 1n, true)).rejects.toThrow(WriteConflict);
      expect((await store.getMany(name, ['x'])).get('x')).toEqual({ id: 'x', stamp: 1n, doc: { id: 'x' } });
      await write(1n, 1n);
      expect((await store.getMany(name, ['x'])).get('x')?.doc).toEqual(changed);
    });

    test('leave tombstones that keep their stamp, are never found, and come to life again', async () => {
      const name = await filled([{ id: 'x' }, { id: 'y' }]);
      const at = (from: bigint) => ({ name, from, to: from + 1n });
      await store.write(
        name,
        [
          { id: 'x', stamp: 3n, loaded: 1n },
          { id: 'z', stamp: 3n, loaded: undefined },
        ],
        at(2n),
      );
      expect((await store.getMany(name, ['x', 'z'])).get('x')).toEqual({ id: 'x', stamp: 3n });
      expect((await store.find(name, { limit: 9 })).docs).toEqual([{ id: 'y' }]);
      expect((await store.find(name, { filter: { a: { $ne: 1 } }, limit: 9 })).docs).toEqual([{ id: 'y' }]);
      expect(await store.count(name)).toBe(1);
      expect(await store.count(name, { a: null })).toBe(1);
      expect((await scanned(name)).map(({ id, doc }) => [id, doc !== undefined])).toEqual([
        ['x', false],
        ['y', true],
        ['z', false],
      ]);
      await expect(
        store.write(name, [{ id: 'x', stamp: 4n, loaded: undefined, doc: { id: 'x' } }], at(3n)),
      ).rejects.toThrow(WriteConflict);
      await store.write(name, [{ id: 'x', stamp: 4n, loaded: 3n, doc: { id: 'x' } }], {
        ...{ name, from: await store.checkpoint(name) },
        to: 4n,
      });
      await store.write(name, [{ id: 'z', stamp: 5n, loaded: 3n }], at(4n));
      expect((await store.getMany(name, ['x', 'z'])).get('z')).toEqual({ id: 'z', stamp: 5n });
      expect(await store.count(name)).toBe(2);
    });

    test('are swept when they are tombstones up to a position', async () => {
      const name = await filled([{ id: 'w' }, { id: 'x' }, { id: 'y' }]);
      await store.write(
        name,
        [
          { id: 'x', stamp: 4n, loaded: 2n },
          { id: 'y', stamp: 5n, loaded: 3n },
        ],
        {
          ...{ name, from: 3n, to: 5n },
        },
      );
      await store.sweep(name, 4n);
      expect([...(await store.getMany(name, ['w', 'x', 'y'])).keys()].sort()).toEqual(['w', 'y']);
    });
  });

  describe('checkpoints', () => {
    test('move only from where they are', async () => {
      const name = await filled([]);
      const move = (from: bigint | undefined, to: bigint) => store.write(name, [], { name, from, to });
      await expect(move(undefined, 1n)).rejects.toThrow(WriteConflict);
      await expect(move(3n, 4n)).rejects.toThrow(WriteConflict);
      await move(0n, 9n);
      expect(await store.checkpoint(name)).toBe(9n);
      await store.dropCheckpoint(name);
      expect(await store.checkpoint(name)).toBeUndefined();
      await move(undefined, 2n);
    });
  });

  describe('filters', () => {
    test('give the rows that mingo gives, indexed or not', async () => {
      await fc.assert(
        fc.asyncProperty(
          documents,
          fc.array(filters, { minLength: 1, maxLength: 12 }),
          async (docs, some) => {
            const name = await filled(docs);
            for (const filter of some) {
              const expected = docs.filter((doc) => asMingo(filter, doc));
              const { docs: found } = await store.find(name, { filter, limit: 100 });
              expect({ filter, ids: found.map(({ id }) => id) }).toEqual({
                filter,
                ids: expected.map(({ id }) => id).sort(),
              });
              expect(await store.count(name, filter)).toBe(expected.length);
            }
            await store.drop(name);
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
            const name = await filled(docs, byIndex ? scanning : { scanned });
            for (const [asked, sort] of some) {
              const filter = { kind: 'one', $and: [asked] };
              const expected = docs.filter((doc) => asMingo(filter, doc)).sort(byOrder(sort));
              const first = await store.find(name, { filter, sort, limit, total: true });
              const rest =
                first.next === undefined
                  ? { docs: [], total: expected.length }
                  : await store.find(name, { filter, sort, limit: 100, after: first.next, total: true });
              const ids = [...first.docs, ...rest.docs].map(({ id }) => id);
              expect({ asked, sort, ids, totals: [first.total, rest.total] }).toEqual({
                ...{ asked, sort },
                ids: expected.map(({ id }) => id),
                totals: [expected.length, expected.length],
              });
            }
            await store.drop(name);
          },
        ),
        { numRuns: 60 },
      );
    });

    test('see what is scanned as it was written last', async () => {
      const name = await filled(kinds([{ id: 'x', a: 1, n: { y: 'old' } } as Doc, { id: 'y' }]), scanning);
      const put = (stamp: bigint, doc?: Doc) =>
        store.write(name, [{ id: 'x', stamp, loaded: stamp === 3n ? 1n : stamp - 1n, ...(doc && { doc }) }], {
          ...{ name, from: stamp - 1n, to: stamp },
        });
      const ids = async (filter: Filter) =>
        (await store.find(name, { filter: { kind: 'one', ...filter }, limit: 9 })).docs.map(({ id }) => id);
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
      const name = await filled([{ id: 'x', a: 'it\'s \u0000 "x" %_', b: 'é' } as Doc]);
      const list = Array.from({ length: 40_000 }, (_, i) => `v${i}`);
      const one = async (filter: Filter) => (await store.find(name, { filter, limit: 1 })).docs.length;
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
          const name = await filled(docs);
          const ids: string[] = [];
          let after: string | undefined;
          do {
            const page = await store.find(name, {
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
          await store.drop(name);
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
      const name = await filled(docs);
      for (const filter of [{ a: 'odd' }, { b: { $regex: '[13579]$' } }] as Filter[]) {
        const first = await store.find(name, { filter, sort: ['-id'], limit: 1_249 });
        expect(first.docs[0]!.id).toBe('d12499');
        const second = await store.find(name, { filter, sort: ['-id'], limit: 1_249, after: first.next! });
        expect(second).toEqual({ docs: [docs[1]] });
        expect(await store.count(name, filter)).toBe(1_250);
      }
    });

    test('go on past 10,000 rows, and show what stays exactly once while others come, change and go', async () => {
      const docs = kinds(
        Array.from({ length: 14_000 }, (_, i) => ({ id: `d${10_000 + i}`, a: i % 700 }) as Doc),
      );
      const staying = docs.filter(({ kind }) => kind === 'one').map(({ id }) => id);
      for (const sort of [[], ['-a']]) {
        const name = await filled(docs, scanning);
        const seen: string[] = [];
        let position = BigInt(docs.length);
        for (let after: string | undefined; ;) {
          const filter = { kind: 'one', a: { $gte: 0 } };
          const page = await store.find(name, {
            filter,
            sort,
            limit: 700,
            ...(after !== undefined && { after }),
          });
          seen.push(...page.docs.map(({ id }) => id));
          after = page.next;
          if (after === undefined) break;
          const changed = docs[Number(position) % docs.length]!;
          const { stamp } = (await store.getMany(name, [changed.id])).get(changed.id)!;
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
          await store.write(name, writes, { name, from: position, to: ++position });
        }
        expect(seen.length).toBeGreaterThan(10_000);
        expect(new Set(seen).size).toBe(seen.length);
        const found = new Set(seen);
        expect(staying.filter((id) => !found.has(id))).toEqual([]);
      }
    });

    test('refuse a cursor that none of them gave', async () => {
      const name = await filled([{ id: 'x' }]);
      const written = ['["x",1]', '[{"$gt":""}]', '[{"x":{"$gt":""}},"x"]'];
      for (const after of [
        '',
        'zz',
        'bnVsbA',
        ...written.map((text) => Buffer.from(text).toString('base64url')),
      ])
        await expect(store.find(name, { limit: 1, after })).rejects.toMatchObject({ code: 'cursor-invalid' });
      const foreign = Buffer.from('["x","y"]').toString('base64url');
      await expect(store.find(name, { limit: 1, after: foreign })).rejects.toMatchObject({
        code: 'cursor-invalid',
      });
    });
  });

  describe('scans', () => {
    const docs = Array.from({ length: 1_300 }, (_, i) => ({ id: `a/${String(i).padStart(5, '0')}`, n: i }));

    test('give everything in the order of ids, in pages, also to a reader beside the writer', async () => {
      const name = await filled([...docs.slice(600), ...docs.slice(0, 600), { id: 'b/1' }, { id: 'A' }]);
      const ids = ['A', ...docs.map(({ id }) => id), 'b/1'];
      const again = await opened.again();
      try {
        expect((await scanned(name)).map(({ id }) => id)).toEqual(ids);
        expect((await scanned(name, {}, again)).map(({ id }) => id)).toEqual(ids);
        expect((await again.find(name, { limit: 2 })).docs.map(({ id }) => id)).toEqual(['A', 'a/00000']);
      } finally {
        await again.close();
      }
    });

    test('give a range, its beginning included and its end not', async () => {
      const name = await filled(docs);
      const found = await scanned(name, { from: 'a/00100', to: 'a/00103' });
      expect(found.map(({ id }) => id)).toEqual(['a/00100', 'a/00101', 'a/00102']);
      expect(found[0]).toEqual({ id: 'a/00100', stamp: 101n, doc: docs[100] });
    });

    test('miss no document that stays while others come and go', async () => {
      const name = await filled(docs);
      const seen: string[] = [];
      let position = BigInt(docs.length);
      for await (const page of store.scan(name)) {
        seen.push(...page.map(({ id }) => id));
        const last = page.at(-1)!.id;
        const writes = [
          { id: `${last}!`, stamp: position + 1n, loaded: undefined },
          { id: `A${position}`, stamp: position + 1n, loaded: undefined, doc: { id: `A${position}` } },
        ].filter(() => seen.length < docs.length + 20);
        await store.write(name, writes, { name, from: position, to: ++position });
      }
      expect(seen.filter((id) => /^a\/\d+$/.test(id))).toEqual(docs.map(({ id }) => id));
    });
  });

  describe('state', () => {
    test('is set when it is still what was expected', async () => {
      const key = `state:${++made}`;
      expect(await store.getState(key)).toBeUndefined();
      expect(await store.compareAndSet(key, { a: 1 }, { a: 2 })).toBe(false);
      expect(await store.compareAndSet(key, undefined, { a: 1 })).toBe(true);
      expect(await store.compareAndSet(key, undefined, { a: 2 })).toBe(false);
      expect(await store.compareAndSet(key, { a: 1 }, { a: 2, b: ['x', null] })).toBe(true);
      expect(await store.getState(key)).toEqual({ a: 2, b: ['x', null] });
      await store.setState(key, 'now a text');
      expect(await store.compareAndSet(key, 'now a text', undefined)).toBe(true);
      expect(await store.compareAndSet(key, undefined, undefined)).toBe(true);
      expect(await store.getState(key)).toBeUndefined();
    });

    test('has one winner of many', async () => {
      const key = `state:${++made}`;
      const won = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.compareAndSet(key, undefined, i)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.getState(key)).toBe(won.indexOf(true));
    });
  });

  describe('collections', () => {
    test('are made once, indexed later, listed and dropped', async () => {
      const spec = { name: `c${++made}_v1`, indexes: [['a']] };
      await store.ensure(spec, 'later');
      await store.ensure(spec, 'now');
      await store.ensure(spec, 'now');
      expect(await store.collections()).toContain(spec.name);
      await store.drop(spec.name);
      await store.drop(spec.name);
      expect(await store.collections()).not.toContain(spec.name);
      await store.ensure({ ...spec, indexes: [['b']] });
      expect(await store.count(spec.name)).toBe(0);
    });
  });
});

const asMingo = (filter: Filter, doc: Doc) => new Query(filter).test({ ...doc });

const byOrder = (sort: readonly string[]) => (one: Doc, other: Doc) => {
  for (const path of [...sort, sort.at(-1)?.startsWith('-') ? '-id' : 'id']) {
    const down = path.startsWith('-');
    const bare = down ? path.slice(1) : path;
    const order = compare(valueAt(one, bare), valueAt(other, bare));
    if (order !== 0) return down ? -order : order;
  }
  return 0;
};
