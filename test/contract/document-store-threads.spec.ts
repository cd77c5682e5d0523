// A query that would take for ever is cut, while other requests and the event loop do not wait for it; queries behind
// it are not refused along with it; and two threads give the answer of a slow query just as one does.
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { pause } from '../../src/supervision/pause';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { SqliteQueries } from '../../src/read/stores/embedded/sqlite-queries';
import { scanWrites } from '../../src/read/stores/embedded/sqlite-scan';
import { SlowQueries } from '../../src/read/stores/embedded/slow-queries';
import { SqliteThread } from '../../src/read/stores/embedded/threads/sqlite.client';
import { SqliteWriter } from '../../src/read/stores/embedded/sqlite-writer';
import { documents, filters, sorts } from '../support/random/random-docs';
import { temporaryFolder } from '../support/read-side';
import { FaultsSeen } from '../support/faults-seen';

const RUNAWAY = { filter: { text: { $regex: '^(a+)+$' } }, limit: 1 };

/** A store with one document whose text keeps RUNAWAY busy for ever. */
async function withText() {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  const name = 'texts_v1';
  const doc = { id: 'x', text: `${'a'.repeat(40)}b` };
  await store.ensure({ name });
  await store.write(name, [{ id: 'x', stamp: 1n, loaded: undefined, doc }], {
    ...{ name, from: undefined, to: 1n },
  });
  const remove = async () => {
    await store.close();
    await folder.remove();
  };
  return { store, name, doc, file: `${folder.path}/read.db`, remove };
}
const faults = new FaultsSeen();
const reader = (file: string, options: { limitMs: number; apart?: number }) =>
  SqliteThread.of<SqliteQueries>(file, 'reader', { part: 'document-reader', faults, ...options });

test('a runaway query is refused, and the next one is answered', async () => {
  const { store, name, doc, file, remove } = await withText();
  const lane = reader(file, { limitMs: 1_000 });
  const refused = expect(lane.call('find', name, RUNAWAY)).rejects.toMatchObject({ code: 'query-too-slow' });
  // Meanwhile the writing thread writes, and `getMany` reads on the main thread.
  await store.write(name, [], { name, from: 1n, to: 2n });
  expect((await store.getMany(name, ['x'])).size).toBe(1);
  await refused;
  expect((await lane.call('find', name, { limit: 1 })).docs).toEqual([JSON.stringify(doc)]);
  await lane.close();
  await remove();
});

test('a query that is cut takes none of those behind it with it', async () => {
  const { name, file, remove } = await withText();
  const lane = reader(file, { limitMs: 1_000 });
  const asked = Array.from({ length: 12 }, (_, n) =>
    lane.call('find', name, n % 6 === 2 ? RUNAWAY : { limit: 1 }),
  );
  const outcomes = (await Promise.allSettled(asked)).map((one) =>
    one.status === 'fulfilled' ? 'found' : 'cut',
  );
  expect(outcomes).toEqual(asked.map((_, n) => (n % 6 === 2 ? 'cut' : 'found')));
  await lane.close();
  await remove();
});

test('the time of a query does not begin while its thread is still at one that was cut', async () => {
  const { name, file, remove } = await withText();
  const limitMs = 500;
  const [lane, other] = [reader(file, { limitMs }), reader(file, { limitMs })];
  type Leaving = { leaving: Map<unknown, Promise<void>>; hasLeft(far: unknown): void };
  const { leaving: inside } = lane as unknown as { leaving: Leaving };
  const tooSlow = { code: 'query-too-slow' };
  await lane.call('collections');
  // As many threads as may be leaving are leaving, and none of them ends.
  for (let n = 0; n < 4; n++) inside.leaving.set(n, Promise.resolve());
  const cut = expect(lane.call('find', name, RUNAWAY)).rejects.toMatchObject(tooSlow);
  const behind = lane.call('find', name, { limit: 1 });
  let ended = false;
  const noted = behind.finally(() => (ended = true)).catch(() => undefined);
  await cut;
  // A query that begins now is cut after `limitMs`. If the time of the waiting query had begun, that one would be cut
  // first.
  await expect(other.call('find', name, RUNAWAY)).rejects.toMatchObject(tooSlow);
  expect(ended).toBe(false);
  inside.hasLeft(0);
  expect((await behind).docs).toHaveLength(1);
  await noted;
  await Promise.all([lane.close(), other.close()]);
  await remove();
});

test('nobody waits behind a query that takes long: it gets a thread to itself', async () => {
  const { name, file, remove } = await withText();
  // With this limit, a query that waited for a runaway would fail the test.
  const lane = reader(file, { limitMs: 600_000, apart: 3 });
  await lane.call('find', name, { limit: 1 });
  let ended = 0;
  const runaways = [1, 2, 3].map(() =>
    lane.call('find', name, RUNAWAY).then(
      () => ended++,
      () => ended++,
    ),
  );
  const behind = Array.from({ length: 20 }, () => lane.call('find', name, { limit: 1 }));
  for (const { docs } of await Promise.all(behind)) expect(docs).toHaveLength(1);
  for (let n = 0; n < 20; n++) await lane.call('count', name);
  expect({ ended, load: lane.load }).toEqual({ ended: 0, load: 3 });
  await lane.close();
  await Promise.all(runaways);
  await remove();
});

test('one that takes long and ends is answered all the same', async () => {
  const { store, name, file, remove } = await withText();
  const lane = reader(file, { limitMs: 600_000, apart: 1 });
  const many = Array.from({ length: 20_000 }, (_, n) => ({ id: `d${n}`, text: `a${n}`.repeat(20) }));
  const writes = many.map((doc) => ({ id: doc.id, stamp: 2n, loaded: undefined, doc }));
  await store.write(name, writes, { name, from: 1n, to: 2n });
  await lane.call('collections');
  const long = lane.call('find', name, {
    filter: { $and: [{ id: { $gte: 'd' } }, { text: { $regex: '(a|b)(\\d|c)+(x|y)$' } }] },
    limit: 1,
  });
  const behind = Array.from({ length: 5 }, () => lane.call('find', name, { limit: 1 }));
  await Promise.all(behind);
  expect((await long).docs).toEqual([]);
  expect(lane.load).toBe(0);
  await lane.close();
  await remove();
});

test('a thread that ends fails the query under way, and those behind it are asked again', async () => {
  const { name, file, remove } = await withText();
  const lane = reader(file, { limitMs: 600_000 });
  await lane.call('find', name, { limit: 1 });
  const first = lane.call('find', name, RUNAWAY);
  const behind = Array.from({ length: 5 }, () => lane.call('find', name, { limit: 1 }));
  const failed = expect(first).rejects.toThrow('The thread of the document store ended');
  await (lane as unknown as { far: Worker }).far.terminate();
  await failed;
  for (const { docs } of await Promise.all(behind)) expect(docs).toHaveLength(1);
  expect(faults.reported.filter(({ part }) => part === 'document-reader')).toHaveLength(1);
  await lane.close();
  await remove();
});

test('however many are cut in the midst of a statement, the process lives on', async () => {
  const { store, name, file, remove } = await withText();
  const many = Array.from({ length: 2_000 }, (_, n) => ({ id: `d${n}`, text: `a${n}`.repeat(20) }));
  const writes = many.map((doc) => ({ id: doc.id, stamp: 2n, loaded: undefined, doc }));
  await store.write(name, writes, { name, from: 1n, to: 2n });
  for (let n = 0; n < 20; n++) {
    const lane = reader(file, { limitMs: 600_000, apart: 1 });
    await lane.call('collections');
    // Statements that have not been prepared before.
    for (let i = 0; i < 200; i++)
      void lane.call('count', name, { [`field${i}`]: 'x' }).catch(() => undefined);
    await pause(n % 20);
    const { far } = lane as unknown as { far: Worker };
    const ended = new Promise((resolve) => far.once('exit', resolve));
    (lane as unknown as { cut(far: Worker): void }).cut(far);
    await ended;
    await lane.close();
  }
  expect((await store.find(name, { limit: 1 })).docs).toHaveLength(1);
  await remove();
});

test('a thread of slow queries that ends is replaced, and told once', async () => {
  const { name, doc, file, remove } = await withText();
  const seen = new FaultsSeen();
  const slow = new SlowQueries(file, { faults: seen, limitMs: 20_000 });
  expect((await slow.find(name, { limit: 1 })).docs).toEqual([doc]);
  const { lanes } = slow as unknown as { lanes: readonly { far?: Worker }[] };
  for (const { far } of lanes) await far?.terminate();
  await seen.seen('slow-reader');
  expect((await slow.find(name, { limit: 1 })).docs).toEqual([doc]);
  expect(seen.reported.map(({ part }) => part)).toEqual(['slow-reader']);
  expect([...seen.failing]).toEqual([]);
  await slow.close();
  await remove();
});

test('a scan of large documents gives smaller pages, so that a thread with a small heap can read them', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  const name = 'large_v1';
  await store.ensure({ name });
  const long = 'é'.repeat(50_000);
  const docs = Array.from({ length: 150 }, (_, i) => ({
    id: `a/${String(i).padStart(3, '0')}`,
    text: i === 100 ? 'x'.repeat(6_000_000) : i % 3 === 0 ? 'short' : long,
  }));
  const writes = docs.map((doc, i) => ({ id: doc.id, stamp: BigInt(i), loaded: undefined, doc }));
  // A tombstone between the documents, too.
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
  // The document that fills a page may itself be large.
  expect(largest).toBeLessThan(4_194_304 + 6_100_000);
  expect(largest).toBeGreaterThan(4_000_000);
  await store.close();
  await folder.remove();
});

/** Calls `happens` once the documents of a page have been chosen, before they are fetched. */
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
  const store = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  const slow = new SlowQueries(`${folder.path}/read.db`, {
    faults: new FaultsSeen(),
    limitMs: 20_000,
    much: 2,
  });
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
  const store = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  const name = 'many_v1';
  await store.ensure({ name, indexes: [['kind', 'rank']] });
  const docs = Array.from({ length: 60_000 }, (_, n) => ({ id: `a/${100_000 + n}`, kind: 'k', rank: n }));
  const writes = docs.map((doc) => ({ id: doc.id, stamp: 1n, loaded: undefined, doc }));
  await store.write(name, writes, { name, from: undefined, to: 1n });
  // A range and a cursor are both lower bounds of the same field.
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
  // Read from the beginning, the last page would take many times as long.
  for (const [first, last] of medians) expect(last).toBeLessThan(4 * first + 1);
});

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;
