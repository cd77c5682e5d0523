// Decisions on the end of a record (archived, merged into another record, erased, purged) and on its return from each
// of these.
import { eventsOf, type EventOf } from '../../../eventsourcing/event';
import { Refusal } from '../../../refusals';
import { ADDITIONAL_EMAILS, mergedEmails } from '../unique/record-emails';
import {
  before,
  beforeOf,
  known,
  live,
  mergedIdsOf,
  type ExistingRecord,
  type MergedRecord,
  type RecordState,
  type Values,
} from '../record.decider';
import type { Change, RecordEvents } from '../record.events';
import { STAMPS } from '../record-stamps.vocabulary';
import { createdNames, MERGED_IDS, modifiedNames } from '../record.vocabulary';

type RecordEvent = EventOf<RecordEvents>;

const ev = eventsOf<RecordEvents>();

export function archiveRecord(state: RecordState, revision: number): RecordEvent[] {
  const found = known(state);
  if (found.status === 'archived') return [];
  const { objectType, recordId } = found;
  return [ev('record.archived.v1', { objectType, recordId, before: before(found, revision) })];
}

/** Limits on which archiving may be undone. */
export interface Archiving {
  /** ISO time: a record archived then or before has left the recycle bin, and is refused. */
  readonly after?: string;
  /** Position in the log: a record archived after it stays archived. */
  readonly upTo?: bigint;
}

export function unarchiveRecord(
  state: RecordState,
  revision: number,
  { after, upTo }: Archiving = {},
): RecordEvent[] {
  const found = known(state);
  if (found.status === 'live') return [];
  const { objectType, recordId, archivedAt, archivedIn } = found;
  if (upTo !== undefined && archivedIn !== null && archivedIn > upTo) return [];
  if (after !== undefined && archivedAt !== null && archivedAt <= after) throw new Refusal('record-purged');
  return [ev('record.unarchived.v1', { objectType, recordId, before: before(found, revision) })];
}

/** Ends a live record in favour of another record of its type, the survivor. */
export function mergeInto(state: RecordState, revision: number, intoId: string): RecordEvent[] {
  if (state.status === 'merged' && state.intoId === intoId) return [];
  const found = live(state);
  const { objectType, recordId } = found;
  return [ev('record.merged-into.v1', { objectType, recordId, intoId, before: before(found, revision) })];
}

/** Properties that Strata sets for each record: a survivor does not take them over. */
const OWN: ReadonlySet<string> = new Set([
  ...['hs_object_id', 'createdate', 'hs_createdate', 'hs_lastmodifieddate', 'lastmodifieddate'],
  ...[MERGED_IDS, ADDITIONAL_EMAILS, ...STAMPS],
]);

export interface Merging {
  readonly merged: MergedRecord;
  readonly at: string;
  /**
   * Unique values that the survivor cannot have, because a third record holds them by now; each by property and key.
   */
  readonly lost: readonly { readonly property: string; readonly key: string }[];
}

/**
 * The survivor's side of a merge: takes over values of the merged record where the survivor has none. An archived
 * survivor takes them over too, since the merged record has already ended.
 */
export function mergeRecord(
  state: RecordState,
  revision: number,
  merging: Merging,
): [Extract<RecordEvent, { type: 'record.merged.v1' }>] {
  const survivor = known(state);
  const { objectType, recordId, values } = survivor;
  const { merged, at } = merging;
  const ids = [...new Set([...mergedIdsOf(survivor), merged.recordId, ...mergedIdsOf(merged)])].join(';');
  const next: Record<string, string | null> = { ...takenOver(survivor, merging), [MERGED_IDS]: ids };
  for (const name of modifiedNames(objectType)) next[name] = at;
  const changes: Record<string, Change> = {};
  for (const [name, to] of Object.entries(next))
    if (to !== (values[name] ?? null)) changes[name] = { from: values[name] ?? null, to };
  const mergedId = merged.recordId;
  return [
    ev('record.merged.v1', { objectType, recordId, mergedId, changes, before: before(survivor, revision) }),
  ];
}

function takenOver({ objectType, values }: ExistingRecord, { merged, lost }: Merging): Values {
  const filled: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(merged.values))
    if (!OWN.has(name) && values[name] === undefined && !lost.some(({ property }) => property === name))
      filled[name] = value;
  if (objectType !== 'contacts') return filled;
  const isFree = (key: string) => !lost.some((one) => one.property === 'email' && one.key === key);
  const { email, additional } = mergedEmails(values, merged.values, isFree);
  return { ...filled, email, [ADDITIONAL_EMAILS]: additional };
}

/** Removes records from a survivor's list of merged records that are records of their own again. */
export function keepParts(
  state: RecordState,
  revision: number,
  { parts, at }: { readonly parts: readonly string[]; readonly at: string },
): RecordEvent[] {
  if (state.status !== 'live' && state.status !== 'archived') return [];
  const from = state.values[MERGED_IDS] ?? null;
  const to = parts.length > 0 ? parts.join(';') : null;
  if (from === to) return [];
  const { objectType, recordId, values } = state;
  const changes: Record<string, Change> = { [MERGED_IDS]: { from, to } };
  for (const name of modifiedNames(objectType))
    if (values[name] !== at) changes[name] = { from: values[name] ?? null, to: at };
  return [ev('record.values-changed.v1', { objectType, recordId, changes, before: before(state, revision) })];
}

/** Erases a record of any state, also a merged or purged one. An erased record stays erased. */
export function eraseRecord(state: RecordState, revision: number): RecordEvent[] {
  if (state.status === 'none') throw new Refusal('record-unknown');
  if (state.status === 'erased') return [];
  const { objectType, recordId } = state;
  return [ev('record.erased.v1', { objectType, recordId, before: beforeOf(state, revision) })];
}

/** Erases a record that waits for its erasure; does nothing if the erasure has been cancelled. */
export const eraseWaiting = (state: RecordState, revision: number): RecordEvent[] =>
  state.status === 'waiting' ? eraseRecord(state, revision) : [];

export interface CoolingOff {
  /** ISO time at which the erasure is carried out. */
  readonly dueAt: string;
  /** Id of the survivor, where this record is erased because it was merged into one that is. */
  readonly of?: string;
}

/** Requests an erasure. A record that waits already keeps its due time. */
export function requestErasure(state: RecordState, revision: number, until: CoolingOff): RecordEvent[] {
  if (state.status === 'none') throw new Refusal('record-unknown');
  if (state.status === 'waiting' || state.status === 'erased') return [];
  const { objectType, recordId } = state;
  const of = { objectType, recordId, ...until };
  return [ev('record.erasure-requested.v1', { ...of, before: beforeOf(state, revision) })];
}

export function cancelErasure(state: RecordState): RecordEvent[] {
  if (state.status === 'erased') throw new Refusal('erasure-carried-out');
  if (state.status !== 'waiting') return [];
  const { objectType, recordId } = state;
  return [ev('record.erasure-cancelled.v1', { objectType, recordId, before: null })];
}

/**
 * Purges an archived record, or one that was merged into a purged record. With `until` (ISO time), a record archived
 * later is left alone.
 */
export function purgeRecord(state: RecordState, revision: number, until?: string): RecordEvent[] {
  if (state.status !== 'archived' && state.status !== 'merged') return [];
  if (until !== undefined && (state.status === 'merged' || (state.archivedAt ?? '') > until)) return [];
  const { objectType, recordId } = state;
  return [ev('record.purged.v1', { objectType, recordId, before: beforeOf(state, revision) })];
}

export interface Recreation {
  readonly values: Values;
  readonly at: string;
  /** Ids of the merged records that are still part of this one. */
  readonly parts: readonly string[];
}

/** Brings a purged record back; a live record is left alone. */
export function recreateRecord(state: RecordState, { values, at, parts }: Recreation): RecordEvent[] {
  if (state.status !== 'purged') {
    live(state);
    return [];
  }
  const { objectType, recordId, createdAt, madeAs } = state;
  const changes: Record<string, Change> = {};
  for (const [name, to] of Object.entries({ ...values, ...madeAs }))
    if (to !== null) changes[name] = { from: null, to };
  for (const name of createdNames(objectType)) changes[name] = { from: null, to: createdAt };
  for (const name of modifiedNames(objectType)) changes[name] = { from: null, to: at };
  if (parts.length > 0) changes[MERGED_IDS] = { from: null, to: parts.join(';') };
  changes['hs_object_id'] = { from: null, to: recordId };
  return [ev('record.recreated.v1', { objectType, recordId, changes, before: null })];
}
