// Decisions on the end of a record: merged into another, erased, purged; and its return after a purge.
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import {
  before,
  beforeOf,
  createdNames,
  live,
  modifiedNames,
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

/** Once erased it stays so; a merged or purged one can be erased too. */
export function eraseRecord(state: RecordState, revision: number): RecordEvent[] {
  if (state.status === 'none') throw new Refusal('record-unknown');
  if (state.status === 'erased') return [];
  const { objectType, recordId } = state;
  return [ev('record.erased.v1', { objectType, recordId, before: beforeOf(state, revision) })];
}

/** Only what is archived is purged, and what was merged into one that has been. */
export function purgeRecord(state: RecordState, revision: number): RecordEvent[] {
  if (state.status !== 'archived' && state.status !== 'merged') return [];
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
