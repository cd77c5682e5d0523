// Finds what was made from the state at a position and may hold a record that has been erased since.
import type { Projection } from '../../projections/projection';
import type { RecordEvents } from '../crm/records/record.events';
import { recordStream } from '../crm/records/record.vocabulary';
import type { EventMap, Meta } from '../eventsourcing/event';
import type { Streams } from '../eventsourcing/streams';
import type { Doc, Filter } from '../read/document-store';
import type { ReadModels } from '../read/read-models';
import { foldedAt, withoutValues } from './record-at';

/** A record that has been erased, as the commands that withdraw files are given it. */
export interface ErasedRecord {
  readonly objectType: string;
  readonly recordId: string;
  /** Position of the erasure. */
  readonly erasedAt: bigint;
  /** The metadata of every event, each of which gets a command id of its own. */
  readonly meta: Meta;
  readonly signal: AbortSignal;
}

interface FromPosition extends Doc {
  /** Decimal string: the position whose state it was made from. */
  readonly position: string;
}

const PAGE = 100;

/** The documents of a list, once it is up to date, at whose position the record was live; `mayHold` picks beforehand. */
export async function* holdersOf<D extends FromPosition, M extends EventMap>(
  { objectType, recordId, signal }: ErasedRecord,
  { streams, readModels }: { readonly streams: Streams; readonly readModels: ReadModels },
  list: Projection<D, M>,
  filter: Filter,
  mayHold: (one: D) => boolean,
): AsyncGenerator<D, void> {
  await readModels.waitFor(list, await streams.store.head(), signal);
  const history = await withoutValues(streams.pages<RecordEvents>(recordStream(objectType, recordId)));
  for await (const page of readModels.pages(list, { filter, limit: PAGE }))
    for (const one of page) {
      signal.throwIfAborted();
      if (mayHold(one) && (await foldedAt([history], BigInt(one.position))).erased) yield one;
    }
}
