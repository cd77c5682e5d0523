// Decisions on the end of a record: merged into another, erased, purged; and its return after a purge.
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { ADDITIONAL_EMAILS, mergedEmails } from './record-emails';
import {
  before,
  beforeOf,
  createdNames,
  known,
  live,
  mergedIdsOf,
  modifiedNames,
  type ExistingRecord,
  type MergedRecord,
  type RecordState,
  type Values,
} from './record.decider';
import { MERGED_IDS, type Change, type RecordEvents } from './record.events';

type RecordEvent = EventOf<RecordEvents>;

const ev = eventsOf<RecordEvents>();

/** Ends a live record in favour of another of its type. */
export function mergeInto(state: RecordState, revision: number, intoId: string): RecordEvent[] {
  if (state.status === 'merged' && state.intoId === intoId) return [];
  const found = live(state);
  const { objectType, recordId } = found;
  return [ev('record.merged-into.v1', { objectType, recordId, intoId, before: before(found, revision) })];
}

/** Set by Strata for each record of its own: they do not go over to a survivor. */
const OWN: ReadonlySet<string> = new Set([
  ...['hs_object_id', 'createdate', 'hs_createdate', 'hs_lastmodifieddate', 'lastmodifieddate'],
  ...[MERGED_IDS, ADDITIONAL_EMAILS],
]);

export interface Merging {
  readonly merged: MergedRecord;
  readonly at: string;
  /** Unique values that the survivor cannot have any more, each by property and key. */
  readonly lost: readonly { readonly property: string; readonly key: string }[];
}

/**
 * The other half of a merge: what the survivor takes over. Its own values win. An archived one takes them over too, since
 * the other has ended by now.
 */
export function mergeRecord(
  state: RecordState,
  revision: number,
  merging: Merging,
): Extract<RecordEvent, { type: 'record.merged.v1' }>[] {
  const survivor = known(state);
  const { objectType, recordId, values } = survivor;
  const { merged, at } = merging;
  const mergedIds = mergedIdsOf(survivor);
  if (mergedIds.includes(merged.recordId)) return [];
  const ids = [...new Set([...mergedIds, merged.recordId, ...mergedIdsOf(merged)])].join(';');
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

/** Once erased it stays so; a merged or purged one can be erased too. */
export function eraseRecord(state: RecordState, revision: number): RecordEvent[] {
  if (state.status === 'none') throw new Refusal('record-unknown');
  if (state.status === 'erased') return [];
  const { objectType, recordId } = state;
  return [ev('record.erased.v1', { objectType, recordId, before: beforeOf(state, revision) })];
}

/**
 * Only what is archived is purged, and what was merged into one that has been. With `until`, what was archived after
 * that time (ISO) is left alone.
 */
export function purgeRecord(state: RecordState, revision: number, until?: string): RecordEvent[] {
  if (state.status !== 'archived' && state.status !== 'merged') return [];
  if (until !== undefined && (state.status === 'merged' || (state.archivedAt ?? '') > until)) return [];
  const { objectType, recordId } = state;
  return [ev('record.purged.v1', { objectType, recordId, before: beforeOf(state, revision) })];
}

/** Brings a purged record back; what is not purged is left alone. */
export function recreateRecord(
  state: RecordState,
  { values, at }: { readonly values: Values; readonly at: string },
): RecordEvent[] {
  if (state.status !== 'purged') {
    live(state);
    return [];
  }
  const { objectType, recordId, createdAt, mergedIds } = state;
  const changes: Record<string, Change> = {};
  for (const [name, to] of Object.entries(values)) if (to !== null) changes[name] = { from: null, to };
  for (const name of createdNames(objectType)) changes[name] = { from: null, to: createdAt };
  for (const name of modifiedNames(objectType)) changes[name] = { from: null, to: at };
  if (mergedIds.length > 0) changes[MERGED_IDS] = { from: null, to: mergedIds.join(';') };
  changes['hs_object_id'] = { from: null, to: recordId };
  return [ev('record.recreated.v1', { objectType, recordId, changes, before: null })];
}
