// What a cause has done to records and to pairs of records: its events folded, one after another, into what they moved
// from where to where. In a scratch file, so that memory stays flat.
import type { AssociationEvents, Link, RecordRef } from '../../crm/associations/association.events';
import type { RecordEvents } from '../../crm/records/record.events';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import type { RecordedOf } from '../../eventsourcing/event';
import { ScratchFile } from '../../files/scratch-file';

/** From what a cause moved something to what, without anybody else in between. */
export interface Move<T> {
  readonly from: T;
  readonly to: T;
}

/** Revisions of a stream in rising order: those from one up to another, each pair with a gap before it. */
type Revisions = readonly (readonly [from: number, to: number])[];

const NOBODY: Revisions = [];

function withRevision(revisions: Revisions, next: number): Revisions {
  const last = revisions.at(-1);
  if (last?.[1] === next) return revisions;
  return last?.[1] === next - 1 ? [...revisions.slice(0, -1), [last[0], next]] : [...revisions, [next, next]];
}

export const isAmong = (revisions: Revisions, revision: number): boolean =>
  revisions.some(([from, to]) => revision >= from && revision <= to);

/** Whether nobody else has written to a stream between the first event of the cause and a revision. */
export const isAlone = ({ revisions }: { readonly revisions: Revisions }, upTo: number): boolean =>
  revisions.length === 1 && revisions[0]![1] === upTo;

export interface RecordDeeds extends RecordRef {
  /** The record was created, or brought back after it was purged. */
  readonly created?: true;
  /** It was merged with another one, or ended: what was done to it cannot be undone. */
  readonly ended?: true;
  /** Somebody else has changed it, too, after the first event of the cause. */
  readonly shared?: true;
  readonly archived?: Move<boolean>;
  readonly values: Readonly<Record<string, Move<string | null>>>;
  /** Properties that the cause had changed, and somebody else after it. */
  readonly overwritten: readonly string[];
  /** Of the events of the cause. */
  readonly revisions: Revisions;
}

export interface PairDeeds {
  readonly from: RecordRef;
  readonly to: RecordRef;
  /** Seen from `from`; absent where somebody else has changed them after the cause. */
  readonly links?: Move<readonly Link[]>;
  readonly revisions: Revisions;
}

const joined = <T>(done: Move<T> | undefined, next: Move<T>): Move<T> => ({
  from: (done ?? next).from,
  to: next.to,
});

const without = <V>(values: Readonly<Record<string, V>>, names: readonly string[]): Record<string, V> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

/** Folds the next event of the cause into what is known of its record. Pure. */
export function deedsAfter(
  done: RecordDeeds | undefined,
  { type, data, revision }: RecordedOf<RecordEvents>,
): RecordDeeds {
  const { objectType, recordId } = data;
  const known = done ?? { objectType, recordId, values: {}, overwritten: [], revisions: NOBODY };
  const deeds: RecordDeeds = { ...known, revisions: withRevision(known.revisions, revision) };
  switch (type) {
    case 'record.created.v1':
    case 'record.recreated.v1':
      return { ...deeds, created: true };
    case 'record.values-changed.v1': {
      const values = { ...deeds.values };
      for (const [name, change] of Object.entries(data.changes)) values[name] = joined(values[name], change);
      return { ...deeds, values, overwritten: deeds.overwritten.filter((name) => !(name in data.changes)) };
    }
    case 'record.archived.v1':
      return { ...deeds, archived: joined(deeds.archived, { from: false, to: true }) };
    case 'record.unarchived.v1':
      return { ...deeds, archived: joined(deeds.archived, { from: true, to: false }) };
    case 'record.fenced.v1':
      return deeds;
    case 'record.merged.v1':
    case 'record.merged-into.v1':
    case 'record.erasure-requested.v1':
    case 'record.erasure-cancelled.v1':
    case 'record.erased.v1':
    case 'record.purged.v1':
      return { ...deeds, ended: true };
  }
}

/** Folds the next event of somebody else into what a cause has done to the record before. Pure. */
export function deedsOvertaken(deeds: RecordDeeds, { type, data }: RecordedOf<RecordEvents>): RecordDeeds {
  if (type === 'record.fenced.v1') return deeds;
  const { archived: _, ...rest } = deeds;
  const moved = type === 'record.archived.v1' || type === 'record.unarchived.v1';
  const changed = 'changes' in data ? Object.keys(data.changes) : [];
  const overwritten = [...deeds.overwritten, ...changed.filter((name) => name in deeds.values)];
  return {
    ...(moved ? rest : deeds),
    ...{ values: without(deeds.values, changed), overwritten: [...new Set(overwritten)] },
    shared: true,
  };
}

export const pairAfter = (
  done: PairDeeds | undefined,
  { data: { from, to, links }, revision }: RecordedOf<AssociationEvents>,
): PairDeeds => ({
  ...{ from, to, links: joined(done?.links, links) },
  revisions: withRevision(done?.revisions ?? NOBODY, revision),
});

export const pairOvertaken = ({ links: _, ...pair }: PairDeeds): PairDeeds => pair;

const PAGE = 500;

export class Deeds extends ScratchFile {
  constructor(folder: string) {
    super(
      folder,
      `CREATE TABLE records (id TEXT PRIMARY KEY, deeds TEXT NOT NULL, archives INTEGER) WITHOUT ROWID;
       CREATE TABLE pairs (id TEXT PRIMARY KEY, deeds TEXT NOT NULL) WITHOUT ROWID;`,
    );
  }

  /** Takes in events of records that came later than all before. */
  addRecords(events: readonly RecordedOf<RecordEvents>[]): void {
    const keyOf = ({ data }: RecordedOf<RecordEvents>) => recordDocumentId(data.objectType, data.recordId);
    this.add('records', events, keyOf, deedsAfter);
  }

  addPairs(events: readonly RecordedOf<AssociationEvents>[]): void {
    this.add('pairs', events, ({ stream }) => stream, pairAfter);
  }

  /** Pages of all records, in the order of types and ids. */
  records(): Generator<RecordDeeds[], void> {
    return this.pages('records');
  }

  pairs(): Generator<PairDeeds[], void> {
    return this.pages('pairs');
  }

  get count(): number {
    const { count } = this.database.prepare('SELECT count(*) AS count FROM records').get() as {
      count: number;
    };
    return count;
  }

  /** Notes that undoing brings a record back (`live`) or puts it into the bin: what becomes of its pairs depends on it. */
  note({ objectType, recordId }: RecordRef, live: boolean): void {
    this.database
      .prepare('UPDATE records SET archives = ? WHERE id = ?')
      .run(live ? 0 : 1, recordDocumentId(objectType, recordId));
  }

  /** What was noted of a record, and whether it was merged or ended by the cause. */
  noted({ objectType, recordId }: RecordRef): { readonly live?: boolean; readonly ended: boolean } {
    const found = this.database
      .prepare(`SELECT archives, deeds ->> 'ended' AS ended FROM records WHERE id = ?`)
      .get(recordDocumentId(objectType, recordId)) as
      { archives: number | null; ended: number | null } | undefined;
    const ended = Boolean(found?.ended);
    return typeof found?.archives === 'number' ? { live: found.archives === 0, ended } : { ended };
  }

  private add<E, D>(
    table: 'records' | 'pairs',
    events: readonly E[],
    keyOf: (event: E) => string,
    after: (done: D | undefined, event: E) => D,
  ): void {
    const keys = [...new Set(events.map(keyOf))];
    const known = this.database
      .prepare(`SELECT id, deeds FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(keys)) as { id: string; deeds: string }[];
    const all = new Map(known.map(({ id, deeds }) => [id, JSON.parse(deeds) as D]));
    for (const event of events) all.set(keyOf(event), after(all.get(keyOf(event)), event));
    this.database
      .prepare(
        `INSERT INTO ${table} (id, deeds) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
         ON CONFLICT (id) DO UPDATE SET deeds = excluded.deeds`,
      )
      .run(JSON.stringify([...all].map(([id, deeds]) => [id, JSON.stringify(deeds)])));
  }

  private *pages<D>(table: 'records' | 'pairs'): Generator<D[], void> {
    const page = this.database.prepare(
      `SELECT id, deeds FROM ${table} WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
    );
    for (let last: string | undefined = ''; last !== undefined;) {
      const rows = page.all(last) as { id: string; deeds: string }[];
      if (rows.length > 0) yield rows.map(({ deeds }) => JSON.parse(deeds) as D);
      last = rows.length === PAGE ? rows.at(-1)!.id : undefined;
    }
  }
}
