// The part of a backup that runs in a worker thread: reads the records at a position from stores of its own, and writes
// one ZIP.
import type { Readable } from 'node:stream';
import { Files } from '../../files/files';
import { OVERTAKEN } from '../../jobs/stored-files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places, type ReadStores } from '../../jobs/thread-stores';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import { cellsAt, type CellRows } from '../../point-in-time/cells-at';
import { erasedSince } from '../../point-in-time/erased-since';
import type { RecordAt } from '../../point-in-time/record-at';
import { timeOf } from '../../point-in-time/time-of';
import { AssociationsAt } from '../../point-in-time/associations-at';
import { archiveOf, COMPRESSION_LEVEL } from './archive';
import { labelled } from './associations-csv';
import type { EncryptedFile } from '../backup.events';
import { encryptTo, type Recipient } from './encryption';
import { SCHEMA_VERSION, type Manifest } from './manifest';

export interface BuildInput extends Places {
  readonly product: { readonly name: string; readonly version: string };
  /** The collection of the records projection, and its checkpoint, which is at least `position`. */
  readonly collection: string;
  readonly checkpoint: bigint;
  /**
   * The collection and the checkpoint of the associations projection, and the labels of association types at the
   * position by `CATEGORY/typeId`; null for a default type.
   */
  readonly associations: {
    readonly collection: string;
    readonly checkpoint: bigint;
    readonly labels: Readonly<Record<string, string | null>>;
  };
  readonly position: bigint;
  /** Columns by object type, the id first. The backup has these object types. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** The text of definitions.json. */
  readonly definitions: string;
  /** Undefined where the file is not encrypted. */
  readonly recipient: Recipient | undefined;
  /** The tree of the log at the position; left out of what nobody keeps. */
  readonly tree?: Manifest['tree'];
}

export interface Built {
  /** Of the ZIP, which the file holds or is. */
  readonly bytes: number;
  /** Hash of the ZIP in lowercase hex. */
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly encrypted: EncryptedFile | null;
  /** Records by object type, and under `associations` the rows of associations. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface LookedOver extends Built {
  /** The file holds no record that was erased at or before this position. */
  readonly lookedTo: bigint;
}

/**
 * Builds the file, which is whole and synced when this resolves, and deleted when it rejects or a record in it was erased
 * meanwhile.
 */
export async function buildBackup(
  input: BuildInput,
  context: ThreadContext,
): Promise<LookedOver | typeof OVERTAKEN> {
  const stores = await openToRead(input.stores);
  try {
    const built = await writeArchive(input, stores, context);
    const objectTypes = new Set(Object.keys(input.columns));
    const asked = { ...input, ...stores, objectTypes, signal: context.signal };
    const { overtaken, upTo } = await erasedSince(asked);
    if (!overtaken) return { ...built, lookedTo: upTo };
    await new Files(input.filesDir).remove(input.file);
    return OVERTAKEN;
  } finally {
    await stores.close();
  }
}

async function writeArchive(input: BuildInput, stores: ReadStores, context: ThreadContext): Promise<Built> {
  const { eventStore, documents } = stores;
  const { position, columns } = input;
  const objectTypes = Object.keys(columns).sort();
  const total = await documents.count(input.collection);
  const manifest = {
    schemaVersion: SCHEMA_VERSION,
    product: input.product,
    logId: eventStore.logId,
    position: String(position),
    asOf: (await timeOf(eventStore, position)).toISOString(),
    ...(input.tree && { tree: input.tree }),
    objectTypes,
    compressionLevel: COMPRESSION_LEVEL,
  };
  const erased: Record<string, number> = {};
  const onErased = (objectType: string) => (erased[objectType] = (erased[objectType] ?? 0) + 1);
  // One signal for all legs: when one fails, the others stop pulling.
  const failing = new AbortController();
  const signal = AbortSignal.any([context.signal, failing.signal]);
  const { labels: _, ...collection } = input.associations;
  const associations = await AssociationsAt.open({ ...input, ...collection, ...stores, objectTypes, signal });
  const archive = archiveOf({
    pages: noted(
      cellsAt({
        ...{ ...input, ...stores, objectTypes, signal, onErased, withIds: associations.any },
        columns: (objectType) => columns[objectType]?.slice(1) ?? [],
      }),
      associations,
    ),
    associations: labelled(associations.pages(), input.associations.labels, new Set(objectTypes)),
    erased,
    columns: (objectType) => columns[objectType] ?? [],
    definitions: input.definitions,
    manifest,
    signal,
    report: (rows) => context.report(rows, Math.max(rows, total)),
  });
  try {
    const written = await write(input, archive.stream, signal);
    const told = await archive.told;
    const counts = Object.fromEntries(
      told.files.flatMap(({ objectType, rows }) =>
        rows === undefined ? [] : [[objectType ?? 'associations', rows]],
      ),
    );
    return { ...written, counts, manifest: told };
  } catch (error) {
    failing.abort(error);
    // The archive must have let go of its sources before they are closed.
    await archive.told.catch(() => undefined);
    throw error;
  } finally {
    associations.close();
  }
}

/** Writes the file: the ZIP, or the ZIP encrypted to the recipient. */
async function write({ filesDir, file, recipient }: BuildInput, zip: Readable, signal: AbortSignal) {
  const files = new Files(filesDir);
  if (!recipient) return { ...(await files.write(file, zip, signal)), encrypted: null };
  const { stream, within } = await encryptTo(recipient.key, zip);
  const stored = await files.write(file, stream, signal);
  return { ...within(), encrypted: { to: recipient.fingerprint, ...stored } };
}

/** Has the associations know of all records that were live. */
async function* noted(
  pages: AsyncIterable<CellRows | readonly RecordAt[]>,
  associations: AssociationsAt,
): AsyncIterable<CellRows | readonly RecordAt[]> {
  for await (const page of pages) {
    associations.noteLive(
      'ids' in page
        ? page.ids
        : page.map(({ objectType, recordId }) => recordDocumentId(objectType, recordId)),
    );
    yield page;
  }
}
