// Reads all records as they were at a position: the current read model rewound, not a replay of the whole log.
import { recordIdRange, recordOfDocument, recordStream } from '../crm/records/record.vocabulary';
import type { RecordEvents } from '../crm/records/record.events';
import type { Codec } from '../eventsourcing/codec';
import type { EventStore } from '../eventsourcing/event-store';
import { sizeOf } from '../eventsourcing/size-of';
import { streamPages } from '../eventsourcing/stream-pages';
import { PAGE_BYTES, type Doc, type DocumentStore, type Stamped } from '../read/document-store';
import { foldedAt, type RecordAt } from './record-at';
import { Scratch, type Touched } from './scratch';
import { peekable } from './scratch-rows';
import { sweepInto } from './sweep';

/** What is read of a collection, rewound to a position. */
export interface ReadAt {
  readonly documents: DocumentStore;
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** The collection to read, and its checkpoint when reading starts: at least `position`. */
  readonly collection: string;
  readonly checkpoint: bigint;
  /** Inclusive: the state after the event at this position. */
  readonly position: bigint;
  readonly objectTypes: readonly string[];
  /** Folder for the scratch file; it is removed at the end. */
  readonly scratchDir: string;
  readonly signal: AbortSignal;
}

export interface RecordsAt extends ReadAt {
  /** Called for each record that was live at the position and has been erased since: it is in no page. */
  readonly onErased?: (objectType: string, recordId: string) => void;
}

/**
 * What a document of the records collection must hold to be read as a record. `waiting`: the record is to be erased.
 */
export type RecordRow = Doc & RecordAt & { readonly waiting?: object };

/** Streams folded at the same time. */
const FOLDS = 32;
const PAGE = 1_000;

/**
 * Pages of records in (type, id) order, archived records included, as they were at the position. The caller keeps
 * tombstones of the collection from being swept meanwhile, and looks at the end whether the collection is still the
 * active one: a scan ends early, with an error or in silence, where its collection is dropped. Memory is constant.
 */
export const recordsAt = (options: RecordsAt): AsyncIterable<RecordAt[]> =>
  ofTypes(options, (objectType, touched) =>
    recordsBetween(rangeOf(objectType), touched, options, { last: true }),
  );

export type TouchedRows = ReturnType<typeof peekable<Touched>>;

/** Does something with each object type in turn, and with what has touched its records since the position. */
export async function* ofTypes<T>(
  options: RecordsAt,
  ofType: (objectType: string, touched: TouchedRows) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const { position, checkpoint, signal } = options;
  if (checkpoint < position) throw new Error('The records are behind the position asked for');
  const scratch = new Scratch(options.scratchDir);
  try {
    const objectTypes = [...options.objectTypes].sort(byBytes);
    const wanted = new Set(objectTypes);
    await sweepInto(scratch, { ...options, from: position, to: checkpoint, objectTypes: wanted });
    for (const objectType of objectTypes) {
      const { from, to } = rangeOf(objectType);
      yield* ofType(objectType, peekable(scratch.rows(from, to)));
    }
    signal.throwIfAborted();
  } finally {
    scratch.close();
  }
}

export interface IdRange {
  /** Inclusive; `to` is exclusive. */
  readonly from: string;
  readonly to: string;
}

export function rangeOf(objectType: string): IdRange {
  const { $gte: from, $lt: to } = recordIdRange(objectType);
  return { from, to };
}

/**
 * Scans the documents of a range, interleaved with the scratch rows that lie between them; with `last`, all that are
 * left come after them.
 */
export async function* recordsBetween(
  range: IdRange,
  touched: TouchedRows,
  options: RecordsAt,
  { last }: { readonly last: boolean },
): AsyncGenerator<RecordAt[], void> {
  const { documents, collection, checkpoint, signal } = options;
  for await (const page of documents.scan<RecordRow>(collection, range)) {
    signal.throwIfAborted();
    const asTheyAre = untouched(page, touched.next, checkpoint);
    if (asTheyAre) {
      yield asTheyAre;
      continue;
    }
    yield* rewound(interleaved(page, touched), options);
  }
  if (last) yield* rewound(interleaved([], touched, true), options);
}

/** The documents of a page and the scratch rows between them; with `last`, also the scratch rows that are left. */
function* interleaved(
  page: readonly Stamped<RecordRow>[],
  touched: ReturnType<typeof peekable<Touched>>,
  last = false,
): Generator<Row, void> {
  for (const stamped of page) {
    while (touched.next && touched.next.id < stamped.id) yield { touched: touched.take() };
    yield touched.next?.id === stamped.id ? { stamped, touched: touched.take() } : { stamped };
  }
  while (last && touched.next) yield { touched: touched.take() };
}

/** The documents of a page as they are, where no record of the page has changed since the position. */
function untouched(
  page: readonly Stamped<RecordRow>[],
  next: Touched | undefined,
  checkpoint: bigint,
): RecordRow[] | undefined {
  if (next && next.id <= page.at(-1)!.id) return undefined;
  const docs: RecordRow[] = [];
  for (const { stamp, doc } of page) {
    if (!doc || doc.waiting || stamp > checkpoint) return undefined;
    docs.push(doc);
  }
  return docs;
}

/** A document, a scratch row, or both for one id. */
export interface Row {
  readonly stamped?: Stamped<RecordRow> | undefined;
  readonly touched?: Touched | undefined;
}

/** Pages of records, bounded by what they hold: a row of the scratch may be longer than its document. */
export async function* rewound(rows: Iterable<Row>, options: RecordsAt): AsyncGenerator<RecordAt[], void> {
  // A store in this process answers at once: asking for several streams would only hold them all in memory.
  const folds = options.eventStore.shared ? FOLDS : 1;
  let records: (RecordAt | undefined)[] = [];
  let size = 0;
  /** Records that are being folded, each with its place among `records`. */
  let folding: (readonly [number, Promise<RecordAt | undefined>])[] = [];
  const folded = async () => {
    const found = await Promise.all(folding.map(([, record]) => record));
    for (const [i, record] of found.entries()) size += sizeOf((records[folding[i]![0]] = record)?.values);
    folding = [];
  };
  const page = async () => {
    await folded();
    const found = records;
    [records, size] = [[], 0];
    return found.filter((record) => record !== undefined);
  };
  for (const row of rows) {
    const record = recordOf(row, options);
    if (row.touched) size += sizeOf(row.touched.from);
    if (record instanceof Promise) folding.push([records.length, record]);
    records.push(record instanceof Promise ? undefined : record);
    if (folding.length === folds) await folded();
    if (records.length >= PAGE || size >= PAGE_BYTES) yield page();
  }
  yield page();
}

/** An erasure overrides every position: whatever else is known of the record, it is left out. */
function recordOf(
  { stamped, touched }: Row,
  options: RecordsAt,
): RecordAt | undefined | Promise<RecordAt | undefined> {
  const { position, checkpoint } = options;
  if (touched?.before === null) return undefined;
  const doc = stamped?.doc?.waiting ? undefined : stamped?.doc;
  if (stamped && doc && stamped.stamp <= checkpoint && !touched?.folded)
    return touched ? laidOver(doc, touched) : doc;
  // A record whose tombstone is from before the position, and that was not touched after, was gone by then.
  if (stamped && !doc && !touched && stamped.stamp <= position) return undefined;
  return foldedOf(stamped?.id ?? touched!.id, options);
}

async function foldedOf(
  id: string,
  { eventStore, codec, position, onErased }: RecordsAt,
): Promise<RecordAt | undefined> {
  const { objectType, recordId } = recordOfDocument(id);
  const stream = recordStream(objectType, recordId);
  const folded = await foldedAt(streamPages<RecordEvents>(eventStore, codec, stream), position);
  if (folded.erased) onErased?.(objectType, recordId);
  return folded.record;
}

/** The record as it was before it was touched. */
export function laidOver(record: RecordAt, { before, from }: Touched): RecordAt {
  const values = { ...record.values };
  for (const [name, value] of Object.entries(from)) {
    if (value === null) delete values[name];
    else values[name] = value;
  }
  return { ...record, ...before, values };
}

/** Orders names of object types, which are ASCII, as SQLite and MongoDB order ids. */
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
