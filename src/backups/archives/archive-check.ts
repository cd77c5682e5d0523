// Checks the ZIP of a backup against its own manifest, in memory and work that the file's own size bounds.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ID_COLUMN } from './csv';
import { manifestSchema, SCHEMA_VERSION, type Manifest, type ManifestFile } from './manifest';

/** The ZIP is not what its manifest says; the message names what is wrong. */
export class WrongArchive extends Error {}

export interface Checked {
  readonly files: number;
  /** Rows of all files together, headers left out. */
  readonly rows: number;
  readonly position: string;
  readonly asOf: string;
}

const MANIFEST = 'manifest.json';
/** More than any account has object types. */
const MOST_ENTRIES = 10_000;
const MOST_MANIFEST_BYTES = 16 * 1024 * 1024;
/** Bytes of one row: a record has at most so many values of at most 65,536 characters. */
const MOST_ROW_BYTES = 256 * 1024 * 1024;

/** Rejects with `WrongArchive` where anything in the ZIP differs from its manifest. */
export async function verifyArchive(path: string): Promise<Checked> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch(
    broken('is not a ZIP that can be read'),
  );
  try {
    const entries = await entriesOf(zip, (await stat(path)).size);
    const manifest = await manifestOf(zip, entries.get(MANIFEST));
    const named = new Map(manifest.files.map((file) => [file.name, file]));
    if (named.size < manifest.files.length || named.has(MANIFEST)) wrong(`${MANIFEST} names a file twice`);
    for (const name of entries.keys())
      if (name !== MANIFEST && !named.has(name)) wrong(`${name} is not in the manifest`);
    for (const name of named.keys()) if (!entries.has(name)) wrong(`${name} is missing`);
    let rows = 0;
    for (const file of manifest.files) {
      const { objectType } = file;
      if (objectType !== undefined && !manifest.objectTypes.includes(objectType))
        wrong(`${file.name} holds ${objectType}, which the backup does not have`);
      await checkFile(zip, entries.get(file.name)!, file);
      rows += file.rows;
    }
    const { position, asOf } = manifest;
    return { files: manifest.files.length, rows, position, asOf };
  } finally {
    zip.close();
  }
}

function wrong(message: string): never {
  throw new WrongArchive(message);
}

/** What a library says of a ZIP that is broken. */
const broken = (what: string) => (error: Error) => wrong(`${what}: ${error.message}`);

async function entriesOf(zip: ZipFile, size: number): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_ENTRIES) wrong(`it has more than ${MOST_ENTRIES} entries`);
  const entries = new Map<string, Entry>();
  let compressed = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) wrong(`${entry.fileName} is there twice`);
      entries.set(entry.fileName, entry);
      compressed += entry.compressedSize;
    }
  } catch (error) {
    if (error instanceof WrongArchive) throw error;
    broken('its directory cannot be read')(error as Error);
  }
  // Entries that share their bytes unpack to more than any file of this size holds.
  if (compressed > size) wrong('its entries overlap');
  return entries;
}

async function manifestOf(zip: ZipFile, entry: Entry | undefined): Promise<Manifest> {
  if (!entry) wrong(`${MANIFEST} is missing`);
  if (entry.uncompressedSize > MOST_MANIFEST_BYTES) wrong(`${MANIFEST} is too large`);
  const chunks: Buffer[] = [];
  await reading(zip, entry, async (source) => {
    for await (const chunk of source) chunks.push(chunk as Buffer);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    wrong(`${MANIFEST} is not JSON`);
  }
  const { schemaVersion } = { ...(parsed as Partial<Manifest> | null) };
  if (typeof schemaVersion === 'number' && !(schemaVersion >= 1 && schemaVersion <= SCHEMA_VERSION))
    wrong(`${MANIFEST} has the schemaVersion ${schemaVersion}, which this version of strata does not know`);
  const read = manifestSchema.safeParse(parsed);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  wrong(`${MANIFEST}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

async function checkFile(zip: ZipFile, entry: Entry, file: ManifestFile): Promise<void> {
  const { name } = file;
  // No more is unpacked than the manifest says: yauzl ends an entry that is longer than the directory tells.
  if (entry.uncompressedSize !== file.bytes)
    wrong(`${name} has ${entry.uncompressedSize} bytes, the manifest says ${file.bytes}`);
  const hash = createHash('sha256');
  const rows = await reading(zip, entry, (source) => rowsOf(source, file, (chunk) => hash.update(chunk)));
  const sha256 = hash.digest('hex');
  if (sha256 !== file.sha256) wrong(`${name} has the SHA-256 ${sha256}, the manifest says ${file.sha256}`);
  if (rows instanceof Error) wrong(`${name} is not a CSV: ${rows.message}`);
  if (rows !== file.rows) wrong(`${name} has ${rows} rows, the manifest says ${file.rows}`);
}

/**
 * Rows of a CSV below its header, or the error that ends it: of a file whose hash is another the hash is to be told, not
 * what became of its rows.
 */
async function rowsOf(
  source: Readable,
  { name, objectType }: ManifestFile,
  see: (chunk: Buffer) => void,
): Promise<number | Error> {
  let rows = -1;
  let failed: Error | undefined;
  const counting = parse({
    record_delimiter: '\r\n',
    max_record_size: MOST_ROW_BYTES,
    on_record: (row: string[]) => {
      if (++rows === 0 && objectType !== undefined && row[0] !== ID_COLUMN)
        throw new WrongArchive(`the first column is not ${ID_COLUMN}`);
      return null;
    },
  });
  counting.on('error', (error) => (failed ??= error)).resume();
  const ended = new Promise((resolve) => counting.once('close', resolve));
  for await (const chunk of source) {
    see(chunk as Buffer);
    if (!failed && !counting.write(chunk))
      await new Promise((resolve) => counting.once('drain', resolve).once('error', resolve));
  }
  if (!failed) counting.end();
  await ended;
  return failed ?? (rows < 0 ? new Error(`${name} has no header`) : rows);
}

async function reading<T>(zip: ZipFile, entry: Entry, read: (source: Readable) => Promise<T>): Promise<T> {
  const cannot = broken(`${entry.fileName} cannot be read`);
  const source = await zip.openReadStreamPromise(entry).catch(cannot);
  try {
    return await read(source);
  } catch (error) {
    if (error instanceof WrongArchive) throw error;
    return cannot(error as Error);
  } finally {
    source.destroy();
  }
}
