// Turns a projection's batch into commands of MongoDB, each a list of ordered updates. The first update of a command
// fails where tombstones have been swept that the batch may not know of. So the server looks, and at no other time than
// it writes: a process that is paused between look and write would put back documents that were removed without a
// trace.
import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { START } from '../../../eventsourcing/event-store';
import { sizeOf } from '../../../eventsourcing/size-of';
import { PAGE_BYTES, type Write } from '../../document-store';
import type { StoredDocument } from './mongo-filter';

type Operation = AnyBulkWriteOperation<StoredDocument>;
type Operations = Parameters<Collection<StoredDocument>['bulkWrite']>[0];

/**
 * Key of the entry that says how far a collection is swept. Documents have texts for keys, so that no query meets it.
 */
const SWEPT = 0 as unknown as string;
/** Size of an update in characters, beside its document. */
const OPERATION_SIZE = 64;

/** Notes that a collection is swept up to a position: from now on batches that start before that position fail. */
export const sweptUpTo = (collection: Collection<StoredDocument>, upTo: bigint): Promise<unknown> =>
  collection.updateOne({ _id: SWEPT }, { $max: { upTo }, $set: { gone: true } } as object, { upsert: true });

/**
 * An update that changes nothing where the collection is swept no further than `from`. Otherwise it finds no entry, and
 * inserts one: an error where there is an entry under that key already, harmless where the collection was never swept.
 */
const unlessSwept = (from: bigint): Operation => ({
  updateOne: {
    filter: { _id: SWEPT, upTo: { $lte: from } },
    update: { $setOnInsert: { upTo: START, gone: true } } as object,
    upsert: true,
  },
});

/** Lists of updates, each short enough for one command: the driver splits longer lists. */
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
  // A new document replaces nothing: an insert would be a command of its own.
  return loaded === undefined
    ? { replaceOne: { filter: { _id: id, stamp: { $exists: false } }, replacement, upsert: true } }
    : { replaceOne: { filter: { _id: id, stamp: loaded }, replacement } };
}
