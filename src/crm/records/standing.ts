// Which record an id stands for: itself, or the one it was merged into.
import type { Loaded, Streams } from '../../eventsourcing/streams';
import { recordStream } from '../schemas/object-types';
import { record, type MergedRecord, type RecordState } from './record.decider';

/** Never a merged one: chains of merges are followed to their end. From the log, so always current. */
export async function standing(
  streams: Streams,
  objectType: string,
  recordId: string,
): Promise<Loaded<Exclude<RecordState, MergedRecord>>> {
  for (let id = recordId; ;) {
    const { state, ...rest } = await streams.load(record, recordStream(objectType, id));
    if (state.status !== 'merged') return { state, ...rest };
    id = state.intoId;
  }
}
