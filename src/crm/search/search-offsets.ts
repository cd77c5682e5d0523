// Pages of a search that are asked for by the number of records before them, as clients do that count pages themselves
// instead of sending back the cursor of the page before.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Found } from '../../read/document-store';
import { Refusal } from '../../refusals';

/** HubSpot's own limit. */
const MOST = 10_000;
/** Records that are passed over at once. */
const STEP = 200;
/** How long the cursor of the page before is remembered, and how many characters of cursors are. */
const [REMEMBERED_MS, REMEMBERED] = [10 * 60_000, 8 * 1024 * 1024];

export interface Paging {
  readonly limit: number;
  readonly after?: string;
  /** False: nobody asks for the total, and it may be left out. */
  readonly counted?: boolean;
}
/** `position`: at which it was found, where it is of an instant. */
export type Page<D> = Found<D> & { readonly total: number; readonly position?: string };

/**
 * The number that an `after` of digits only is; undefined where it is a cursor. Refuses with `input-invalid` beyond
 * what is passed over.
 */
export function offsetOf(after: string): number | undefined {
  if (!/^\d+$/.test(after)) return undefined;
  const offset = Number(after);
  if (offset <= MOST) return offset;
  const message = `after: as a number it is at most ${MOST}; further pages are found by paging.next.after of the page before`;
  throw new Refusal('input-invalid', { message, errors: [{ message, in: 'after' }] });
}

export class SearchOffsets {
  private readonly cursors = new LRUCache<string, string>({
    ttl: REMEMBERED_MS,
    maxSize: REMEMBERED,
    sizeCalculation: (cursor) => cursor.length,
  });

  /**
   * The page after the first `offset` records. Where this process has just given the page before, the records after
   * that page, so that nothing is skipped or repeated while records are written; else records are counted anew.
   * `search` is what is asked, and by whom.
   */
  async page<D>(
    search: unknown,
    offset: number,
    limit: number,
    find: (paging: Paging) => Promise<Page<D>>,
  ): Promise<Page<D>> {
    const asked = createHash('sha256').update(JSON.stringify(search)).digest('base64');
    let after = offset > 0 ? this.cursors.get(`${asked} ${offset}`) : undefined;
    for (let passed = after === undefined ? 0 : offset; passed < offset;) {
      const { docs, next } = await find({
        ...placed(Math.min(STEP, offset - passed), after),
        counted: false,
      });
      if (next === undefined) return beyond(await find(placed(1, undefined)));
      passed += docs.length;
      after = next;
    }
    const found = await find(placed(limit, after));
    if (found.next !== undefined) this.cursors.set(`${asked} ${offset + found.docs.length}`, found.next);
    return found;
  }
}

/** A page after the last record: no records, and the total. */
const beyond = <D>({ next: _next, ...found }: Page<D>): Page<D> => ({ ...found, docs: [] });

const placed = (limit: number, after: string | undefined): Paging => ({
  limit,
  ...(after !== undefined && { after }),
});
