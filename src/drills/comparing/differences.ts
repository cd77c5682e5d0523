// Counts what differs between a backup and what it was to hold, each thing once, and remembers the first few.
import type { Difference } from '../drill.events';

const MOST_TOLD = 20;
/** Things of which is remembered that they were counted: a backup that is wrong beyond them is wrong enough. */
const MOST_REMEMBERED = 10_000;

export class Differences {
  count = 0;
  readonly first: Difference[] = [];
  private readonly counted = new Set<string>();

  add(difference: Difference): void {
    const { objectType, recordId } = difference;
    const id = `${objectType}/${recordId}`;
    if (this.counted.has(id)) return;
    if (this.counted.size < MOST_REMEMBERED) this.counted.add(id);
    this.count += 1;
    if (this.first.length < MOST_TOLD) this.first.push(difference);
  }
}

/** A draw at random out of a stream of things of unknown number, each with the same chance. */
export class Draw<T> {
  readonly drawn: T[] = [];
  private seen = 0;

  constructor(private readonly size: number) {}

  add(one: T): void {
    this.seen += 1;
    if (this.drawn.length < this.size) this.drawn.push(one);
    else {
      const place = Math.floor(Math.random() * this.seen);
      if (place < this.size) this.drawn[place] = one;
    }
  }
}
