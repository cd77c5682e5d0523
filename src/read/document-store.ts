// The port to the read models. Two adapters (MongoDB, embedded SQLite) pass one contract spec.

/** A JSON document; `id` is its key, unique in its collection. */
export interface Doc {
  readonly id: string;
}

export type Scalar = string | number | boolean | null;
/** Compared within its type only: a number is neither above nor below any string. */
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
  /** One that `patternOf` reads is answered in linear time, and mostly by SQL; any other costs a look at each value. */
  $regex?: string;
  /** `i` only. */
  $options?: 'i';
  $not?: Operators;
}
/**
 * The bounded part of MongoDB's query language both adapters answer alike: dotted paths, `$and`, `$or`, Operators.
 * Missing equals null. Filters and sorts do not look into arrays: keep what is asked for out of them.
 */
export interface Filter {
  readonly [path: string]: Scalar | Operators | readonly Filter[] | undefined;
  readonly $and?: readonly Filter[];
  readonly $or?: readonly Filter[];
}

/** A text as `$options: 'i'` compares it: two that differ in case only give the same. */
export function foldCase(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text.toUpperCase();
  let all = '';
  for (let i = 0; i < text.length; i++) all += foldUnit(text[i]!);
  return all;
}

/** As regular expressions of JavaScript do: one unit stays one unit, and none becomes ASCII that was not. */
function foldUnit(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.length !== 1 || (unit > '\x7f' && upper <= '\x7f') ? unit : upper;
}

/** Dotted paths, most significant first; `-` in front of a path sorts it downwards. `id` always ends the order. */
export type Sort = readonly string[];

/** Dotted paths, in index order. Index them once here; both adapters make them. */
export type Index = readonly string[];

export interface CollectionSpec {
  readonly name: string;
  readonly indexes?: readonly Index[];
  /** Paths kept in one covering index after the sort path, so that any filter over them scans an index only. */
  readonly covering?: readonly Index[];
  readonly scanned?: Scanned;
}

/**
 * What is filtered and sorted by where no index is selective: kept apart from the documents, so that reading all of it
 * is cheap. Serves filters that hold `by` to one value and name nothing beyond `paths` and `members`.
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
  /** Cursor of an earlier page of the same filter and sort. */
  readonly after?: string;
  /** Count, too, all that match the filter, on whatever page. */
  readonly total?: boolean;
}

export interface Found<D> {
  readonly docs: D[];
  /** Opaque keyset cursor; absent on the last page. */
  readonly next?: string;
  /** Where it was asked for. */
  readonly total?: number;
}

/** All that a question finds, page by page; the next one is asked for when this one is done with. */
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
  /** The stamp it was loaded with; undefined when it was not there. A write over any other stamp is a conflict. */
  readonly loaded: bigint | undefined;
  /** Absent: leave a tombstone. */
  readonly doc?: Doc;
}

export interface Checkpoint {
  readonly name: string;
  /** The checkpoint this batch starts from; undefined when there was none. */
  readonly from: bigint | undefined;
  readonly to: bigint;
}

/** Bytes of documents that are read at once, about, unless one alone is larger: job threads have a small heap. */
export const PAGE_BYTES = 4 * 1024 * 1024;

/** What is known of the first ids of a list. */
export interface Some<D extends Doc> {
  /** Ids that are not there are not in the map. */
  readonly found: Map<string, Stamped<D>>;
  /** How many of the ids were looked up. */
  readonly looked: number;
}

/** Somebody else wrote the document, the checkpoint or the value first: load again. */
export class WriteConflict extends Error {}

export abstract class DocumentStore {
  /** True when one process alone can have it open: its jobs and projectors then need no lease. */
  abstract readonly exclusive: boolean;

  /** Makes the collection; its indexes too unless `indexes: 'later'` (then call again when it is filled). */
  abstract ensure(spec: CollectionSpec, indexes?: 'now' | 'later'): Promise<void>;
  abstract drop(collection: string): Promise<void>;
  abstract collections(): Promise<string[]>;

  /** Documents and tombstones with the first of these ids, as many as make up PAGE_BYTES, at least one. */
  abstract getSome<D extends Doc>(collection: string, ids: readonly string[]): Promise<Some<D>>;

  /** The same of all of them: for callers that bound their number and hold them all. */
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
   * starts elsewhere than at the checkpoint nothing is written: where it is older than a sweep it would put back what has
   * left no tombstone. (Without transactions the checkpoint is looked at first, and each command that writes documents
   * fails where a sweep has gone beyond its start.)
   */
  abstract write(collection: string, writes: readonly Write[], checkpoint: Checkpoint): Promise<void>;
  abstract checkpoint(name: string): Promise<bigint | undefined>;
  abstract dropCheckpoint(name: string): Promise<void>;

  /** Removes tombstones stamped at or before a position. */
  abstract sweep(collection: string, upTo: bigint): Promise<void>;

  /** Tombstones are never found. Sorts as MongoDB does: missing and null first, then numbers, then strings. */
  abstract find<D extends Doc>(collection: string, options: FindOptions): Promise<Found<D>>;
  abstract count(collection: string, filter?: Filter): Promise<number>;

  /**
   * Every document and tombstone in id order (byte order), in pages of about PAGE_BYTES at most, from `from` (inclusive) to `to` (exclusive).
   * Not a snapshot: a document written during the scan may show its old or its new state, but none that stays is missed.
   */
  abstract scan<D extends Doc>(
    collection: string,
    range?: { readonly from?: string; readonly to?: string },
  ): AsyncIterable<Stamped<D>[]>;

  /** Small shared state that is not a read model (leases, progress): set if the value is still `expected`. */
  abstract getState<V>(key: string): Promise<V | undefined>;
  /** `expected` undefined: only if there is none. `next` undefined: delete. Compared as JSON. False: it was another. */
  abstract compareAndSet<V>(key: string, expected: V | undefined, next: V | undefined): Promise<boolean>;
  /** Sets without condition. */
  abstract setState<V>(key: string, value: V): Promise<void>;

  abstract close(): Promise<void>;
}
