// Finds which record an id stands for, and which records are part of another. What a record says of others counts only
// where their own streams say the same: each may have been purged and brought back on its own.
import { NO_STREAM, START } from '../../eventsourcing/event-store';
import type { Streams } from '../../eventsourcing/streams';
import type { Loaded } from '../../eventsourcing/decider';
import { recordStream } from './record.vocabulary';
import { mergedIdsOf, record, type MergedRecord, type RecordState } from './record.decider';

type Standing = Loaded<Exclude<RecordState, MergedRecord>>;

/**
 * The record that an id stands for, never a merged one: chains of merges are followed to the last survivor. Read from
 * the log, so always current.
 */
export async function standing(streams: Streams, objectType: string, recordId: string): Promise<Standing> {
  const seen = new Set<string>();
  for (let id = recordId; !seen.has(id);) {
    const { state, ...rest } = await streams.load(record, recordStream(objectType, id));
    const held = state.status === 'waiting' ? state.held : state;
    if (held.status !== 'merged') return { state: state as Standing['state'], ...rest };
    seen.add(id);
    id = held.intoId;
  }
  // No command makes a circle of merges. A circle has no survivor, so there is no record.
  return { state: { status: 'none' }, revision: NO_STREAM, position: START };
}

/** Ids of a record's survivor, of the survivor's survivor, and so on, whatever has become of each. */
export async function survivorsOf(
  streams: Streams,
  objectType: string,
  recordId: string,
): Promise<readonly string[]> {
  const seen = new Set([recordId]);
  for (let id = recordId; ;) {
    const { state } = await streams.load(record, recordStream(objectType, id));
    const intoId = 'intoId' in state ? state.intoId : undefined;
    if (intoId === undefined || seen.has(intoId)) return [...seen].slice(1);
    seen.add((id = intoId));
  }
}

/** Ids of the records that were merged into this one and are still part of it. */
export async function partsOf(
  streams: Streams,
  objectType: string,
  recordId: string,
  state: RecordState,
): Promise<readonly string[]> {
  const parts: string[] = [];
  for (const id of mergedIdsOf(state))
    if ((await survivorsOf(streams, objectType, id)).includes(recordId)) parts.push(id);
  return parts;
}
