// Pairs two sequences of records in the order of type and id: what each record was then and is now. Pure.
import { compareIds } from '../../crm/records/record.vocabulary';
import type { RecordAt } from '../record-at';

export interface Pair {
  readonly then?: RecordAt;
  readonly now?: RecordAt;
}

type Pages = AsyncIterable<readonly RecordAt[]>;

/**
 * Pages of pairs in the same order; each record comes once, whether one side has it or both. Closes both sides when it
 * ends early.
 */
export async function* sideBySide(then: Pages, now: Pages): AsyncGenerator<Pair[], void> {
  const [left, right] = [new Side(then), new Side(now)];
  try {
    await Promise.all([left.load(), right.load()]);
    while (!left.done || !right.done) {
      const pairs: Pair[] = [];
      // Stops when one side needs its next page, whose records are not known yet.
      while ((left.has || left.done) && (right.has || right.done) && (left.has || right.has)) {
        const order = left.has && right.has ? compare(left.head, right.head) : left.has ? -1 : 1;
        if (order < 0) pairs.push({ then: left.take() });
        else if (order > 0) pairs.push({ now: right.take() });
        else pairs.push({ then: left.take(), now: right.take() });
      }
      if (pairs.length > 0) yield pairs;
      await Promise.all([left.load(), right.load()]);
    }
  } finally {
    await Promise.allSettled([left.close(), right.close()]);
  }
}

class Side {
  private readonly pages: AsyncIterator<readonly RecordAt[]>;
  private page: readonly RecordAt[] = [];
  private index = 0;
  done = false;

  constructor(pages: Pages) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  get has(): boolean {
    return this.index < this.page.length;
  }

  get head(): RecordAt {
    return this.page[this.index]!;
  }

  take(): RecordAt {
    return this.page[this.index++]!;
  }

  /** Loads the next page that is not empty, where the current one is used up. */
  async load(): Promise<void> {
    while (!this.has && !this.done) {
      const next = await this.pages.next();
      if (next.done) this.done = true;
      else [this.page, this.index] = [next.value, 0];
    }
  }

  async close(): Promise<void> {
    if (!this.done) await this.pages.return?.();
  }
}

function compare(a: RecordAt, b: RecordAt): number {
  if (a.objectType !== b.objectType) return a.objectType < b.objectType ? -1 : 1;
  return compareIds(a.recordId, b.recordId);
}
