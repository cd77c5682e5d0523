// Checks the ZIP of a backup against its own manifest, in memory and work that the file's own size bounds.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { z } from 'zod';
import { ID_COLUMN } from './csv';
import { rowsOf } from './csv-check';
import { DEFINITIONS } from './definitions';
import {
  manifestSchema,
  SCHEMA_VERSION,
  WITH_DEFINITIONS,
  type Manifest,
  type ManifestFile,
} from './manifest';

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
/** Of the manifest and of the definitions, which are held in memory. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/** Rejects with `WrongArchive` where anything in the ZIP differs from its manifest. */
export async function verifyArchive(path: string, signal?: AbortSignal): Promise<Checked> {
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
    const definitions = named.get(DEFINITIONS);
    if (!definitions && manifest.schemaVersion >= WITH_DEFINITIONS) wrong(`${DEFINITIONS} is missing`);
    const text = definitions && (await checkFile(zip, entries.get(DEFINITIONS)!, definitions));
    const columns = text === undefined ? undefined : columnsOf(text);
    let rows = 0;
    for (const file of manifest.files) {
      const { name, objectType } = file;
      if (name === DEFINITIONS) continue;
      if (objectType !== undefined && !manifest.objectTypes.includes(objectType))
        wrong(`${name} holds ${objectType}, which the backup does not have`);
      const expected = objectType === undefined ? undefined : columns?.get(objectType);
      if (columns && objectType !== undefined && !expected)
        wrong(`${name} is of a type that ${DEFINITIONS} lacks`);
      signal?.throwIfAborted();
      await checkFile(zip, entries.get(name)!, file, expected);
      rows += file.rows ?? 0;
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
  const parsed = jsonOf(MANIFEST, (await seenText(zip, entry)).text!);
  const { schemaVersion } = { ...(parsed as Partial<Manifest> | null) };
  if (typeof schemaVersion === 'number' && !(schemaVersion >= 1 && schemaVersion <= SCHEMA_VERSION))
    wrong(`${MANIFEST} has the schemaVersion ${schemaVersion}, which this version of strata does not know`);
  const read = manifestSchema.safeParse(parsed);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  wrong(`${MANIFEST}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

interface Seen {
  readonly sha256: string;
  readonly rows?: number | Error;
  readonly text?: string;
}

async function checkFile(zip: ZipFile, entry: Entry, file: ManifestFile, columns?: readonly string[]) {
  const { name } = file;
  // No more is unpacked than the manifest says: yauzl ends an entry that is longer than the directory tells.
  if (entry.uncompressedSize !== file.bytes)
    wrong(`${name} has ${entry.uncompressedSize} bytes, the manifest says ${file.bytes}`);
  const { sha256, rows, text } = await (name === DEFINITIONS ? seenText : seenCsv)(zip, entry, columns);
  if (sha256 !== file.sha256) wrong(`${name} has the SHA-256 ${sha256}, the manifest says ${file.sha256}`);
  if (rows instanceof Error) wrong(`${name} is not the CSV it was to be: ${rows.message}`);
  if (rows !== file.rows) wrong(`${name} has ${rows ?? 'no'} rows, the manifest says ${file.rows ?? 'none'}`);
  return text;
}

async function seenCsv(zip: ZipFile, entry: Entry, columns?: readonly string[]): Promise<Seen> {
  const hash = createHash('sha256');
  const see = (chunk: Buffer) => void hash.update(chunk);
  const rows = await reading(zip, entry, (source) => rowsOf(source, columns, see));
  return { rows, sha256: hash.digest('hex') };
}

async function seenText(zip: ZipFile, entry: Entry): Promise<Seen> {
  if (entry.uncompressedSize > MOST_TEXT_BYTES) wrong(`${entry.fileName} is too large`);
  const chunks: Buffer[] = [];
  await reading(zip, entry, async (source) => {
    for await (const chunk of source) chunks.push(chunk as Buffer);
  });
  const bytes = Buffer.concat(chunks);
  return { text: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') };
}

const defined = z.object({
  objectTypes: z.array(z.object({ name: z.string(), properties: z.array(z.object({ name: z.string() })) })),
});

/** The columns that the definitions give each object type's CSV. */
function columnsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const read = defined.safeParse(jsonOf(DEFINITIONS, text));
  if (!read.success) wrong(`${DEFINITIONS} does not list the properties of object types`);
  return new Map(
    read.data.objectTypes.map(({ name, properties }) => {
      const others = properties.map((one) => one.name).filter((one) => one !== ID_COLUMN);
      return [name, [ID_COLUMN, ...others]];
    }),
  );
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    wrong(`${name} is not JSON`);
  }
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
