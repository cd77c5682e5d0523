// What a restore and an undo must leave, computed from the whole log by plain code of its own.
import type { Link } from '../../../src/crm/associations/association.events';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { everyStandardAssociationType } from '../../../src/crm/associations/types/standard-association-types';
import type { Changes } from '../../../src/crm/records/record.events';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import type { RestoreModes } from '../../../src/restores/restore.events';
import { eventsAfter } from '../log';
import { naiveFold, type NaiveState } from './naive-fold';

export interface NaiveRecord {
  readonly archived: boolean;
  readonly values: Readonly<Record<string, string>>;
}

/** All records by `type/id`, and the links of all pairs by `type/id/type/id`, as `CATEGORY/typeId`. */
export interface NaiveCrm {
  readonly records: Map<string, NaiveRecord>;
  readonly pairs: Map<string, readonly string[]>;
}

type Data = {
  readonly objectType: string;
  readonly recordId: string;
  readonly changes?: Changes;
  readonly from: { readonly objectType: string; readonly recordId: string };
  readonly to: { readonly objectType: string; readonly recordId: string };
  readonly links: { readonly from: readonly Link[]; readonly to: readonly Link[] };
};
const dataOf = ({ data }: StoredEvent) => data as Data;
const keyOf = ({ objectType, recordId }: { objectType: string; recordId: string }) =>
  `${objectType}/${recordId}`;
const recordOf = (event: StoredEvent) => keyOf(dataOf(event));
const pairOf = (event: StoredEvent) => `${keyOf(dataOf(event).from)}/${keyOf(dataOf(event).to)}`;
/** The two records of a pair, as `type/id`. */
export const endsOf = (pair: string) => {
  const [a, b, c, d] = pair.split('/');
  return [`${a}/${b}`, `${c}/${d}`] as const;
};
const named = (links: readonly Link[]) => links.map(({ category, typeId }) => `${category}/${typeId}`).sort();
const isOf = (category: string) => (event: StoredEvent) =>
  event.type.startsWith(`${category}.`) && event.type !== 'record.fenced.v1';

/** The log up to a position, with what it tells of records, pairs and definitions there. */
export class NaiveLog {
  private constructor(
    readonly events: readonly StoredEvent[],
    private readonly state: NaiveState,
  ) {}

  static async upTo(store: EventStore, position: bigint): Promise<NaiveLog> {
    const events = (await eventsAfter(store)).filter((event) => event.position <= position);
    return new NaiveLog(events, await naiveFold(store, position));
  }

  get crm(): NaiveCrm {
    const records = new Map<string, NaiveRecord>();
    for (const [type, all] of this.state.records)
      for (const [id, { archived, values }] of all)
        records.set(`${type}/${id}`, { archived, values: Object.fromEntries(values) });
    const pairs = new Map<string, readonly string[]>();
    for (const event of this.events.filter(isOf('association')))
      pairs.set(pairOf(event), named(dataOf(event).links.to));
    return { records, pairs };
  }

  /** The properties of a type that are defined and that people may set. */
  settable(objectType: string): Set<string> {
    const standard = [...standardProperties(objectType).values()].filter((one) => !one.readOnlyValue);
    return new Set([...standard.map(({ name }) => name), ...(this.state.properties.get(objectType) ?? [])]);
  }

  /** The association types that are defined, in both directions. */
  get linkTypes(): Set<string> {
    const found = new Set<string>();
    const ids = new Map<number, string[]>();
    const both = (one: { category: string; typeId: number; inverseTypeId: number }) =>
      [one.typeId, one.inverseTypeId].map((typeId) => `${one.category}/${typeId}`);
    for (const one of everyStandardAssociationType) for (const name of both(one)) found.add(name);
    for (const { type, data } of this.events) {
      const told = data as { category: string; typeId: number; inverseTypeId: number };
      if (type === 'associationtype.defined.v1') ids.set(told.typeId, both(told));
      if (type === 'associationtype.defined.v1') for (const name of both(told)) found.add(name);
      if (type === 'associationtype.archived.v1')
        for (const name of ids.get(told.typeId) ?? []) found.delete(name);
    }
    return found;
  }

  grouped(category: string, by: (event: StoredEvent) => string): Map<string, StoredEvent[]> {
    const groups = new Map<string, StoredEvent[]>();
    for (const event of this.events.filter(isOf(category)))
      groups.set(by(event), [...(groups.get(by(event)) ?? []), event]);
    return groups;
  }
}

const OWN_ENDINGS = /^record\.(merged|merged-into|erasure-requested|erasure-cancelled|erased|purged)\.v1$/;

/** From where the last events of the cause moved something, with nobody else's among them; undefined where others did. */
function lastRun<T>(
  moves: readonly StoredEvent[],
  own: (event: StoredEvent) => boolean,
  from: (event: StoredEvent) => T,
): { readonly from: T } | undefined {
  let found: { readonly from: T } | undefined;
  for (const move of moves.toReversed()) {
    if (!own(move)) break;
    found = { from: from(move) };
  }
  return found;
}

/** `own`: the events of the cause in its window. */
export function naiveUndo(
  log: NaiveLog,
  own: (event: StoredEvent) => boolean,
  modes: RestoreModes,
): NaiveCrm {
  const now = log.crm;
  const records = new Map(now.records);
  const ended = new Set<string>();
  for (const [key, stream] of log.grouped('record', recordOf)) {
    if (stream.some((event) => own(event) && OWN_ENDINGS.test(event.type))) ended.add(key);
    const is = now.records.get(key);
    const since = stream.slice(stream.findIndex(own));
    if (!is || ended.has(key) || !stream.some(own)) continue;
    records.set(key, undone(is, since, own, log.settable(key.split('/')[0]!), modes));
  }
  const pairs = new Map(now.pairs);
  for (const [pair, moves] of log.grouped('association', pairOf)) {
    const run = modes.restoreAssociations && lastRun(moves, own, (event) => named(dataOf(event).links.from));
    const isHere = endsOf(pair).every((key) => !ended.has(key) && records.get(key)?.archived === false);
    const is = now.pairs.get(pair)!;
    const back = run ? run.from.filter((link) => log.linkTypes.has(link) || is.includes(link)) : is;
    if (isHere) pairs.set(pair, back);
  }
  return { records, pairs };
}

function undone(
  is: NaiveRecord,
  since: readonly StoredEvent[],
  own: (event: StoredEvent) => boolean,
  settable: ReadonlySet<string>,
  modes: RestoreModes,
): NaiveRecord {
  const isShared = !since.every(own);
  const created = since.some((event) => own(event) && /^record\.(re)?created\.v1$/.test(event.type));
  const mayArchive = modes.archiveCreatedSince && !isShared;
  if (created) return { ...is, archived: is.archived || Boolean(mayArchive) };
  const moves = since.filter(({ type }) => /^record\.(un)?archived\.v1$/.test(type));
  const wasArchived = lastRun(moves, own, ({ type }) => type === 'record.unarchived.v1')?.from ?? is.archived;
  if (is.archived && (wasArchived || !modes.recreateDeleted)) return is;
  if (!is.archived && wasArchived && !mayArchive) return is;
  const values: Record<string, string> = { ...is.values };
  const names = new Set(since.flatMap((event) => Object.keys(dataOf(event).changes ?? {})));
  for (const name of names) {
    if (!settable.has(name) || (modes.keepNonEmpty && values[name] !== undefined)) continue;
    const ofName = since.filter((event) => dataOf(event).changes?.[name]);
    const run = lastRun(ofName, own, (event) => dataOf(event).changes![name]!.from);
    if (run?.from === null) delete values[name];
    else if (run) values[name] = run.from;
  }
  return { values, archived: wasArchived };
}

export interface Chosen {
  /** By object type; all that can be restored where it is `*`. */
  readonly properties: Readonly<Record<string, '*' | readonly string[]>>;
  /** By `type/id`. */
  readonly records: ReadonlySet<string>;
}

export function naiveRestore(then: NaiveLog, now: NaiveLog, chosen: Chosen, modes: RestoreModes): NaiveCrm {
  const [was, is] = [then.crm, now.crm];
  const records = new Map(is.records);
  const streams = now.grouped('record', recordOf);
  for (const key of new Set([...was.records.keys(), ...is.records.keys()])) {
    const type = key.split('/')[0]!;
    if (!chosen.records.has(key) || !chosen.properties[type]) continue;
    const [before, current] = [was.records.get(key), is.records.get(key)];
    const isNew = !then.events.some((event) => isOf('record')(event) && recordOf(event) === key);
    if (before?.archived !== false) {
      const goes = modes.archiveCreatedSince && isNew && current?.archived === false;
      if (goes) records.set(key, { ...current, archived: true });
      continue;
    }
    const restorable = [...then.settable(type)].filter((name) => now.settable(type).has(name));
    const last = streams.get(key)!.at(-1)!.type;
    if (!current && last === 'record.purged.v1' && modes.recreateDeleted) {
      const kept = restorable.flatMap((name) => (before.values[name] ? [[name, before.values[name]]] : []));
      records.set(key, { archived: false, values: Object.fromEntries(kept) as Record<string, string> });
    }
    if (!current || (current.archived && !modes.recreateDeleted)) continue;
    const asked = chosen.properties[type];
    const values: Record<string, string> = { ...current.values };
    for (const name of restorable) {
      if (asked !== '*' && !asked.includes(name)) continue;
      if (modes.keepNonEmpty && values[name] !== undefined) continue;
      if (before.values[name] === undefined) delete values[name];
      else values[name] = before.values[name];
    }
    records.set(key, { archived: false, values });
  }
  return { records, pairs: restoredPairs({ then, now, was, is, records, chosen, modes }) };
}

function restoredPairs(all: {
  readonly then: NaiveLog;
  readonly now: NaiveLog;
  readonly was: NaiveCrm;
  readonly is: NaiveCrm;
  readonly records: ReadonlyMap<string, NaiveRecord>;
  readonly chosen: Chosen;
  readonly modes: RestoreModes;
}): Map<string, readonly string[]> {
  const { then, now, was, is, records, chosen, modes } = all;
  const pairs = new Map(is.pairs);
  if (!modes.restoreAssociations) return pairs;
  const since = now.events.slice(then.events.length);
  const survivors = new Set(
    since.flatMap((event) => (event.type === 'record.merged.v1' ? [recordOf(event)] : [])),
  );
  for (const [pair, links] of is.pairs) {
    const ends = endsOf(pair);
    const isChosen = ends.some((key) => chosen.records.has(key) && chosen.properties[key.split('/')[0]!]);
    const wereLive = ends.every((key) => was.records.get(key)?.archived === false);
    if (!isChosen || !wereLive || !ends.every((key) => records.get(key)?.archived === false)) continue;
    const before = was.pairs.get(pair) ?? [];
    const lacking = before.filter((link) => !links.includes(link) && now.linkTypes.has(link));
    const keepsAll = modes.keepNonEmpty || ends.some((key) => survivors.has(key));
    const kept = links.filter((link) => keepsAll || before.includes(link));
    pairs.set(pair, [...kept, ...lacking].sort());
  }
  return pairs;
}
