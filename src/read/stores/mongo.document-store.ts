// The read models in MongoDB: documents first, then the checkpoint, each conditional on what was read. No transactions.
import {
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
  type AnyBulkWriteOperation,
  type Collection,
  type Db,
  type Document,
} from 'mongodb';
import { Refusal } from '../../refusals';
import {
  DocumentStore,
  WriteConflict,
  type Checkpoint,
  type CollectionSpec,
  type Doc,
  type Filter,
  type FindOptions,
  type Found,
  type Stamped,
  type Write,
} from '../document-store';
import { cursorAfter, cursorValues, sortKeys } from './cursor';
import { mongoAfter, mongoFilter, mongoSort, storedPath, type StoredDocument } from './mongo-filter';

/** Milliseconds a query may take. */
const QUERY_LIMIT = 20_000;
const PAGE = 500;
const DUPLICATE_KEY = 11_000;
const TOO_SLOW = 50;

interface Keyed<V> {
  readonly _id: string;
  readonly value: V;
}

export class MongoDocumentStore extends DocumentStore {
  readonly exclusive = false;
  private readonly db: Db;

  private constructor(private readonly client: MongoClient) {
    super();
    this.db = client.db();
  }

  /** Connects to the database that the URL names. */
  static async connect(url: string): Promise<MongoDocumentStore> {
    const client = new MongoClient(url, {
      // What is answered or recorded as done is on disk at a majority.
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      // As JSON does; null would say something else.
      ignoreUndefined: true,
      useBigInt64: true,
    });
    return new MongoDocumentStore(await client.connect());
  }

  async ensure(
    { name, indexes = [], covering = [] }: CollectionSpec,
    when: 'now' | 'later' = 'now',
  ): Promise<void> {
    await this.names.updateOne({ _id: name }, { $set: { value: true } }, { upsert: true });
    const collection = this.documents(name);
    await collection.createIndex({ stamp: 1 }, { name: 'gone', partialFilterExpression: { gone: true } });
    if (when === 'later') return;
    const listed = [...indexes.map((index) => [...index, 'id']), ...covering];
    for (const [i, paths] of listed.entries()) {
      const keys = paths.map((path): [string, 1] => [storedPath(path.replace(/^-/, '')), 1]);
      await collection.createIndex(new Map(keys), { name: `i${i}` });
    }
  }

  async drop(collection: string): Promise<void> {
    await this.documents(collection).drop();
    await this.names.deleteOne({ _id: collection });
  }

  async collections(): Promise<string[]> {
    const found = await this.names.find().sort({ _id: 1 }).toArray();
    return found.map(({ _id }) => _id);
  }

  async getMany<D extends Doc>(collection: string, ids: readonly string[]): Promise<Map<string, Stamped<D>>> {
    if (ids.length === 0) return new Map();
    const found = await this.documents(collection)
      .find({ _id: { $in: ids } })
      .toArray();
    return new Map(found.map((stored) => [stored._id, stamped<D>(stored)]));
  }

  async write(collection: string, writes: readonly Write[], checkpoint: Checkpoint): Promise<void> {
    if (writes.length > 0) {
      const result = await conflicts(
        this.documents(collection).bulkWrite(writes.map(operation), { ordered: false }),
      );
      if (result.insertedCount + result.matchedCount !== writes.length) throw new WriteConflict();
    }
    const { name, from, to } = checkpoint;
    if (from === undefined) await conflicts(this.checkpoints.insertOne({ _id: name, value: to }));
    else {
      const moved = await this.checkpoints.updateOne({ _id: name, value: from }, { $set: { value: to } });
      if (moved.matchedCount !== 1) throw new WriteConflict();
    }
  }

  async checkpoint(name: string): Promise<bigint | undefined> {
    return (await this.checkpoints.findOne({ _id: name }))?.value;
  }

  async dropCheckpoint(name: string): Promise<void> {
    await this.checkpoints.deleteOne({ _id: name });
  }

  async sweep(collection: string, upTo: bigint): Promise<void> {
    await this.documents(collection).deleteMany({ gone: true, stamp: { $lte: upTo } });
  }

  async find<D extends Doc>(collection: string, options: FindOptions): Promise<Found<D>> {
    const { filter, sort, limit, after } = options;
    const keys = sortKeys(sort);
    const wanted = [LIVE, mongoFilter(filter)];
    if (after !== undefined) wanted.push(mongoAfter(keys, cursorValues(after, keys)));
    const query = this.documents(collection)
      .find({ $and: wanted }, { maxTimeMS: QUERY_LIMIT, allowDiskUse: true })
      .sort(mongoSort(keys))
      .limit(limit + 1);
    const [found, total] = await Promise.all([
      slow(query.toArray()),
      options.total ? this.count(collection, filter) : undefined,
    ]);
    const docs = found.map((stored) => stamped<D>(stored).doc!);
    const counted = total !== undefined && { total };
    if (docs.length <= limit) return { docs, ...counted };
    docs.pop();
    return { docs, next: cursorAfter(docs.at(-1)!, keys), ...counted };
  }

  async count(collection: string, filter?: Filter): Promise<number> {
    const wanted = { $and: [LIVE, mongoFilter(filter)] };
    return slow(this.documents(collection).countDocuments(wanted, { maxTimeMS: QUERY_LIMIT }));
  }

  async *scan<D extends Doc>(
    collection: string,
    { from = '', to }: { readonly from?: string; readonly to?: string } = {},
  ): AsyncIterable<Stamped<D>[]> {
    // A query a page: a cursor would die under a reader that takes its time.
    for (let range: object = { $gte: from }; ;) {
      const page = await this.documents(collection)
        .find({ _id: { ...range, ...(to !== undefined && { $lt: to }) } })
        .sort({ _id: 1 })
        .limit(PAGE)
        .toArray();
      if (page.length === 0) return;
      yield page.map((stored) => stamped<D>(stored));
      range = { $gt: page.at(-1)!._id };
    }
  }

  async getState<V>(key: string): Promise<V | undefined> {
    const found = await this.states.findOne({ _id: key });
    return found ? (JSON.parse(found.value) as V) : undefined;
  }

  async compareAndSet<V>(key: string, expected: V | undefined, next: V | undefined): Promise<boolean> {
    const value = JSON.stringify(next);
    try {
      if (expected === undefined) {
        if (next === undefined) return (await this.states.findOne({ _id: key })) === null;
        return (await this.states.insertOne({ _id: key, value })).acknowledged;
      }
    } catch (error) {
      if (isServerError(error, DUPLICATE_KEY)) return false;
      throw error;
    }
    const same = { _id: key, value: JSON.stringify(expected) };
    if (next === undefined) return (await this.states.deleteOne(same)).deletedCount === 1;
    return (await this.states.updateOne(same, { $set: { value } })).matchedCount === 1;
  }

  async setState<V>(key: string, value: V): Promise<void> {
    await this.states.updateOne({ _id: key }, { $set: { value: JSON.stringify(value) } }, { upsert: true });
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private documents(name: string): Collection<StoredDocument> {
    return this.db.collection<StoredDocument>(name);
  }

  private get names(): Collection<Keyed<boolean>> {
    return this.db.collection('read_collections');
  }

  private get checkpoints(): Collection<Keyed<bigint>> {
    return this.db.collection('read_checkpoints');
  }

  private get states(): Collection<Keyed<string>> {
    return this.db.collection('read_state');
  }
}

const LIVE: Document = { gone: { $exists: false } };

function operation({ id, stamp, loaded, doc }: Write): AnyBulkWriteOperation<StoredDocument> {
  const { id: _, ...rest } = doc ?? { id };
  const replacement = doc ? { stamp, doc: rest } : { stamp, gone: true as const };
  return loaded === undefined
    ? { insertOne: { document: { _id: id, ...replacement } } }
    : { replaceOne: { filter: { _id: id, stamp: loaded }, replacement } };
}

const stamped = <D extends Doc>({ _id, stamp, doc }: StoredDocument): Stamped<D> => ({
  id: _id,
  stamp,
  ...(doc && { doc: { id: _id, ...doc } as unknown as D }),
});

const isServerError = (error: unknown, code: number): boolean =>
  error instanceof MongoServerError && error.code === code;

async function conflicts<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (
      isServerError(error, DUPLICATE_KEY) ||
      (error instanceof MongoBulkWriteError && error.code === DUPLICATE_KEY)
    )
      throw new WriteConflict();
    throw error;
  }
}

async function slow<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (isServerError(error, TOO_SLOW)) throw new Refusal('query-too-slow');
    throw error;
  }
}
