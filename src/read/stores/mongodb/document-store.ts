// The document store in MongoDB, without transactions: a batch writes documents first, then the checkpoint, each
// conditional on what was read.
import {
  MongoServerError,
  type Collection,
  type Db,
  type Document,
  type FindCursor,
  type MongoClient,
} from 'mongodb';
import { answerOf, isDuplicate, mongoClient } from '../../../mongo-server';
import { sizeOf } from '../../../eventsourcing/size-of';
import {
  DocumentStore,
  PAGE_BYTES,
  WriteConflict,
  type Checkpoint,
  type CollectionSpec,
  type Doc,
  type Filter,
  type FindOptions,
  type Found,
  type Some,
  type Stamped,
  type Write,
} from '../../document-store';
import { cursorAfter, cursorValues, sortKeys } from '../../filters/cursor';
import { commandsOf, sweptUpTo } from './mongo-batch';
import { mongoAfter, mongoSort, storedPath, type StoredDocument } from './mongo-filter';
import { ANSWER_LIMIT, QUERY_LIMIT, slow, stamped, wantedIn } from './mongo-queries';

/** Milliseconds that batches of projections, pages of scans and sweeps may take: no client waits for them. */
const BATCH_LIMIT = 30_000;
/** Milliseconds that making an index may take, over a whole collection. */
const INDEX_LIMIT = 3_600_000;
const PAGE = 500;
/** Documents looked up by one query. */
const LOOKED_UP = 250;

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
    const client = mongoClient(url);
    try {
      return new MongoDocumentStore(await client.connect());
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async ensure(
    { name, indexes = [], covering = [], sought = [], terms }: CollectionSpec,
    when: 'now' | 'later' = 'now',
  ): Promise<void> {
    await answerOf(this.names.updateOne({ _id: name }, { $set: { value: true } }, { upsert: true }));
    const collection = this.documents(name);
    const gone = { name: 'gone', partialFilterExpression: { gone: true } };
    await answerOf(collection.createIndex({ stamp: 1 }, gone), INDEX_LIMIT);
    const first = sought.map((index) => [...new Set([...index, 'id'])]);
    const others = [
      ...indexes.map((index) => [...new Set([...index, 'id'])]),
      ...covering,
      // Of a list MongoDB makes an entry for each text.
      ...(terms === undefined ? [] : [[terms, 'id']]),
    ];
    const listed = when === 'now' ? [...first, ...others] : first;
    const made = new Set<string>();
    for (const [i, paths] of listed.entries()) {
      // MongoDB refuses one index under two names.
      if (made.size === made.add(paths.join()).size) continue;
      const keys = paths.map((path): [string, 1] => [storedPath(path.replace(/^-/, '')), 1]);
      await answerOf(collection.createIndex(new Map(keys), { name: `i${i}` }), INDEX_LIMIT);
    }
  }

  async drop(collection: string): Promise<void> {
    // Whether dropping a missing collection is an error depends on the server, and so does the code of that error.
    await answerOf(this.documents(collection).drop(), BATCH_LIMIT).catch((error: unknown) => {
      if (!(error instanceof MongoServerError && /^ns not found/.test(error.message))) throw error;
    });
    await answerOf(this.names.deleteOne({ _id: collection }));
  }

  async collections(): Promise<string[]> {
    const found = await answerOf(this.names.find().sort({ _id: 1 }).toArray());
    return found.map(({ _id }) => _id);
  }

  async getSome<D extends Doc>(collection: string, ids: readonly string[]): Promise<Some<D>> {
    const found = new Map<string, Stamped<D>>();
    let looked = 0;
    let asked = LOOKED_UP;
    for (let bytes = 0; looked < ids.length && bytes < PAGE_BYTES;) {
      const some = ids.slice(looked, looked + asked);
      const query = this.documents(collection).find({ _id: { $in: some } }, { batchSize: some.length });
      const { documents, whole, size } = await answerOf(read(query), BATCH_LIMIT);
      // MongoDB does not say which ids it answers first: ask again for fewer.
      if (!whole && some.length > 1) {
        asked = Math.ceil(some.length / 8);
        continue;
      }
      for (const stored of documents) found.set(stored._id, stamped<D>(stored));
      bytes += size;
      looked += some.length;
    }
    return { found, looked };
  }

  async write(collection: string, writes: readonly Write[], checkpoint: Checkpoint): Promise<void> {
    const { name, from, to } = checkpoint;
    if (writes.length > 0) {
      if ((await this.checkpoint(name)) !== from) throw new WriteConflict();
      for (const operations of commandsOf(writes, from)) {
        // The server ends a command that takes longer: nobody would wait for its answer.
        const how = { ordered: true, maxTimeMS: BATCH_LIMIT };
        const writing = this.documents(collection).bulkWrite(operations, how);
        const { upsertedCount, matchedCount } = await conflicts(answerOf(writing, BATCH_LIMIT));
        if (upsertedCount + matchedCount !== operations.length) throw new WriteConflict();
      }
    }
    if (from === undefined) await conflicts(answerOf(this.checkpoints.insertOne({ _id: name, value: to })));
    else {
      const set = { $set: { value: to } };
      const moved = await answerOf(this.checkpoints.updateOne({ _id: name, value: from }, set));
      if (moved.matchedCount !== 1) throw new WriteConflict();
    }
  }

  async checkpoint(name: string): Promise<bigint | undefined> {
    return (await answerOf(this.checkpoints.findOne({ _id: name })))?.value;
  }

  async dropCheckpoint(name: string): Promise<void> {
    await answerOf(this.checkpoints.deleteOne({ _id: name }));
  }

  async sweep(collection: string, upTo: bigint): Promise<void> {
    await answerOf(sweptUpTo(this.documents(collection), upTo));
    const passed = { gone: true as const, stamp: { $lte: upTo } };
    await answerOf(this.documents(collection).deleteMany(passed), BATCH_LIMIT);
  }

  async find<D extends Doc>(collection: string, options: FindOptions): Promise<Found<D>> {
    const { filter, sort, limit, after } = options;
    const keys = sortKeys(sort);
    const all = await wantedIn(this.documents(collection), filter);
    const wanted = after === undefined ? all : [...all, mongoAfter(keys, cursorValues(after, keys))];
    const query = this.documents(collection)
      .find({ $and: wanted }, { maxTimeMS: QUERY_LIMIT, allowDiskUse: true })
      .sort(mongoSort(keys))
      .limit(limit + 1);
    const [found, total] = await Promise.all([
      slow(answerOf(query.toArray(), ANSWER_LIMIT)),
      options.total ? this.counted(collection, all) : undefined,
    ]);
    const docs = found.map((stored) => stamped<D>(stored).doc!);
    const counted = total !== undefined && { total };
    if (docs.length <= limit) return { docs, ...counted };
    docs.pop();
    return { docs, next: cursorAfter(docs.at(-1)!, keys), ...counted };
  }

  async count(collection: string, filter?: Filter): Promise<number> {
    return this.counted(collection, await wantedIn(this.documents(collection), filter));
  }

  private async counted(collection: string, $and: Document[]): Promise<number> {
    const counting = this.documents(collection).countDocuments({ $and }, { maxTimeMS: QUERY_LIMIT });
    return slow(answerOf(counting, ANSWER_LIMIT));
  }

  async *scan<D extends Doc>(
    collection: string,
    { from = '', to }: { readonly from?: string; readonly to?: string } = {},
  ): AsyncIterable<Stamped<D>[]> {
    // A query for each page: a cursor would expire under a reader that takes its time.
    for (let range: object = { $gte: from }; ;) {
      const query = this.documents(collection)
        .find({ _id: { ...range, ...(to !== undefined && { $lt: to }) } }, { batchSize: PAGE })
        .sort({ _id: 1 })
        .limit(PAGE);
      const { documents } = await answerOf(read(query), BATCH_LIMIT);
      if (documents.length === 0) return;
      yield documents.map((stored) => stamped<D>(stored));
      range = { $gt: documents.at(-1)!._id };
    }
  }

  async getState<V>(key: string): Promise<V | undefined> {
    const found = await answerOf(this.states.findOne({ _id: key }));
    return found ? (JSON.parse(found.value) as V) : undefined;
  }

  async compareAndSet<V>(key: string, expected: V | undefined, next: V | undefined): Promise<boolean> {
    const value = JSON.stringify(next);
    try {
      if (expected === undefined) {
        if (next === undefined) return (await answerOf(this.states.findOne({ _id: key }))) === null;
        return (await answerOf(this.states.insertOne({ _id: key, value }))).acknowledged;
      }
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
    const same = { _id: key, value: JSON.stringify(expected) };
    if (next === undefined) return (await answerOf(this.states.deleteOne(same))).deletedCount === 1;
    return (await answerOf(this.states.updateOne(same, { $set: { value } }))).matchedCount === 1;
  }

  async setState<V>(key: string, value: V): Promise<void> {
    const set = { $set: { value: JSON.stringify(value) } };
    await answerOf(this.states.updateOne({ _id: key }, set, { upsert: true }));
  }

  async close(): Promise<void> {
    await answerOf(this.client.close());
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

/** Documents of a query until they make up PAGE_BYTES; a server sends no more than 16 MB at a time. */
async function read(query: FindCursor<StoredDocument>) {
  const documents: StoredDocument[] = [];
  let size = 0;
  for await (const stored of query) {
    if (size >= PAGE_BYTES) return { documents, size, whole: false };
    documents.push(stored);
    size += sizeOf(stored.doc);
  }
  return { documents, size, whole: true };
}

async function conflicts<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (isDuplicate(error)) throw new WriteConflict();
    throw error;
  }
}
