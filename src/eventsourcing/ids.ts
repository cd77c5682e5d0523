// Record ids: time-ordered decimal numbers of 16 digits below 2^53. The low bit parts ids given one at a time (0) from
// blocks kept for imports (1); a clash of two processes is found by the append that expects no stream.

import { randomInt } from 'node:crypto';

const EPOCH = Date.UTC(2010, 0, 1);
const PER_MS = 4096;

export class RecordIds {
  private next = 0;

  /** `random` gives numbers in [0, 1). */
  constructor(private readonly random: () => number = Math.random) {}

  /** First of `count` ids in a row (`id(base, 0)` to `id(base, count - 1)`). */
  allocate(count = 1, now = Date.now()): string {
    // Not at the start of the millisecond, where another process would start too.
    const offset = 2 * Math.floor((this.random() * PER_MS) / 4);
    const base = Math.max(this.next, (now - EPOCH) * PER_MS + offset);
    this.next = base + 2 * count;
    return String(base);
  }
}

/** Ids that leave as 32-bit numbers in HubSpot's shapes are drawn from below this. */
export const SMALL_ID_LIMIT = 2 ** 31;

/** An id of 10 digits, for what there are so few of that two hardly ever meet. */
export const smallId = (): string => String(randomInt(1_000_000_000, SMALL_ID_LIMIT));

/** Id number `index` of a block. */
export const idAt = (base: string, index: number): string => String(Number(base) + 2 * index);

/** Start of a block for an import: after every block given before, and not before now. */
export const importBlock = (freeFrom: number, now: number): number =>
  Math.max(freeFrom, (now - EPOCH) * PER_MS + 1);
