// A query that would take for ever is cut, and neither other requests nor the event loop wait for it; one that takes long
// is answered by two threads as by one.
import fc from 'fast-check';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded.document-store';
import { SqliteQueries } from '../../src/read/stores/sqlite-queries';
import { scanWrites } from '../../src/read/stores/sqlite-scan';
import { SlowQueries } from '../../src/read/stores/slow-queries';
import { SqliteThread } from '../../src/read/stores/sqlite-thread';
import { SqliteWriter } from '../../src/read/stores/sqlite-writer';
import { documents, filters, sorts } from '../support/random-docs';
import { temporaryFolder } from '../support/read-side';

test('a runaway query is refused, and the next one is answered', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path);
  const name = 'texts_v1';
  await store.ensure({ name });
  const doc = { id: 'x', text: `${'a'.repeat(40)}b` };
  await store.write(name, [{ id: 'x', stamp: 1n, loaded: undefined, doc }], {
    name,
    from: undefined,
    to: 1n,
  });

  const reader = SqliteThread.of<SqliteQueries>(`${folder.path}/read.db`, 'reader', { limitMs: 1_000 });
  const runaway = reader.call('find', name, { filter: { text: { $regex: '^(a+)+$' } }, limit: 1 });
  const refused = expect(runaway).rejects.toMatchObject({ code: 'query-too-slow' });
  // Meanwhile, by the writing thread and in place.
  await store.write(name, [], { name, from: 1n, to: 2n });
  expect((await store.getMany(name, ['x'])).size).toBe(1);
  await refused;
  expect((await reader.call('find', name, { limit: 1 })).docs).toEqual([JSON.stringify(doc)]);
  await reader.close();
  await store.close();
  await folder.remove();
});

test('a scan of large documents gives smaller pages, so that a thread with a small heap can read them', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path);
  const name = 'large_v1';
  await store.ensure({ name });
  const long = 'é'.repeat(50_000);
  const docs = Array.from({ length: 150 }, (_, i) => ({
    id: `a/${String(i).padStart(3, '0')}`,
    text: i === 100 ? 'x'.repeat(6_000_000) : i % 3 === 0 ? 'short' : long,
  }));
  const writes = docs.map((doc, i) => ({ id: doc.id, stamp: BigInt(i), loaded: undefined, doc }));
  // A tombstone between them, too.
  const gone = { id: 'a/050!', stamp: 1n, loaded: undefined };
  await store.write(name, [...writes, gone], { name, from: undefined, to: 150n });

  const found: string[] = [];
  let largest = 0;
  for await (const page of store.scan(name)) {
    found.push(...page.map(({ id }) => id));
    if (page.length > 1)
      largest = Math.max(largest, Buffer.byteLength(JSON.stringify(page.map(({ doc }) => doc))));
  }
  expect(found).toEqual([...docs.map(({ id }) => id), gone.id].sort());
  // The document that makes a page full may be large itself.
  expect(largest).toBeLessThan(4_194_304 + 6_100_000);
  expect(largest).toBeGreaterThan(4_000_000);
  await store.close();
  await folder.remove();
});

/** Something happens once the documents of a page have been judged, before they are fetched. */
class Interrupted extends SqliteQueries {
  constructor(
    file: string,
    private readonly happens: () => void,
  ) {
    super(file);
  }

  protected override rows(sql: string, values?: readonly unknown[]): unknown[][] {
    if (sql.includes('json_each(?) each')) this.happens();
    return super.rows(sql, values);
  }
}

test('a document that is removed while a page of a search is read does not end the list', async () => {
  const folder = await temporaryFolder();
  const file = `${folder.path}/read.db`;
  const writer = new SqliteWriter(file);
  const name = 'searched_v1';
  const scanned = { by: 'kind', paths: [], members: ['values'] };
  writer.ensure({ name, scanned }, 'now');
  const docs = ['1', '2', '3', '4'].map((id) => ({ id, kind: 'k', values: { name: 'aba' } }));
  const rows = docs.flatMap((doc) => [doc.id, 1n, undefined, JSON.stringify(doc)]);
  const kept = scanWrites(
    scanned,
    docs.map((doc) => ({ id: doc.id, doc })),
  );
  writer.write(name, rows, { name, from: undefined, to: 1n }, kept);
  const remove = () =>
    writer.write(name, ['2', 2n, 1n, undefined], { name, from: 1n, to: 2n }, { shapes: [], gone: ['2'] });
  const filter = { kind: 'k', 'values.name': { $regex: '^(a|b)+$' } };
  const reader = new Interrupted(file, remove);
  const { docs: page, next } = reader.find(name, { filter, limit: 2 });
  reader.close();
  expect(page.map((text) => (JSON.parse(text) as { id: string }).id)).toEqual(['1', '2']);
  expect(next).toBeDefined();
  const later = new SqliteQueries(file);
  expect(later.find(name, { filter, limit: 9 }).docs).toHaveLength(3);
  later.close();
  writer.close();
  await folder.remove();
});

test('two threads that read one half each find, order and count what one finds', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path);
  const slow = new SlowQueries(`${folder.path}/read.db`, { limitMs: 20_000, much: 2 });
  let made = 0;
  await fc.assert(
    fc.asyncProperty(
      documents,
      filters,
      sorts,
      fc.integer({ min: 1, max: 9 }),
      async (docs, asked, sort, limit) => {
        const name = `halves_v${++made}`;
        await store.ensure({ name, scanned: { by: 'kind', paths: ['a', 'b'], members: ['n'] } });
        const writes = docs.map((doc) => ({
          id: doc.id,
          stamp: 1n,
          loaded: undefined,
          doc: { ...doc, kind: 'one' },
        }));
        await store.write(name, writes, { name, from: undefined, to: 1n });
        const filter = { kind: 'one', $and: [asked] };
        for (let after: string | undefined; ;) {
          const options = { filter, sort, limit, total: true, ...(after !== undefined && { after }) };
          const found = await slow.find(name, options);
          expect(found).toEqual(await store.find(name, options));
          after = found.next;
          if (after === undefined) break;
        }
        await store.drop(name);
      },
    ),
    { numRuns: 100 },
  );
  await slow.close();
  await store.close();
  await folder.remove();
});

test('the last page of a long list takes no longer than the first', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path);
  const name = 'many_v1';
  await store.ensure({ name, indexes: [['kind', 'rank']] });
  const docs = Array.from({ length: 60_000 }, (_, n) => ({ id: `a/${100_000 + n}`, kind: 'k', rank: n }));
  const writes = docs.map((doc) => ({ id: doc.id, stamp: 1n, loaded: undefined, doc }));
  await store.write(name, writes, { name, from: undefined, to: 1n });
  // A range and the place to go on from are both lower bounds of the same field.
  const lists = [
    { filter: { id: { $gte: 'a/', $lt: 'a0' }, kind: 'k' } },
    { filter: { kind: 'k', rank: { $gte: 0 } }, sort: ['rank'] },
  ];
  const medians: [number, number][] = [];
  for (const list of lists) {
    const { next } = await store.find(name, { ...list, limit: 59_950 });
    const page = async (after?: string) => {
      const started = performance.now();
      await store.find(name, { ...list, limit: 10, ...(after !== undefined && { after }) });
      return performance.now() - started;
    };
    const times = { first: [] as number[], last: [] as number[] };
    for (let n = 0; n < 9; n++) {
      times.first.push(await page());
      times.last.push(await page(next));
    }
    medians.push([median(times.first), median(times.last)]);
  }
  await store.close();
  await folder.remove();
  // Walked from the beginning it would be many times as long.
  for (const [first, last] of medians) expect(last).toBeLessThan(4 * first + 1);
});

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;
