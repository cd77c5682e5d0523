// Which record an id stands for, and which records are part of another. What a record says of others is believed only
// where their own streams say the same: each may have been purged and brought back on its own.
import { NO_STREAM, START } from '../../eventsourcing/event-store';
import type { Streams } from '../../eventsourcing/streams';
import type { Loaded } from '../../eventsourcing/decider';
import { recordStream } from '../schemas/object-types';
import { mergedIdsOf, record, type MergedRecord, type RecordState } from './record.decider';

type Standing = Loaded<Exclude<RecordState, MergedRecord>>;

/** Never a merged one: chains of merges are followed to their end. From the log, so always current. */
export async function standing(streams: Streams, objectType: string, recordId: string): Promise<Standing> {
  const seen = new Set<string>();
  for (let id = recordId; !seen.has(id);) {
    const { state, ...rest } = await streams.load(record, recordStream(objectType, id));
    const held = state.status === 'waiting' ? state.held : state;
    if (held.status !== 'merged') return { state: state as Standing['state'], ...rest };
    seen.add(id);
    id = held.intoId;
  }
  // Nothing of ours makes a circle. It has no end, so there is no record.
  return { state: { status: 'none' }, revision: NO_STREAM, position: START };
}

/** What a record was merged into, and what that was merged into, and so on: ids, whatever has become of each. */
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

/** Of the records that were merged into this one, those that are still part of it. */
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
