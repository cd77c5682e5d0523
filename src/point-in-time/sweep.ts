// Reads the log between two positions and keeps, for each record touched there, how it was before the first touch.
import { UPDATED_BY } from '../crm/records/record-stamps.vocabulary';
import { recordDocumentId } from '../crm/records/record.vocabulary';
import type { RecordEvents } from '../crm/records/record.events';
import type { Codec } from '../eventsourcing/codec';
import type { RecordedOf, StoredEvent } from '../eventsourcing/event';
import type { EventStore } from '../eventsourcing/event-store';
import { logPages } from '../read/log-pages';
import type { Scratch, Touched } from './scratch';

export interface Sweep {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** Position, exclusive. */
  readonly from: bigint;
  /** Position, inclusive. */
  readonly to: bigint;
  readonly objectTypes: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

export async function sweepInto(
  scratch: Scratch,
  { eventStore, codec, from, to, objectTypes, signal }: Sweep,
): Promise<void> {
  for await (const events of logPages(eventStore, from, { upTo: to, signal })) {
    const touched = new Map<string, Touched>();
    for (const event of events)
      if (isOfRecord(event)) touch(touched, codec.decode<RecordEvents>(event), objectTypes);
    scratch.add(touched);
  }
}

export const isOfRecord = (event: StoredEvent): boolean => event.type.startsWith('record.');

/** After such an event the document tells nothing of what was before: the record is folded from its own stream. */
export const ENDINGS: ReadonlySet<string> = new Set<keyof RecordEvents>([
  'record.merged-into.v1',
  'record.erasure-requested.v1',
  'record.erasure-cancelled.v1',
  'record.erased.v1',
  'record.purged.v1',
  'record.recreated.v1',
]);

/**
 * The first event after the position wins, for `before` and for each property. One that does not say who had changed the
 * record before leaves that to the record's own stream.
 */
export function touch(
  touched: Map<string, Touched>,
  event: RecordedOf<RecordEvents>,
  objectTypes: Pick<ReadonlySet<string>, 'has'>,
): void {
  const { objectType, recordId, before } = event.data;
  if (!objectTypes.has(objectType)) return;
  const id = recordDocumentId(objectType, recordId);
  const row = touched.get(id) ?? { id, objectType, recordId, before, from: {} };
  const changed =
    event.type === 'record.values-changed.v1' || event.type === 'record.merged.v1' ? event.data : undefined;
  if (changed?.before.updatedBy !== undefined) keepFirst(row.from, UPDATED_BY, changed.before.updatedBy);
  const isUntold = changed && !Object.hasOwn(row.from, UPDATED_BY);
  touched.set(id, isUntold || ENDINGS.has(event.type) ? { ...row, folded: true } : row);
  for (const [name, { from }] of Object.entries(changed?.changes ?? {})) keepFirst(row.from, name, from);
}

function keepFirst(values: Touched['from'], name: string, value: string | null): void {
  if (!Object.hasOwn(values, name)) values[name] = value;
}
