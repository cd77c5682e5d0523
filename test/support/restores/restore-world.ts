// A small CRM in memory, run by the real decider: specs make restore plans from it and carry restores out on it.
import { fold } from '../../../src/eventsourcing/decider';
import type { EventOf, Meta, Recorded } from '../../../src/eventsourcing/event';
import { moveLinks, turnedFor } from '../../../src/crm/associations/association.decider';
import { pairOf, sameLinks } from '../../../src/crm/associations/association.vocabulary';
import type { Link, LinksMoved } from '../../../src/crm/associations/association.events';
import {
  changeValues,
  createRecord,
  driftedIn,
  record,
  type RecordState,
  type Values,
} from '../../../src/crm/records/record.decider';
import {
  purgeRecord,
  recreateRecord,
  archiveRecord,
  unarchiveRecord,
} from '../../../src/crm/records/ends/record-end.decider';
import type { RecordEvents } from '../../../src/crm/records/record.events';
import type { ChangedPair } from '../../../src/point-in-time/association-changes';
import { createdAfter } from '../../../src/point-in-time/record-since';
import { endedAt, foldedAt, type Ended, type RecordAt } from '../../../src/point-in-time/record-at';
import type { RowResult } from '../../../src/restores/execute-plan';
import type { End } from '../../../src/restores/rows/pairs';
import { isPair, type PairRow, type RecordRow, type Row } from '../../../src/restores/rows/plan-row';
import { meta } from '../spec';

type RecordEvent = Recorded<EventOf<RecordEvents>>;

const pairKey = (one: string, other: string): string => [one, other].sort().join('/');

/** `code` is a unique property. */
export class World {
  private readonly streams = new Map<string, RecordEvent[]>();
  /** By pair, in the order of ids, which all have the same length. */
  private readonly links = new Map<string, { position: bigint; commandId: string; links: LinksMoved }[]>();
  private position = 0n;

  get head(): bigint {
    return this.position;
  }

  create(id: string, values: Values): void {
    this.decide(id, `create-${id}`, (state, at) =>
      createRecord(state, { objectType: 'deals', recordId: id, values, at }),
    );
  }

  /** Changes values; one that is to be unique and that another record has is left as it is. */
  edit(id: string, { code, ...others }: Values): boolean {
    const values = code !== undefined && this.isFree(code, id) ? { ...others, code } : others;
    return this.decide(id, `edit-${this.position}`, (state, at, revision) =>
      state.status === 'live' ? changeValues(state, revision, { values, at }) : [],
    ).changed;
  }

  archive(id: string): void {
    this.decide(id, `archive-${this.position}`, (state, _, revision) =>
      state.status === 'live' ? archiveRecord(state, revision) : [],
    );
  }

  unarchive(id: string): void {
    this.decide(id, `unarchive-${this.position}`, (state, _, revision) =>
      state.status === 'archived' && this.isFree(state.values['code'], id)
        ? unarchiveRecord(state, revision)
        : [],
    );
  }

  /** Gives two records exactly these links. */
  link(one: string, other: string, to: readonly Link[]): void {
    this.move(one, other, `link-${this.position}`, { from: this.linksOf(one, other), to });
  }

  linksOf(one: string, other: string): readonly Link[] {
    return this.links.get(pairKey(one, other))?.at(-1)?.links.to ?? [];
  }

  /** The pairs that were touched after a position, in pages of an odd size. */
  async *changedPairs(position: bigint): AsyncGenerator<ChangedPair[], void> {
    for (const [key, moves] of [...this.links].sort()) {
      const since = moves.filter((move) => move.position > position);
      if (since.length === 0) continue;
      const [from, to] = key.split('/').map((recordId) => ({ objectType: 'deals', recordId }));
      const links = { then: since[0]!.links.from, now: since.at(-1)!.links.to };
      yield [{ from: from!, to: to!, links, revision: moves.length - 1 }];
    }
  }

  async endOf(id: string, then: bigint): Promise<End> {
    const history = [this.streams.get(id) ?? []];
    const [was, is] = [await foldedAt(history, then), await foldedAt(history, this.head)];
    const ended = is.record ? undefined : await this.endingOf(id);
    return { then: was.record, now: is.record, ended, isNew: await createdAfter(history, then) };
  }

  isNew(id: string, then: bigint): Promise<boolean> {
    return createdAfter([this.streams.get(id) ?? []], then);
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
    if (isPair(row)) return this.applyPair(row, index);
    if (row.kind === 'archive') {
      const found = this.stateOf(row.recordId);
      const isOther =
        !this.has(row.recordId, `row-${index}`) && this.revisionOf(row.recordId) !== row.revision;
      if (isOther) return { outcome: found.status === 'archived' ? 'unchanged' : 'drifted' };
      this.decide(row.recordId, `row-${index}`, (state, _, revision) => archiveRecord(state, revision));
      return { outcome: 'archived' };
    }
    let back = false;
    const kept = this.stateOf(row.recordId);
    const claimed = [
      row.changes['code']?.to,
      row.kind === 'recreate' && 'values' in kept && kept.values['code'],
    ];
    const isDone = this.has(row.recordId, `row-${index}`) || this.has(row.recordId, `back-${index}`);
    if (!isDone && claimed.some((code) => code && !this.isFree(code, row.recordId))) {
      const from = row.changes['code']?.from;
      if (row.givesWay && from && this.isFree(from, row.recordId)) this.edit(row.recordId, { code: from });
      return { outcome: 'refused', reason: { code: 'value-taken', message: 'taken' } };
    }
    if (row.givesWay && this.has(row.recordId, `free-${index}`)) expected['code'] = null;
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

  /** Clears what others wait for, as a row of a restore does before any takes its value. */
  release(row: RecordRow, index: number): void {
    const expected = { code: row.changes['code']!.from };
    const isBack = row.kind === 'recreate' && !row.purged && !this.has(row.recordId, `back-${index}`);
    if (isBack && this.isFree(expected.code, row.recordId))
      this.decide(row.recordId, `back-${index}`, (state, _, revision) => unarchiveRecord(state, revision));
    this.decide(row.recordId, `free-${index}`, (state, at, revision) =>
      state.status === 'live' ? changeValues(state, revision, { values: { code: null }, at, expected }) : [],
    );
  }

  private applyPair({ recordId, to, links }: PairRow, index: number): RowResult {
    const before = this.position;
    const stays = [recordId, to.recordId].every((id) => this.stateOf(id).status === 'live');
    if (!stays) return { outcome: 'refused', reason: { code: 'record-unknown', message: 'gone' } };
    const done = this.move(recordId, to.recordId, `row-${index}`, links);
    if (!sameLinks(this.linksOf(recordId, to.recordId), links.to)) return { outcome: 'drifted' };
    return { outcome: done || this.position > before ? 'associated' : 'unchanged' };
  }

  /** Answers whether the command had been carried out before. */
  private move(one: string, other: string, commandId: string, links: LinksMoved): boolean {
    const key = pairKey(one, other);
    const moves = this.links.get(key) ?? [];
    if (moves.some((move) => move.commandId === commandId)) return true;
    const pair = pairOf({ objectType: 'deals', recordId: one }, { objectType: 'deals', recordId: other });
    const asked = { from: turnedFor(pair, links.from), to: turnedFor(pair, links.to) };
    const state = { links: moves.at(-1)?.links.to ?? [] };
    for (const { data } of moveLinks(state, pair, asked))
      moves.push({ position: ++this.position, commandId, links: data.links });
    this.links.set(key, moves);
    return false;
  }

  private isFree(code: string | null | undefined, id: string): boolean {
    if (!code) return true;
    return ![...this.streams.keys()].some((other) => {
      const state = this.stateOf(other);
      return other !== id && state.status === 'live' && state.values['code'] === code;
    });
  }

  private has(id: string, commandId: string): boolean {
    return (this.streams.get(id) ?? []).some(({ meta: { commandId: own } }) => own === commandId);
  }

  private revisionOf(id: string): number {
    return (this.streams.get(id) ?? []).length - 1;
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
