// Reads the log between two positions and keeps, for each record touched, how it was before the first touch.
import type { RecordEvents } from '../crm/record.events';
import type { Codec } from '../eventsourcing/codec';
import type { RecordedOf, StoredEvent } from '../eventsourcing/event';
import type { EventStore } from '../eventsourcing/event-store';
import type { Scratch, Touched } from './scratch';

const PAGE = 2_000;

export interface Sweep {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** Exclusive. */
  readonly from: bigint;
  /** Inclusive. */
  readonly to: bigint;
  readonly objectTypes: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

export async function sweepInto(
  scratch: Scratch,
  { eventStore, codec, from, to, objectTypes, signal }: Sweep,
): Promise<void> {
  for (let after = from; after < to;) {
    signal.throwIfAborted();
    const events = await eventStore.readAll(after, PAGE);
    if (events.length === 0) return;
    after = events.at(-1)!.position;
    const touched = new Map<string, Touched>();
    for (const event of events)
      if (event.position <= to && isOfRecord(event))
        touch(touched, codec.decode<RecordEvents>(event), objectTypes);
    scratch.add(touched);
  }
}

const isOfRecord = (event: StoredEvent): boolean => event.type.startsWith('record.');

/** The first event after the position wins, for `before` and for each property. */
function touch(
  touched: Map<string, Touched>,
  event: RecordedOf<RecordEvents>,
  objectTypes: ReadonlySet<string>,
): void {
  const { objectType, recordId, before } = event.data;
  if (!objectTypes.has(objectType)) return;
  const id = `${objectType}/${recordId}`;
  let row = touched.get(id);
  if (!row) touched.set(id, (row = { id, objectType, recordId, before, from: {} }));
  if (event.type !== 'record.values-changed.v1') return;
  for (const [name, { from }] of Object.entries(event.data.changes))
    if (!Object.hasOwn(row.from, name)) row.from[name] = from;
}
