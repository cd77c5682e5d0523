// Makes the ZIP of a backup: a CSV for each object type that has records, one for the associations, the definitions, then
// the manifest.
// The same input gives the same bytes.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import archiver from 'archiver';
import type { CellRows } from '../../point-in-time/cells-at';
import type { RecordAt } from '../../point-in-time/record-at';
import { associationsCsv, type AssociationPages } from './associations-csv';
import { csvLines, CellsAsCsv, headerLine } from './csv';
import { CsvFile, type Lines } from './csv-file';
import { DEFINITIONS } from './definitions';
import type { Manifest, ManifestFile } from './manifest';
import { onAbort } from '../../supervision/on-abort';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

/** Level of every entry: one of the things that make the bytes reproducible. */
export const COMPRESSION_LEVEL = 6;
const MODE = 0o644;
const ZLIB = { level: COMPRESSION_LEVEL, chunkSize: 64 * 1024, highWaterMark: CHUNK_CHARS };

export interface ArchiveInput {
  /** Pages in the order of type and id, each of one object type and not empty. */
  readonly pages: AsyncIterable<CellRows | readonly RecordAt[]>;
  /** Columns of an object type, the id first. */
  readonly columns: (objectType: string) => readonly string[];
  /** Read after all pages of records; each of its pages is not empty, too. */
  readonly associations?: AssociationPages;
  /** The text of definitions.json. */
  readonly definitions: string;
  readonly manifest: Omit<Manifest, 'files' | 'erased'>;
  /** Erased records that were left out, by object type: complete when the pages have ended. */
  readonly erased?: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
  readonly report?: (rows: number) => void;
}

export interface Archive {
  /** The ZIP. It errors when a leg fails or the signal aborts, and then pulls no more rows. */
  readonly stream: Readable;
  /** The manifest in it. Settles when the stream has ended; rejects with the error that broke it. */
  readonly told: Promise<Manifest>;
}

export function archiveOf(input: ArchiveInput): Archive {
  const { signal, manifest } = input;
  const zip = archiver('zip', { zlib: ZLIB });
  // Readers get the error from the stream; without a listener of its own it would end the process.
  zip.on('error', () => undefined);
  const stop = () => zip.destroy(asError(signal.reason));
  const forget = onAbort(signal, stop);
  const told = fill(zip, input, new Date(manifest.asOf))
    .catch((error: unknown) => {
      zip.destroy(asError(error));
      throw error;
    })
    .finally(forget);
  // A reader of the stream hears of the failure there, perhaps before it awaits the manifest.
  told.catch(() => undefined);
  return { stream: zip, told };
}

async function fill(zip: archiver.Archiver, input: ArchiveInput, date: Date): Promise<Manifest> {
  const append = async (name: string, source: Readable | string) => {
    const written = once(zip, 'entry');
    // archiver does not listen for errors of its sources.
    if (source instanceof Readable) source.on('error', (error) => zip.destroy(error));
    zip.append(source, { name, date, mode: MODE });
    await written;
  };
  const files: ManifestFile[] = [];
  const asCsv = new CellsAsCsv();
  const add = async (csv: CsvFile) => {
    const source = Readable.from(csv.chunks(), { objectMode: false, highWaterMark: CHUNK_CHARS });
    try {
      await append(csv.named.name, source);
    } finally {
      // Left alone, the source of a destroyed archive would wait for ever and keep its own sources open.
      source.destroy();
    }
    files.push(csv.described());
  };
  const pages = input.pages[Symbol.asyncIterator]();
  try {
    input.signal.throwIfAborted();
    let rows = 0;
    for (let page = await pages.next(); !page.done;) {
      const objectType = typeOf(page.value);
      const columns = input.columns(objectType);
      // Takes pages as long as they are of the object type.
      const lines = async function* (): AsyncGenerator<Lines, void> {
        for (; !page.done && typeOf(page.value) === objectType; page = await pages.next()) {
          input.signal.throwIfAborted();
          const lines = linesOf(columns, page.value, asCsv);
          input.report?.((rows += lines.rows));
          yield lines;
        }
      };
      await add(new CsvFile({ name: `${objectType}.csv`, objectType }, headerLine(columns), lines()));
    }
    const associations = input.associations && (await associationsCsv(input.associations));
    if (associations) await add(associations);
    const { definitions, manifest, erased = {} } = input;
    await append(DEFINITIONS, definitions);
    const bytes = Buffer.byteLength(definitions);
    files.push({ name: DEFINITIONS, bytes, sha256: createHash('sha256').update(definitions).digest('hex') });
    const told = { ...manifest, ...(Object.keys(erased).length > 0 && { erased }), files };
    await append('manifest.json', `${JSON.stringify(told, null, 2)}\n`);
    await zip.finalize();
    return told;
  } finally {
    await pages.return?.();
  }
}

const typeOf = (page: CellRows | readonly RecordAt[]): string =>
  'cells' in page ? page.objectType : page[0]!.objectType;

const linesOf = (
  columns: readonly string[],
  page: CellRows | readonly RecordAt[],
  asCsv: CellsAsCsv,
): Lines =>
  'cells' in page
    ? { text: asCsv.lines(page.cells), rows: page.rows }
    : { text: csvLines(columns, page), rows: page.length };

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(`Stopped: ${String(reason)}`);
