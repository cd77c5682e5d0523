// Pages that are asked for by the number of records before them are those that cursors lead to.
import fc from 'fast-check';
import { offsetOf, SearchOffsets, type Paging } from '../../../../src/crm/search/search-offsets';

/** A search over ids in order, whose cursor is the last id of a page. */
const searching =
  (ids: readonly number[], asked: number[] = []) =>
  async ({ limit, after, counted = true }: Paging) => {
    asked.push(limit);
    const rest = after === undefined ? ids : ids.filter((id) => id > Number(after.slice(1)));
    const docs = rest.slice(0, limit);
    return { docs, total: counted ? ids.length : 0, ...(rest.length > limit && { next: `c${docs.at(-1)}` }) };
  };
const upTo = (count: number) => Array.from({ length: count }, (_, id) => id);

test('any number of records is passed over, in whatever order pages are asked for', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 900 }),
      fc.array(fc.record({ offset: fc.nat(1_000), limit: fc.integer({ min: 1, max: 200 }) }), {
        minLength: 1,
      }),
      async (count, pages) => {
        const offsets = new SearchOffsets();
        for (const { offset, limit } of pages) {
          const found = await offsets.page('search', offset, limit, searching(upTo(count)));
          expect(found.docs).toEqual(upTo(count).slice(offset, offset + limit));
          expect(found.total).toBe(count);
        }
      },
    ),
  ));

test('one page after another goes on from the page before, though records before it are gone', async () => {
  const offsets = new SearchOffsets();
  const seen: number[] = [];
  let ids = upTo(95);
  for (let offset = 0; ; offset += 10) {
    const asked: number[] = [];
    const { docs } = await offsets.page('search', offset, 10, searching(ids, asked));
    seen.push(...docs);
    if (docs.length === 0) break;
    if (docs.length === 10) expect(asked).toEqual([10]);
    ids = ids.slice(1);
  }
  expect(seen).toEqual(upTo(95));
});

test('what is passed over is not counted', async () => {
  const counting: (boolean | undefined)[] = [];
  const find = searching(upTo(1_000));
  const counts = (paging: Paging) => {
    counting.push(paging.counted);
    return find(paging);
  };
  expect((await new SearchOffsets().page('search', 500, 10, counts)).total).toBe(1_000);
  expect(counting).toEqual([false, false, false, undefined]);
});

test('what another search has given is not gone on from', async () => {
  const offsets = new SearchOffsets();
  await offsets.page({ sorts: ['a'] }, 0, 10, searching(upTo(50)));
  const asked: number[] = [];
  await offsets.page({ sorts: ['b'] }, 10, 10, searching(upTo(50), asked));
  expect(asked).toEqual([10, 10]);
});

test('digits are a number of records, and nothing else is', () => {
  expect(['0', '200', '10000'].map(offsetOf)).toEqual([0, 200, 10_000]);
  for (const cursor of ['', 'WyIxIl0', '12~WyIxIl0', '-1', '1.5', '1e3'])
    expect(offsetOf(cursor)).toBeUndefined();
  expect(() => offsetOf('10001')).toThrow('at most 10000');
});
