// Tells whether the records read at a position have been overtaken: whether one of them has been erased in the
// meantime.
import { recordStream } from '../crm/records/record.vocabulary';
import type { RecordEvents } from '../crm/records/record.events';
import type { Codec } from '../eventsourcing/codec';
import type { EventStore } from '../eventsourcing/event-store';
import { streamPages } from '../eventsourcing/stream-pages';
import { logPages } from '../read/log-pages';
import { foldedAt } from './record-at';

const ERASED = 'record.erased.v1';

export interface ErasedSince {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** The position at which the records were read. */
  readonly position: bigint;
  /** Of the collection when reading began: a record erased until then was not read. */
  readonly checkpoint: bigint;
  readonly objectTypes: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

export interface Overtaken {
  readonly overtaken: boolean;
  /** The position up to which the log was looked at. */
  readonly upTo: bigint;
}

/** Looks up to the end of the log, or to the first erasure of a record that was live at the position. */
export async function erasedSince(asked: ErasedSince): Promise<Overtaken> {
  const { eventStore, codec, checkpoint, objectTypes, signal } = asked;
  let upTo = checkpoint;
  for await (const events of logPages(eventStore, checkpoint, { signal })) {
    for (const event of events) {
      if (event.type !== ERASED) continue;
      const { data } = codec.decode<Pick<RecordEvents, typeof ERASED>>(event);
      if (objectTypes.has(data.objectType) && (await heldAt(asked, data))) return { overtaken: true, upTo };
    }
    upTo = events.at(-1)!.position;
  }
  return { overtaken: false, upTo };
}

/** Whether a record that has been erased since was live at the position. */
async function heldAt(
  { eventStore, codec, position }: Pick<ErasedSince, 'eventStore' | 'codec' | 'position'>,
  { objectType, recordId }: { readonly objectType: string; readonly recordId: string },
): Promise<boolean> {
  const history = streamPages<RecordEvents>(eventStore, codec, recordStream(objectType, recordId));
  return (await foldedAt(history, position)).erased;
}
