// The part of a backup that runs in a worker thread: reads the records at a position from stores of its own, and writes
// one ZIP.
import { Files } from '../../files/files';
import { OVERTAKEN } from '../../jobs/stored-files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places, type ReadStores } from '../../jobs/thread-stores';
import { erasedSince } from '../../point-in-time/erased-since';
import type { RecordAt } from '../../point-in-time/record-at';
import { recordsAt } from '../../point-in-time/records-at';
import { timeOf } from '../../point-in-time/time-of';
import { AssociationsAt } from '../../point-in-time/associations-at';
import { archiveOf, COMPRESSION_LEVEL } from './archive';
import { labelled } from './associations-csv';
import { SCHEMA_VERSION } from './manifest';

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
}

export interface Built {
  readonly bytes: number;
  /** Hash of the ZIP in lowercase hex. */
  readonly sha256: string;
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
  const { position, columns, file } = input;
  const objectTypes = Object.keys(columns).sort();
  const total = await documents.count(input.collection);
  const manifest = {
    schemaVersion: SCHEMA_VERSION,
    product: input.product,
    logId: eventStore.logId,
    position: String(position),
    asOf: (await timeOf(eventStore, position)).toISOString(),
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
    pages: live(recordsAt({ ...input, ...stores, objectTypes, signal, onErased }), associations),
    associations: labelled(associations.pages(), input.associations.labels, new Set(objectTypes)),
    erased,
    columns: (objectType) => columns[objectType] ?? [],
    manifest,
    signal,
    report: (rows) => context.report(rows, Math.max(rows, total)),
  });
  try {
    const { bytes, sha256 } = await new Files(input.filesDir).write(file, archive.stream, signal);
    const files = await archive.files;
    const counts = Object.fromEntries(
      files.map(({ objectType, rows }) => [objectType ?? 'associations', rows]),
    );
    return { bytes, sha256, counts };
  } catch (error) {
    failing.abort(error);
    // The archive must have let go of its sources before they are closed.
    await archive.files.catch(() => undefined);
    throw error;
  } finally {
    associations.close();
  }
}

/** Leaves out records that were archived at the position. */
async function* live(
  pages: AsyncIterable<readonly RecordAt[]>,
  associations: AssociationsAt,
): AsyncIterable<readonly RecordAt[]> {
  for await (const page of pages) {
    const rows = page.filter(({ archived }) => !archived);
    associations.noteLive(rows);
    if (rows.length > 0) yield rows;
  }
}
