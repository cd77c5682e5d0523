// Proves that nothing is missing from the audit log: counts the events of a span on the side of the log, and the rows of
// the same span in the read model, and finds where the two differ.
import { Injectable } from '@nestjs/common';
import { audit } from '../../../projections/audit/audit';
import { EventStore, START } from '../../eventsourcing/event-store';
import { DocumentStore } from '../../read/document-store';
import { ReadModels, type Freshness } from '../../read/read-models';
import { positionBefore, positionOfInstant, TimeIndex } from '../../read/time-index';
import { padded } from '../../read/time-index.vocabulary';
import { Refusal } from '../../refusals';
import { LogTree } from './tree/log-tree';

export interface SpanCounts {
  readonly events: number;
  readonly rows: number;
  readonly internal: number;
  /** Rows that retention has removed. */
  readonly purged: number;
}

export interface Completeness extends SpanCounts {
  readonly complete: boolean;
  /** Positions of the span: events after `after`, up to `upTo`. */
  readonly after: string;
  readonly upTo: string;
  /** Where the counts differ: the first stretches, in their order. */
  readonly differences: readonly (SpanCounts & { readonly after: string; readonly upTo: string })[];
}

/** Rows that are counted at a time, about: no query holds up others for long. */
const SLICE = 50_000;
/** Events of a span at most: several seconds of counting. */
const MOST = 50_000_000;
const DIFFERENCES = 10;
/** Milliseconds to wait for the tree to take in what this process has seen written. */
const PATIENCE = 5_000;

/** Counts rows that retention has removed. It removes none yet. */
@Injectable()
export class PurgedRows {
  /** In a span: after a position, up to another. */
  async between(_after: bigint, _upTo: bigint): Promise<number> {
    return 0;
  }
}

@Injectable()
export class CompletenessProof {
  constructor(
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly timeIndex: TimeIndex,
    private readonly purged: PurgedRows,
  ) {}

  /** Of the events from an instant to another, both inclusive: times or positions; of the whole log without them. */
  async of(from: string | undefined, to: string | undefined, fresh: Freshness): Promise<Completeness> {
    const head = await this.eventStore.head();
    const [after, asked] = await Promise.all([
      from === undefined ? START : positionBefore({ asOf: from, field: 'from' }, head, this.timeIndex),
      to === undefined ? head : positionOfInstant({ asOf: to, field: 'to' }, head, this.timeIndex),
    ]);
    const tree = new LogTree(this.documents);
    const upTo = await this.countable(tree, asked, fresh);
    return this.between(tree, after, upTo > after ? upTo : after);
  }

  /** The position up to which both sides can be counted: that which was asked for, unless one of them is behind. */
  private async countable(tree: LogTree, asked: bigint, fresh: Freshness): Promise<bigint> {
    const rows = await this.readModels.wholeUpTo(audit, fresh);
    const isThere = await tree.reaches(asked, AbortSignal.timeout(PATIENCE));
    if (isThere && rows >= asked) return asked;
    throw new Refusal('projection-behind', { retryAfter: 5 });
  }

  private async between(tree: LogTree, after: bigint, upTo: bigint): Promise<Completeness> {
    const begin = await tree.countsAt(after);
    const end = await tree.countsAt(upTo);
    const events = end.events - begin.events;
    if (events > MOST) {
      const message = `from, to: the span holds ${events} events, more than ${MOST}: ask for parts of it`;
      throw new Refusal('input-invalid', { message, errors: [{ message, in: 'to' }] });
    }
    const slices = Math.max(1, Math.ceil(events / SLICE));
    const width = (upTo - after) / BigInt(slices) + 1n;
    let sum: SpanCounts = { events: 0, rows: 0, internal: 0, purged: 0 };
    const differences: Completeness['differences'][number][] = [];
    for (let from = after; from < upTo; from += width) {
      const to = from + width < upTo ? from + width : upTo;
      const counts = await this.counts(tree, from, to);
      sum = added(sum, counts);
      if (!isComplete(counts) && differences.length < DIFFERENCES)
        differences.push(await this.narrowed(tree, from, to, counts));
    }
    const complete = differences.length === 0;
    return { ...sum, complete, after: String(after), upTo: String(upTo), differences };
  }

  /** The first part of a stretch whose counts differ, which cannot be told apart any further. */
  private async narrowed(tree: LogTree, after: bigint, upTo: bigint, counts: SpanCounts) {
    let [from, to, here] = [after, upTo, counts];
    while (to - from > 1n && here.events > 1) {
      const middle: bigint = from + (to - from) / 2n;
      const first = await this.counts(tree, from, middle);
      if (isComplete(first)) {
        from = middle;
        here = await this.counts(tree, from, to);
      } else [to, here] = [middle, first];
    }
    return { after: String(from), upTo: String(to), ...here };
  }

  private async counts(tree: LogTree, after: bigint, upTo: bigint): Promise<SpanCounts> {
    const [begin, end] = [await tree.countsAt(after), await tree.countsAt(upTo)];
    const id = { $gt: after < 0n ? '' : padded(after), $lte: padded(upTo) };
    return {
      events: end.events - begin.events,
      rows: await this.readModels.count(audit, { id }, { asItIs: true }),
      internal: end.internal - begin.internal,
      purged: await this.purged.between(after, upTo),
    };
  }
}

export const isComplete = ({ events, rows, internal, purged }: SpanCounts): boolean =>
  events === rows + internal + purged;

const added = (one: SpanCounts, other: SpanCounts): SpanCounts => ({
  events: one.events + other.events,
  rows: one.rows + other.rows,
  internal: one.internal + other.internal,
  purged: one.purged + other.purged,
});
