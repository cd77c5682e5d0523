// The port to the store of read models: collections of JSON documents that projections write and queries find. Its two
// adapters (MongoDB, embedded SQLite) pass one contract spec.
//
// Both adapters promise of a search: the same documents in the same order for every Filter and Sort; exact counts; pages
// that neither skip nor repeat a document that stays; a walk of an index for a filter that names only paths of that
// index, and for `id`; text by the patterns of `filters/text-patterns.ts`, in linear time; an answer within 20 s or
// `query-too-slow`, while no other query waits for it. Scans give whole documents, in pages of bounded bytes.

/** A JSON document; `id` is its key, unique in its collection. */
export interface Doc {
  readonly id: string;
}

export type Scalar = string | number | boolean | null;
/**
 * A value to compare with. Values are compared within one type only: a number is neither above nor below any string.
 */
export type Ordered = string | number | boolean;

export interface Operators {
  $eq?: Scalar;
  $ne?: Scalar;
  $in?: readonly Scalar[];
  $nin?: readonly Scalar[];
  $gt?: Ordered;
  $gte?: Ordered;
  $lt?: Ordered;
  $lte?: Ordered;
  $exists?: boolean;
  /** The value is a list that has all of these texts. An empty list finds nothing. */
  $all?: readonly string[];
  /**
   * A pattern that `patternOf` reads is answered in linear time, mostly by SQL; any other costs a test of each value.
   */
  $regex?: string;
  /** Makes `$regex` ignore case. */
  $options?: 'i';
  $not?: Operators;
}
/**
 * The bounded part of MongoDB's query language that both adapters answer alike: dotted paths, `$and`, `$or`, Operators.
 * A missing value equals null. But for `$all`, filters and sorts do not look into arrays: keep values that are searched for out of
 * them.
 */
export interface Filter {
  readonly [path: string]: Scalar | Operators | readonly Filter[] | undefined;
  readonly $and?: readonly Filter[];
  readonly $or?: readonly Filter[];
}

/** Dotted paths, most significant first; `-` in front of a path sorts it downwards. `id` always ends the order. */
export type Sort = readonly string[];

/**
 * Dotted paths, in index order. An index is declared once, and both adapters make it. `id` ends the order; paths that
 * follow it are held beside, for filters that then read the index only.
 */
export type Index = readonly string[];

export interface CollectionSpec {
  readonly name: string;
  readonly indexes?: readonly Index[];
  /** Indexes that are there while the collection is filled, too. */
  readonly sought?: readonly Index[];
  /** Each a sort path, then other paths that its index also holds: a filter over these paths reads that index only. */
  readonly covering?: readonly Index[];
  readonly scanned?: Scanned;
  /**
   * A path of lists of texts by which `$all` finds documents soon. Ids of the collection are numbers, padded to 20
   * digits.
   */
  readonly terms?: string;
}

/**
 * Values that are filtered and sorted by where no index is selective: the embedded store keeps them apart from the
 * documents, so that reading them all is cheap. They serve filters that hold `by` to one value and name no path beyond
 * `paths` and `members`.
 */
export interface Scanned {
  /** A path whose value, a string, never changes in a document. */
  readonly by: string;
  readonly paths: readonly string[];
  /** Paths of objects, each of whose members is kept. */
  readonly members: readonly string[];
}

export interface FindOptions {
  readonly filter?: Filter;
  readonly sort?: Sort;
  readonly limit: number;
  /** `next` of an earlier page with the same filter and sort. */
  readonly after?: string;
  /** Also count all documents that match the filter, on whatever page they are. */
  readonly total?: boolean;
}

export interface Found<D> {
  readonly docs: D[];
  /** Opaque keyset cursor; absent on the last page. */
  readonly next?: string;
  /** The number of all documents that match the filter, where it was asked for. */
  readonly total?: number;
}

/** All that a query finds, page by page; a page is asked for when the caller is done with the page before. */
export async function* pagesOf<D>(
  find: (from: Pick<FindOptions, 'after'>) => Promise<Found<D>>,
): AsyncGenerator<readonly D[]> {
  for (let after: string | undefined; ;) {
    const { docs, next } = await find(after === undefined ? {} : { after });
    yield docs;
    if ((after = next) === undefined) return;
  }
}

/** A document with its stamp: the position of the last event that changed it. `doc` is absent on a tombstone. */
export interface Stamped<D extends Doc = Doc> {
  readonly id: string;
  readonly stamp: bigint;
  readonly doc?: D;
}

export interface Write {
  readonly id: string;
  readonly stamp: bigint;
  /** The stamp of what was loaded; undefined where nothing was there. A write over any other stamp is a conflict. */
  readonly loaded: bigint | undefined;
  /** Absent: leave a tombstone. */
  readonly doc?: Doc;
}

/** How far a projection has applied the log, as a batch moves it. */
export interface Checkpoint {
  readonly name: string;
  /** The position at which the batch starts, that of the stored checkpoint; undefined where none is stored. */
  readonly from: bigint | undefined;
  readonly to: bigint;
}

/** About so many bytes of documents, or one larger document, are read at once: threads of jobs have a small heap. */
export const PAGE_BYTES = 4 * 1024 * 1024;

/** The least id after one: with it the next page of a stretch begins. */
export const idAfter = (id: string): string => `${id}\0`;

/** What was found under the first ids of a list. */
export interface Some<D extends Doc> {
  /** By id; an id without document and tombstone is not in the map. */
  readonly found: Map<string, Stamped<D>>;
  /** How many of the ids were looked up. */
  readonly looked: number;
}

/** A stretch of documents that is asked for as rows of a table. */
export interface CellsAsked {
  /** The value that all documents of the stretch have at the path `by` of `scanned`. */
  readonly kind: string;
  /** Ids from one (inclusive) to another (exclusive). */
  readonly from: string;
  readonly to: string;
  /** Paths below the `members` of `scanned`, in the order of cells; their keys hold no dot, their values are strings. */
  readonly paths: readonly string[];
  /** A path of `scanned`: documents with true there have no row. */
  readonly unless: string;
  /** Characters of an id before that which makes the first cell, without its leading zeros. */
  readonly prefix: number;
  readonly withIds: boolean;
}

/** Consecutive documents as rows of a table, read in one snapshot. */
export interface CellPage {
  /** The id of the last document, whether or not it has a row. */
  readonly last: string;
  /** The greatest stamp of a document, or of a tombstone, up to there. */
  readonly stamp: bigint;
  readonly rows: number;
  /** UTF-8: each cell ends in CELL_END, the last one of a row in ROW_END, neither of which UTF-8 has. */
  readonly cells: Uint8Array;
  /** Of the documents with a row; empty where they were not asked for. */
  readonly ids: readonly string[];
}

export const CELL_END = 0xff;
export const ROW_END = 0xfe;

/** Another process wrote the document, the checkpoint or the value first: load it again. */
export class WriteConflict extends Error {}

export abstract class DocumentStore {
  /** True where only one process can have the store open: jobs and projectors then need no lease. */
  abstract readonly exclusive: boolean;

  /**
   * Makes the collection, and its indexes unless `indexes` is 'later' (then those of `sought` alone: call again when the
   * collection is filled).
   */
  abstract ensure(spec: CollectionSpec, indexes?: 'now' | 'later'): Promise<void>;
  abstract drop(collection: string): Promise<void>;
  abstract collections(): Promise<string[]>;

  /** Documents and tombstones with the first of these ids, as many as make up PAGE_BYTES, at least one. */
  abstract getSome<D extends Doc>(collection: string, ids: readonly string[]): Promise<Some<D>>;

  /** Documents and tombstones with all of these ids: for callers that bound the number of ids and hold all at once. */
  async getMany<D extends Doc>(collection: string, ids: readonly string[]): Promise<Map<string, Stamped<D>>> {
    const all = new Map<string, Stamped<D>>();
    for (let next = 0; next < ids.length;) {
      const { found, looked } = await this.getSome<D>(collection, next > 0 ? ids.slice(next) : ids);
      next += looked;
      if (next === ids.length && all.size === 0) return found;
      for (const [id, stamped] of found) all.set(id, stamped);
    }
    return all;
  }

  /**
   * Writes documents, then the checkpoint (embedded: in one transaction). Rejects with WriteConflict. Of a batch that
   * does not start at the stored checkpoint nothing is written: a batch older than a sweep would put back documents
   * that were removed and whose tombstones are gone. (Without transactions, the checkpoint is read first, and each
   * command that writes documents fails where a sweep has passed the start of the batch.)
   */
  abstract write(collection: string, writes: readonly Write[], checkpoint: Checkpoint): Promise<void>;
  abstract checkpoint(name: string): Promise<bigint | undefined>;
  abstract dropCheckpoint(name: string): Promise<void>;

  /** Removes tombstones stamped at or before a position. */
  abstract sweep(collection: string, upTo: bigint): Promise<void>;

  /**
   * Never finds tombstones. Sorts as MongoDB does: missing and null first, then numbers, then strings. Rejects with the
   * Refusals `cursor-invalid` and `query-too-slow`.
   */
  abstract find<D extends Doc>(collection: string, options: FindOptions): Promise<Found<D>>;
  abstract count(collection: string, filter?: Filter): Promise<number>;

  /**
   * Every document and tombstone in id order (byte order), from `from` (inclusive) to `to` (exclusive), in pages of
   * about PAGE_BYTES at most, none of them empty. Not a snapshot: a document written during the scan may show its old
   * or its new state, but no document that stays is missed.
   */
  abstract scan<D extends Doc>(
    collection: string,
    range?: { readonly from?: string; readonly to?: string },
  ): AsyncIterable<Stamped<D>[]>;

  /**
   * The first documents of a stretch as rows of a table, about PAGE_BYTES of them at most: what a scan gives, for who
   * needs some of their values and no documents. Undefined where there are none, or where the store keeps no values
   * apart.
   */
  async cells(_collection: string, _asked: CellsAsked): Promise<CellPage | undefined> {
    return undefined;
  }

  /** A value of the small shared state that is no read model (leases, jobs' progress). */
  abstract getState<V>(key: string): Promise<V | undefined>;
  /**
   * Sets a value of the shared state if it is still `expected` (undefined: if there is none), compared as JSON. `next`
   * undefined deletes the value. False: the value was another.
   */
  abstract compareAndSet<V>(key: string, expected: V | undefined, next: V | undefined): Promise<boolean>;
  /** Sets a value of the shared state, whatever it was. */
  abstract setState<V>(key: string, value: V): Promise<void>;

  abstract close(): Promise<void>;
}
