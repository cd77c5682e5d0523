// Rows that several processes change at once: none is lost, none is kept beyond its time, and there are never too many.
import { type Row, SharedTable } from '../../../src/read/shared-table';
import { openStores, type Stores } from '../../support/read-side';

type Count = Row & { readonly n: number };

const NOW = Date.parse('2024-05-01T10:00:00Z');
const bounds = { slots: 4, rows: 8 };
let stores: Stores;
let here: SharedTable<Count>;
let elsewhere: SharedTable<Count>;
beforeEach(async () => {
  stores = await openStores();
  here = new SharedTable(stores.documents, 'test', bounds);
  elsewhere = new SharedTable(stores.documents, 'test', bounds);
});
afterEach(() => stores.close());

const add = (table: SharedTable<Count>, key: string, until = NOW + 1000, now = NOW) =>
  table.change(key, (row) => ({ row: { n: (row?.n ?? 0) + 1, until }, answer: row?.n ?? 0 }), now);
const rows = async (now = NOW) => {
  const found: Count[] = [];
  for await (const row of here.all(now)) found.push(row);
  return found;
};

test('a row that two processes change at once has all changes, each made on another state', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => add(i % 2 === 0 ? here : elsewhere, 'one')),
  );
  expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(await elsewhere.get('one', NOW)).toMatchObject({ n: 200 });
});

test('rows do not meet, whatever their keys are', async () => {
  for (const key of ['__proto__', 'constructor', '', 'a:b', '1']) {
    expect(await add(here, key)).toBe(0);
    expect(await add(elsewhere, key)).toBe(1);
  }
});

test('a row is gone when its time is over, and leaves its document with the next change of it', async () => {
  await add(here, 'one', NOW + 1000);
  expect(await here.get('one', NOW + 999)).toMatchObject({ n: 1 });
  expect(await here.get('one', NOW + 1000)).toBeUndefined();
  expect(await rows(NOW + 1000)).toEqual([]);
  expect(await rows(NOW)).toHaveLength(1);
  expect(await add(elsewhere, 'one', NOW + 9000, NOW + 1000)).toBe(0);
  await here.change('one', () => ({ row: undefined, answer: undefined }), NOW + 1000);
  expect(await rows(NOW)).toEqual([]);
});

test('there are never more rows than the bounds say; those that would go first make room', async () => {
  for (let i = 0; i < 200; i++) await add(here, `many-${i}`, NOW + 1000 + i);
  const kept = await rows();
  expect(kept).toHaveLength(bounds.slots * bounds.rows);
  expect(Math.min(...kept.map(({ until }) => until))).toBeGreaterThan(NOW + 1000);
  // A row that has just come stays, though it is the first to go.
  await add(here, 'short', NOW + 1);
  expect(await here.get('short', NOW)).toMatchObject({ n: 1 });
});
