// Loads the CSVs of a backup's ZIP into scratch files, as whoever restores from the ZIP alone would read them.
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { openPromise, type Entry } from 'yauzl';
import { WrongArchive } from '../../backups/archives/zip-reading';
import { MOST_ROW_BYTES } from '../../backups/archives/csv-check';
import type { ManifestFile } from '../../backups/archives/manifest';
import { associationDocumentId } from '../../crm/associations/association.vocabulary';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import { ScratchRows } from '../../point-in-time/scratch-rows';
import type { Differences } from './differences';

/** A record of the ZIP. */
export interface RecordLoaded {
  /** Of the record's document. */
  readonly id: string;
  /** The cells that are not empty, each with the number of its column. */
  readonly cells: readonly (readonly [column: number, value: string])[];
}

/** The links of two records in the ZIP. */
export interface PairLoaded {
  /** Of the pair's document, on its first side. */
  readonly id: string;
  readonly links: readonly string[];
}

/** A link as the ZIP tells it. */
export const linkText = (category: string, typeId: number | string, label: string | null): string =>
  `${category}/${typeId}/${label ?? ''}`;

export interface ToLoad {
  /** Absolute. */
  readonly path: string;
  readonly files: readonly ManifestFile[];
  /** Columns by object type, the id first. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly scratchDir: string;
  readonly signal: AbortSignal;
  readonly report?: (rows: number) => void;
}

const BATCH_ROWS = 500;
const BATCH_CHARS = 2_000_000;

export class Loaded {
  /** Rows of records. */
  rows = 0;
  readonly records: ScratchRows<RecordLoaded>;
  readonly pairs: ScratchRows<PairLoaded>;

  constructor(scratchDir: string, differences: Differences) {
    this.records = new ScratchRows(scratchDir, (first) => {
      const [objectType = '', key = ''] = first.id.split('/');
      differences.add({ objectType, recordId: key.replace(/^0+/, ''), what: 'extra' });
      return first;
    });
    this.pairs = new ScratchRows(scratchDir, (first, later) => ({
      id: first.id,
      links: [...first.links, ...later.links],
    }));
  }

  close(): void {
    this.records.close();
    this.pairs.close();
  }
}

/** The ZIP is one that was verified. A record that is there twice counts as a difference. */
export async function loadArchive(asked: ToLoad, differences: Differences): Promise<Loaded> {
  const loaded = new Loaded(asked.scratchDir, differences);
  const zip = await openPromise(asked.path, { autoClose: false, strictFileNames: true });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    for (const { name, objectType, rows } of asked.files) {
      if (rows === undefined) continue;
      const entry = entries.get(name);
      if (!entry) throw new WrongArchive(`${name} is missing`);
      const source = await zip.openReadStreamPromise(entry);
      if (objectType === undefined) await loadPairs(source, loaded, asked);
      else await loadRecords(source, objectType, loaded, asked);
    }
    return loaded;
  } catch (error) {
    loaded.close();
    throw error;
  } finally {
    zip.close();
  }
}

async function loadRecords(source: Readable, objectType: string, loaded: Loaded, asked: ToLoad) {
  const columns = asked.columns[objectType] ?? [];
  const batch = new Batch(loaded.records);
  for await (const cells of rowsIn(source, columns, asked.signal)) {
    const id = recordDocumentId(objectType, cells[0]!);
    const filled: [number, string][] = [];
    for (let i = 1; i < cells.length; i++) if (cells[i]) filled.push([i, cells[i]!]);
    batch.add(
      { id, cells: filled },
      cells.reduce((chars, { length }) => chars + length, 0),
    );
    asked.report?.(++loaded.rows);
  }
  batch.flush();
}

async function loadPairs(source: Readable, loaded: Loaded, asked: ToLoad) {
  const batch = new Batch(loaded.pairs);
  for await (const cells of rowsIn(source, undefined, asked.signal)) {
    const [fromType, fromId, toType, toId, category, typeId, label] = cells as [string, ...string[]];
    const from = { objectType: fromType, recordId: fromId! };
    const id = associationDocumentId(from, { objectType: toType!, recordId: toId! });
    batch.add({ id, links: [linkText(category!, typeId!, label!)] }, 100);
  }
  batch.flush();
}

/** Rows travel to the scratch file in groups; one that is told of twice goes with the next group. */
class Batch<T extends { readonly id: string }> {
  private readonly rows = new Map<string, T>();
  private chars = 0;

  constructor(private readonly scratch: ScratchRows<T>) {}

  add(row: T, chars: number): void {
    if (this.rows.has(row.id)) this.flush();
    this.rows.set(row.id, row);
    this.chars += chars;
    if (this.rows.size >= BATCH_ROWS || this.chars >= BATCH_CHARS) this.flush();
  }

  flush(): void {
    if (this.rows.size > 0) this.scratch.add(this.rows);
    this.rows.clear();
    this.chars = 0;
  }
}

/** The rows below the header, which must be the columns where they are given. */
async function* rowsIn(
  source: Readable,
  columns: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<string[], void> {
  const parser = parse({ record_delimiter: '\r\n', max_record_size: MOST_ROW_BYTES });
  const piped = pipeline(source, parser, { signal });
  // Whoever reads the parser hears of it there.
  piped.catch(() => undefined);
  let header: readonly string[] | undefined;
  for await (const row of parser as AsyncIterable<string[]>) {
    if (header) yield row;
    else {
      header = row;
      if (columns && JSON.stringify(header) !== JSON.stringify(columns))
        throw new WrongArchive('A CSV has other columns than were defined at the position');
    }
  }
  await piped;
}
