// The part of an export that runs in a worker thread: reads the stores and writes one file, and appends no event.
import { numberOf, recordIdRange } from '../../crm/records/record.vocabulary';
import { BYTE_ORDER_MARK } from '../../files/csv-cells';
import { Files } from '../../files/files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places, type ReadStores } from '../../jobs/thread-stores';
import type { RecordAt } from '../../point-in-time/record-at';
import { recordTest } from '../../point-in-time/record-test';
import { recordsAt } from '../../point-in-time/records-at';
import type { Filter } from '../../read/document-store';
import { AssociatedRecords, type AssociatedTask } from './associated-records';
import type { ExportColumn } from './export-columns';
import { headerLine, recordLine } from './export-csv';
import { OrderedLines, type SortKey } from './ordered-lines';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

export interface ExportTask extends Places {
  /** The collection of the records projection, and its checkpoint, which is at least `position`. */
  readonly collection: string;
  readonly checkpoint: bigint;
  readonly position: bigint;
  readonly objectType: string;
  /** The column of the id comes first. */
  readonly columns: readonly ExportColumn[];
  /** Applied to the records as they were at the position; all live records where it is left out. */
  readonly filter: Filter | undefined;
  /** Of a requester who may not view everybody's records: those that they may view. Progress tells of no others. */
  readonly within?: Filter;
  /** The order of the id where it is empty. */
  readonly sort: readonly SortColumn[];
  /** The associated records whose cells follow the columns. */
  readonly associated?: AssociatedTask;
}

export interface SortColumn {
  readonly property: string;
  /** True to compare values as numbers. */
  readonly numeric: boolean;
  readonly down: boolean;
}

export interface Exported {
  readonly rows: number;
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
}

/** Makes the file, which is whole and synced when this resolves, and deleted when it rejects. */
export async function makeExport(task: ExportTask, context: ThreadContext): Promise<Exported> {
  const stores = await openToRead(task.stores);
  try {
    const associated =
      task.associated && (await AssociatedRecords.read(task.associated, task, stores, context));
    try {
      const count = { rows: 0 };
      const pages = lined(task, matching(task, stores, context), associated);
      const lines = task.sort.length > 0 ? ordered(task, pages, context) : inIdOrder(pages);
      const source = chunksOf(headerLine(task.columns, associated?.headers), lines, count);
      const { bytes, sha256 } = await new Files(task.filesDir).write(task.file, source, context.signal);
      return { rows: count.rows, bytes, sha256 };
    } finally {
      associated?.close();
    }
  } finally {
    await stores.close();
  }
}

/** Pages of the records that match, in the order of their ids. */
async function* matching(
  task: ExportTask,
  stores: ReadStores,
  context: ThreadContext,
): AsyncGenerator<RecordAt[], void> {
  const { signal } = context;
  const test = task.filter && recordTest(task.filter);
  const all = task.within ?? { id: recordIdRange(task.objectType) };
  const total = await stores.documents.count(task.collection, all);
  let done = 0;
  for await (const page of recordsAt({ ...task, ...stores, objectTypes: [task.objectType], signal })) {
    const found = page.filter((record) => !record.archived && (!test || test(record)));
    yield found;
    done += (task.within ? found : page).length;
    context.report(done, Math.max(done, total));
  }
}

interface Line {
  readonly record: RecordAt;
  readonly line: string;
}

async function* lined(
  { columns }: ExportTask,
  pages: AsyncIterable<RecordAt[]>,
  associated: AssociatedRecords | undefined,
): AsyncGenerator<Line[], void> {
  for await (const page of pages) {
    const cells = associated?.cellsOf(page);
    yield page.map((record, n) => ({ record, line: recordLine(columns, record, cells?.[n]) }));
  }
}

async function* inIdOrder(pages: AsyncIterable<Line[]>): AsyncGenerator<string[], void> {
  for await (const page of pages) yield page.map(({ line }) => line);
}

async function* ordered(
  { sort, scratchDir }: ExportTask,
  pages: AsyncIterable<Line[]>,
  { signal }: ThreadContext,
): AsyncGenerator<string[], void> {
  const lines = new OrderedLines(
    scratchDir,
    sort.map(({ down }) => down),
  );
  try {
    for await (const page of pages)
      lines.add(
        page.map(({ record, line }) => ({ line, keys: sort.map((column) => keyOf(column, record)) })),
      );
    signal.throwIfAborted();
    yield* lines.inOrder();
  } finally {
    lines.close();
  }
}

function keyOf({ property, numeric }: SortColumn, { values }: RecordAt): SortKey {
  const value = values[property];
  if (value === undefined) return null;
  return numeric ? (numberOf(value) ?? null) : value;
}

async function* chunksOf(
  header: string,
  pages: AsyncIterable<readonly string[]>,
  count: { rows: number },
): AsyncGenerator<string, void> {
  let text = BYTE_ORDER_MARK + header;
  for await (const lines of pages) {
    count.rows += lines.length;
    for (const line of lines) {
      text += line;
      if (text.length < CHUNK_CHARS) continue;
      yield text;
      text = '';
    }
  }
  if (text) yield text;
}
