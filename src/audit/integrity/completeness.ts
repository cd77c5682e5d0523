// Proves that nothing is missing from the audit log: counts the events of a span on the side of the log, and the rows of
// the same span in the read model, and finds where the two differ.
import { Injectable } from '@nestjs/common';
import { audit } from '../../../projections/audit/audit';
import { purgedRows } from '../../../projections/audit/purged-rows';
import { EventStore, START } from '../../eventsourcing/event-store';
import { DocumentStore } from '../../read/document-store';
import { ProjectionStopped, ReadModels } from '../../read/read-models';
import { positionBefore, positionOfInstant, TimeIndex } from '../../read/time-index';
import { padded } from '../../read/time-index.vocabulary';
import { Refusal } from '../../refusals';
import { PurgedRows } from '../retention/purged-rows';
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
/** Times that a slice is counted before it counts as one that differs. */
const LOOKS = 3;
/** Milliseconds to wait for both sides. */
const PATIENCE = 5_000;

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
  async of(from: string | undefined, to: string | undefined): Promise<Completeness> {
    const head = await this.eventStore.head();
    const [after, asked] = await Promise.all([
      from === undefined ? START : positionBefore({ asOf: from, field: 'from' }, head, this.timeIndex),
      to === undefined ? head : positionOfInstant({ asOf: to, field: 'to' }, head, this.timeIndex),
    ]);
    const tree = new LogTree(this.documents);
    await this.settled(tree);
    return this.between(tree, after, asked > after ? asked : after);
  }

  /** Waits until both sides have taken in all that there is now: a purge further on removes rows of any span. */
  private async settled(tree: LogTree): Promise<void> {
    const head = await this.eventStore.head();
    const patience = AbortSignal.timeout(PATIENCE);
    try {
      for (const side of [audit, purgedRows]) await this.readModels.waitFor(side, head, patience);
      if (await tree.reaches(head, patience)) return;
    } catch (error) {
      if (!patience.aborted && !(error instanceof ProjectionStopped)) throw error;
    }
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
      const counts = await this.settledCounts(tree, from, to);
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

  /** Of a purge that goes on, one side may know before the other. */
  private async settledCounts(tree: LogTree, after: bigint, upTo: bigint): Promise<SpanCounts> {
    for (let looks = LOOKS; ; looks--) {
      const counts = await this.counts(tree, after, upTo);
      if (isComplete(counts) || looks === 1) return counts;
      await this.settled(tree);
    }
  }

  private async counts(tree: LogTree, after: bigint, upTo: bigint): Promise<SpanCounts> {
    const [begin, end] = [await tree.countsAt(after), await tree.countsAt(upTo)];
    const id = { $gt: after < 0n ? '' : padded(after), $lte: padded(upTo) };
    return {
      events: end.events - begin.events,
      rows: await this.readModels.count(audit, { id }, { asItIs: true }),
      internal: end.internal - begin.internal,
      purged: await this.purged.between(after + 1n, upTo, { asItIs: true }),
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
