// Between EventStoreDB's events and positions and ours.
import type { AllStreamRecordedEvent, EventData, Position, RecordedEvent } from '@eventstore/db-client';
import type { Meta, NewEvent, StoredEvent } from '../event';
import type { SerializedEvent } from './serialized';

/** The stream that holds the identity of the log; not an event of anybody's, so readers skip it. */
export const LOG_STREAM = 'strata_log';

/** Commit and prepare are equal for all that is written through gRPC, so that one number is the position. */
export const at = (position: bigint): Position => ({ commit: position, prepare: position });

/** System streams and our own bookkeeping take positions but are nobody's events. */
export const isVisible = ({ streamId, type }: AllStreamRecordedEvent): boolean =>
  !streamId.startsWith('$') && !type.startsWith('$') && streamId !== LOG_STREAM;

export function toStored(event: RecordedEvent): StoredEvent {
  if (!event.position) throw new Error('EventStoreDB before 22.6 does not tell the position of an event');
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    meta: event.metadata as unknown as Meta,
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position.commit,
    recordedAt: event.created.getTime(),
  };
}

const utf8 = new TextEncoder();

/**
 * The client makes JSON of data once more, and takes metadata as bytes: as an object it would pass it through Base64,
 * twice, which costs more than all else that an append does here.
 */
export const toEventData = ({ id, type, data }: NewEvent, { meta }: SerializedEvent): EventData => ({
  id,
  type,
  contentType: 'application/json',
  data: data as Record<string, unknown>,
  metadata: utf8.encode(meta),
});
