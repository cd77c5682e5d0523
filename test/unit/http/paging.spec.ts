// Lists that lie in memory as a whole, page by page.
import fc from 'fast-check';
import { pageOfAll } from '../../../src/http/answers/paging';

const keyOf = (id: string) => id.padStart(16, '0');
const ids = fc.uniqueArray(fc.integer({ min: 1, max: 999 }).map(String), { maxLength: 20 });

test('every page but the last is full, and together they are the list, though some are deleted meanwhile', () =>
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 7 }), fc.nat(3), (all, limit, deleted) => {
      const kept = new Set(all);
      const found: string[] = [];
      for (let after: string | undefined; ;) {
        const { docs, next } = pageOfAll([...kept], keyOf, { limit, after });
        found.push(...docs);
        if (next === undefined) break;
        expect(docs).toHaveLength(limit);
        // The one that the cursor was made of is gone.
        if (found.length > deleted) kept.delete(docs.at(-1)!);
        after = next;
      }
      expect(found).toEqual([...all].sort((a, b) => Number(a) - Number(b)));
    }),
  ));

test('what is no cursor is refused', () => {
  for (const after of ['', 'å', Buffer.from('$gt').toString('base64url')])
    expect(() => pageOfAll(['1', '2'], keyOf, { limit: 1, after })).toThrow('cursor');
});
