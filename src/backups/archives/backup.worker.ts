// The part of a backup that runs in a worker thread: reads the records at a position from stores of its own, and writes
// one ZIP.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type ReadStores, type StoreSettings } from '../../jobs/thread-stores';
import { erasedSince } from '../../point-in-time/erased-since';
import type { RecordAt } from '../../point-in-time/record-at';
import { recordsAt } from '../../point-in-time/records-at';
import { timeOf } from '../../point-in-time/time-of';
import { AssociationsAt } from '../../point-in-time/associations-at';
import { archiveOf, COMPRESSION_LEVEL } from './archive';
import { labelled } from './associations-csv';
import { SCHEMA_VERSION } from './manifest';

export interface BuildInput {
  readonly stores: StoreSettings;
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
  /** Absolute path of the file to write; no other task may write it. */
  readonly path: string;
  readonly scratchDir: string;
}

export interface Built {
  readonly bytes: number;
  /** Hash of the ZIP in lowercase hex. */
  readonly sha256: string;
  /** Records by object type, and under `associations` the rows of associations. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Answered where a record in the backup was erased while it was built: the file is deleted and must be built again. */
export const OVERTAKEN = 'overtaken';

export interface LookedOver extends Built {
  /** The file holds no record that was erased at or before this position. */
  readonly lookedTo: bigint;
}

/** Builds the file, which is whole and synced when this resolves, and deleted when it rejects. */
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
    await rm(input.path, { force: true });
    return OVERTAKEN;
  } finally {
    await stores.close();
  }
}

async function writeArchive(input: BuildInput, stores: ReadStores, context: ThreadContext): Promise<Built> {
  const { eventStore, documents } = stores;
  const { position, columns, path } = input;
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
  await mkdir(dirname(path), { recursive: true });
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
  const meter = new Meter();
  try {
    await pipeline(archive.stream, meter, createWriteStream(path, { flush: true }), { signal });
    const files = await archive.files;
    const counts = Object.fromEntries(
      files.map(({ objectType, rows }) => [objectType ?? 'associations', rows]),
    );
    return { bytes: meter.bytes, sha256: meter.sha256(), counts };
  } catch (error) {
    failing.abort(error);
    // The archive must have let go of its sources before they are closed.
    await archive.files.catch(() => undefined);
    await rm(path, { force: true });
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

class Meter extends Transform {
  bytes = 0;
  private readonly hash = createHash('sha256');

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    done(null, chunk);
  }

  sha256(): string {
    return this.hash.digest('hex');
  }
}
