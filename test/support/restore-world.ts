// A small CRM in memory, run by the real decider: specs make restore plans from it and carry restores out on it.
import { fold } from '../../src/eventsourcing/decider';
import type { EventOf, Meta, Recorded } from '../../src/eventsourcing/event';
import {
  changeValues,
  createRecord,
  driftedIn,
  record,
  type RecordState,
  type Values,
} from '../../src/crm/records/record.decider';
import {
  purgeRecord,
  recreateRecord,
  archiveRecord,
  unarchiveRecord,
} from '../../src/crm/records/ends/record-end.decider';
import type { RecordEvents } from '../../src/crm/records/record.events';
import { endedAt, foldedAt, type Ended, type RecordAt } from '../../src/point-in-time/record-at';
import type { RowResult } from '../../src/restores/execute-plan';
import type { Row } from '../../src/restores/plans/plan-row';
import { meta } from './spec';

type RecordEvent = Recorded<EventOf<RecordEvents>>;

export class World {
  private readonly streams = new Map<string, RecordEvent[]>();
  private position = 0n;

  get head(): bigint {
    return this.position;
  }

  create(id: string, values: Values): void {
    this.decide(id, `create-${id}`, (state, at) =>
      createRecord(state, { objectType: 'deals', recordId: id, values, at }),
    );
  }

  edit(id: string, values: Values): void {
    this.decide(id, `edit-${this.position}`, (state, at, revision) =>
      state.status === 'live' ? changeValues(state, revision, { values, at }) : [],
    );
  }

  archive(id: string): void {
    this.decide(id, `archive-${this.position}`, (state, _, revision) =>
      state.status === 'live' ? archiveRecord(state, revision) : [],
    );
  }

  unarchive(id: string): void {
    this.decide(id, `unarchive-${this.position}`, (state, _, revision) =>
      state.status === 'archived' ? unarchiveRecord(state, revision) : [],
    );
  }

  /** Purges a record, which has to be archived first. */
  purge(id: string): void {
    this.archive(id);
    this.decide(id, `purge-${this.position}`, (state, _, revision) => purgeRecord(state, revision));
  }

  endingOf(id: string): Promise<Ended | undefined> {
    return endedAt([this.streams.get(id) ?? []], this.head);
  }

  async values(id: string): Promise<RecordAt['values']> {
    return (await foldedAt([this.streams.get(id) ?? []], this.head)).record?.values ?? {};
  }

  /** The records as they were at a position, by the naive fold, in pages of an odd size. */
  async *pagesAt(position: bigint, size = 3): AsyncGenerator<RecordAt[], void> {
    const ids = [...this.streams.keys()].sort();
    const folded = await Promise.all(ids.map((id) => foldedAt([this.streams.get(id)!], position)));
    const all = folded.flatMap(({ record }) => record ?? []);
    for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
  }

  /** Carries out one row of a plan, once: a repeat finds its own events, as `streams.change()` does. */
  apply(row: Row, index: number): RowResult {
    const values = Object.fromEntries(Object.entries(row.changes).map(([name, { to }]) => [name, to]));
    const expected = Object.fromEntries(Object.entries(row.changes).map(([name, { from }]) => [name, from]));
    let back = false;
    if (row.kind === 'recreate')
      back = this.decide(row.recordId, `back-${index}`, (state, at, revision) =>
        row.purged ? recreateRecord(state, { values, at, parts: [] }) : unarchiveRecord(state, revision),
      ).changed;
    if (back && row.purged) return { outcome: 'recreated' };
    const current = this.stateOf(row.recordId);
    if (current.status !== 'live')
      return { outcome: 'refused', reason: { code: 'record-unknown', message: 'gone' } };
    const { state, changed } = this.decide(row.recordId, `row-${index}`, (now, at, revision) =>
      changeValues(now, revision, { values, at, expected }),
    );
    const drifted = driftedIn(state, values);
    if (drifted.length > 0) return { outcome: 'drifted', drifted };
    return { outcome: back ? 'recreated' : changed ? 'changed' : 'unchanged' };
  }

  private stateOf(id: string): RecordState {
    return fold(record, record.initial, this.streams.get(id) ?? []);
  }

  private decide(
    id: string,
    commandId: string,
    decide: (state: RecordState, at: string, revision: number) => readonly EventOf<RecordEvents>[],
  ): { state: RecordState; changed: boolean } {
    const stream = this.streams.get(id) ?? [];
    const own = stream.findLastIndex((event) => event.meta.commandId === commandId);
    if (own >= 0) return { state: fold(record, record.initial, stream.slice(0, own + 1)), changed: true };
    const at = new Date(Date.parse(meta.at) + Number(this.position)).toISOString();
    const events = decide(this.stateOf(id), at, stream.length - 1);
    for (const event of events)
      stream.push(this.recorded(id, event, { ...meta, commandId, at }, stream.length));
    if (stream.length > 0) this.streams.set(id, stream);
    return { state: this.stateOf(id), changed: events.length > 0 };
  }

  private recorded(id: string, event: EventOf<RecordEvents>, eventMeta: Meta, revision: number): RecordEvent {
    const position = ++this.position;
    return {
      ...event,
      id: `event-${position}`,
      stream: `deal-${id}`,
      revision,
      position,
      recordedAt: 0,
      meta: eventMeta,
    };
  }
}
