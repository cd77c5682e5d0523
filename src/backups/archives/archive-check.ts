// Checks the ZIP of a backup against its own manifest, in memory and work that the file's own size bounds.
import { createHash } from 'node:crypto';
import type { Entry } from 'yauzl';
import { z } from 'zod';
import { breathe } from '../../eventsourcing/breath';
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
import { wrong, ZipReading } from './zip-reading';

export interface Checked {
  readonly files: number;
  /** Rows of all files together, headers left out. */
  readonly rows: number;
  readonly position: string;
  readonly asOf: string;
  readonly manifest: Manifest;
  /** The value of definitions.json; undefined in a ZIP of a version that wrote none. */
  readonly definitions: unknown;
}

export const MANIFEST = 'manifest.json';

/** Rejects with `WrongArchive` where anything in the ZIP differs from its manifest. */
export async function verifyArchive(path: string, signal?: AbortSignal): Promise<Checked> {
  const zip = await ZipReading.open(path);
  try {
    return await verifyEntries(zip, signal);
  } finally {
    zip.close();
  }
}

/** As `verifyArchive`, of a ZIP that is open. */
export async function verifyEntries(zip: ZipReading, signal?: AbortSignal): Promise<Checked> {
  const { entries } = zip;
  const manifest = await manifestOf(zip, entries.get(MANIFEST));
  const named = new Map(manifest.files.map((file) => [file.name, file]));
  if (named.size < manifest.files.length || named.has(MANIFEST)) wrong(`${MANIFEST} names a file twice`);
  for (const name of entries.keys())
    if (name !== MANIFEST && !named.has(name)) wrong(`${name} is not in the manifest`);
  for (const name of named.keys()) if (!entries.has(name)) wrong(`${name} is missing`);
  const definitions = named.get(DEFINITIONS);
  if (!definitions && manifest.schemaVersion >= WITH_DEFINITIONS) wrong(`${DEFINITIONS} is missing`);
  const defined = definitions && (await checkFile(zip, entries.get(DEFINITIONS)!, definitions));
  const columns = defined === undefined ? undefined : await columnsOf(defined);
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
  return { files: manifest.files.length, rows, position, asOf, manifest, definitions: defined };
}

async function manifestOf(zip: ZipReading, entry: Entry | undefined): Promise<Manifest> {
  if (!entry) wrong(`${MANIFEST} is missing`);
  const { value: parsed } = await zip.json(entry);
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
  readonly value?: unknown;
}

async function checkFile(zip: ZipReading, entry: Entry, file: ManifestFile, columns?: readonly string[]) {
  const { name } = file;
  // No more is unpacked than the manifest says: yauzl ends an entry that is longer than the directory tells.
  if (entry.uncompressedSize !== file.bytes)
    wrong(`${name} has ${entry.uncompressedSize} bytes, the manifest says ${file.bytes}`);
  const seen: Seen = await (name === DEFINITIONS ? zip.json(entry) : seenCsv(zip, entry, columns));
  const { sha256, rows, value } = seen;
  if (sha256 !== file.sha256) wrong(`${name} has the SHA-256 ${sha256}, the manifest says ${file.sha256}`);
  if (rows instanceof Error) wrong(`${name} is not the CSV it was to be: ${rows.message}`);
  if (rows !== file.rows) wrong(`${name} has ${rows ?? 'no'} rows, the manifest says ${file.rows ?? 'none'}`);
  return value;
}

async function seenCsv(zip: ZipReading, entry: Entry, columns?: readonly string[]): Promise<Seen> {
  const hash = createHash('sha256');
  const see = (chunk: Buffer) => void hash.update(chunk);
  const rows = await zip.read(entry, (source) => rowsOf(source, columns, see));
  return { rows, sha256: hash.digest('hex') };
}

const definedTypes = z.object({
  objectTypes: z.array(z.object({ name: z.string(), properties: z.array(z.unknown()) })),
});
const named = z.object({ name: z.string() });

/** The columns that the definitions give each object type's CSV. */
async function columnsOf(definitions: unknown): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = definedTypes.safeParse(definitions);
  if (!read.success) return unlisted();
  const columns = new Map<string, readonly string[]>();
  for (const { name, properties } of read.data.objectTypes) {
    await breathe();
    const names = properties.map((one) => named.safeParse(one).data?.name ?? unlisted());
    columns.set(name, [ID_COLUMN, ...names.filter((one) => one !== ID_COLUMN)]);
  }
  return columns;
}

const unlisted = (): never => wrong(`${DEFINITIONS} does not list the properties of object types`);
