// Sets aside the items at which a sweep fails, so that the sweep goes on with the rest: an item is tried again later,
// and shown as a fault of the sweep's part until it works or is gone.
import type { FaultReports } from './faults';
import type { Part } from './parts';
import { realTime, type Clock } from './pause';
import { StoreUnavailable } from '../store-unavailable';

/** One pass of a sweep over what it finds. */
export interface Round {
  readonly signal: AbortSignal;
  /**
   * Works on one item unless it is set aside; false where the item is, or is from now on. Rejects where the round has
   * no use: the signal has aborted, a store is away, or so many items have failed that the items are not to blame.
   */
  readonly each: (id: string, work: () => Promise<unknown>) => Promise<boolean>;
}

/** Milliseconds until an item is tried again, at most. */
const MOST_MS = 24 * 3_600_000;
/** Failures in a row, within a round, for which the items are not to blame. */
const MOST_IN_A_ROW = 1_000;

export interface AsideOptions {
  /** Milliseconds until an item is tried again for the first time; twice as long each time after that. */
  readonly leastMs: number;
  /** False: ids of items must not be logged. */
  readonly names?: boolean;
  readonly now?: () => number;
}

export class Aside {
  private readonly items = new Map<string, { readonly until: number; readonly ms: number }>();

  constructor(
    private readonly part: Part,
    private readonly faults: FaultReports,
    private readonly options: AsideOptions,
  ) {}

  /** Does one round. Rejects with what the sweep rejects with; items that are set aside stay a fault of the part. */
  async round(signal: AbortSignal, sweep: (round: Round) => Promise<void>): Promise<void> {
    const { leastMs, names = true, now = Date.now } = this.options;
    const met = new Set<string>();
    let inARow = 0;
    const each = async (id: string, work: () => Promise<unknown>): Promise<boolean> => {
      signal.throwIfAborted();
      const before = this.items.get(id);
      if (before) met.add(id);
      if (before && now() < before.until) return false;
      try {
        await work();
        this.items.delete(id);
        inARow = 0;
        return true;
      } catch (error) {
        if (signal.aborted || error instanceof StoreUnavailable || ++inARow > MOST_IN_A_ROW) throw error;
        const ms = before ? Math.min(2 * before.ms, MOST_MS) : leastMs;
        this.items.set(id, { until: now() + ms, ms });
        met.add(id);
        this.faults.report(this.part, error, names ? { id } : {});
        return false;
      }
    };
    await sweep({ signal, each });
    // An item that the sweep did not meet any more has gone by other ways.
    for (const id of this.items.keys()) if (!met.has(id)) this.items.delete(id);
    if (this.items.size === 0) this.faults.clear(this.part);
  }

  /** Milliseconds until the first of the items that are set aside is due; Infinity where none is. */
  get dueMs(): number {
    const { now = Date.now } = this.options;
    return Math.min(...[...this.items.values()].map(({ until }) => until - now()));
  }
}

/** Milliseconds after which what failed is tried again for the first time. */
const RETRY_MS = 5_000;

/**
 * Does round after round, with a pause between two, until the signal aborts. What a round rejects with is reported, and
 * the round, as an item that failed, comes back soon and then later and later: a store that was away for a moment must
 * not be shown as a fault until the next round is due by itself.
 */
export async function rounds(
  part: Part,
  faults: FaultReports,
  everyMs: number,
  signal: AbortSignal,
  sweep: (round: Round) => Promise<void>,
  { clock = realTime, ...options }: Pick<AsideOptions, 'names'> & { readonly clock?: Clock } = {},
): Promise<void> {
  // By half a pause, for what failed to be due by the next round.
  const leastMs = Math.min(RETRY_MS, everyMs / 2);
  const aside = new Aside(part, faults, { leastMs, now: () => clock.now(), ...options });
  for (let retryMs = leastMs; !signal.aborted;) {
    let dueMs = retryMs;
    try {
      await aside.round(signal, sweep);
      dueMs = aside.dueMs;
      retryMs = leastMs;
    } catch (error) {
      if (!signal.aborted) faults.report(part, error);
      retryMs *= 2;
    }
    await clock.pause(Math.max(leastMs, Math.min(dueMs, everyMs)), signal);
  }
}
