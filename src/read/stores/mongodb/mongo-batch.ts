// A batch of a projection as MongoDB takes it: updates of one command each, ordered, the first of which fails where
// tombstones have been swept that the batch may not know of. So it is the server that looks, and at no other time than it
// writes: a process that is paused in between would put back what has been removed and has left no trace.
import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { START } from '../../../eventsourcing/event-store';
import { sizeOf } from '../../../eventsourcing/size-of';
import { PAGE_BYTES, type Write } from '../../document-store';
import type { StoredDocument } from './mongo-filter';

type Operation = AnyBulkWriteOperation<StoredDocument>;
type Operations = Parameters<Collection<StoredDocument>['bulkWrite']>[0];

/** The key of how far a collection is swept; documents have texts for keys, so that no query comes across it. */
const SWEPT = 0 as unknown as string;
/** In characters, beside its document. */
const OPERATION_SIZE = 64;

/** From now on batches that start before it fail. */
export const sweptUpTo = (collection: Collection<StoredDocument>, upTo: bigint): Promise<unknown> =>
  collection.updateOne({ _id: SWEPT }, { $max: { upTo }, $set: { gone: true } } as object, { upsert: true });

/**
 * An update that would change nothing, and inserts where it finds nothing: a second one under the same key, which is an
 * error, unless the collection has never been swept.
 */
const unlessSwept = (from: bigint): Operation => ({
  updateOne: {
    filter: { _id: SWEPT, upTo: { $lte: from } },
    update: { $setOnInsert: { upTo: START, gone: true } } as object,
    upsert: true,
  },
});

/** Each list is one command, though the driver splits what is longer than it sends at once. */
export function* commandsOf(writes: readonly Write[], from = START): Generator<Operations> {
  let operations = [unlessSwept(from)];
  let size = 0;
  for (const write of writes) {
    const added = OPERATION_SIZE + sizeOf(write.doc);
    if (size > 0 && size + added > PAGE_BYTES) {
      yield operations;
      operations = [unlessSwept(from)];
      size = 0;
    }
    operations.push(operation(write));
    size += added;
  }
  yield operations;
}

function operation({ id, stamp, loaded, doc }: Write): Operation {
  const { id: _, ...rest } = doc ?? { id };
  const replacement = doc ? { stamp, doc: rest } : { stamp, gone: true as const };
  // What is new is put where there is nothing: an insert would be a command of its own.
  return loaded === undefined
    ? { replaceOne: { filter: { _id: id, stamp: { $exists: false } }, replacement, upsert: true } }
    : { replaceOne: { filter: { _id: id, stamp: loaded }, replacement } };
}
