// The files that a kind of job stores. Each run of a job writes one of its own; only the file that an event of the job
// names counts. Others are deleted when a run ends the job, when the file is withdrawn, and by an hourly chore.
import { systemMeta } from '../caller';
import type { Decider } from '../eventsourcing/decider';
import type { EventMap, EventOf, Meta } from '../eventsourcing/event';
import type { Changed, Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import type { Round } from '../supervision/aside';

export interface StoredFiles<S, M extends EventMap> {
  /** The folder, which is also the name of the part of Strata that acts. */
  readonly folder: string;
  readonly extension: string;
  readonly decider: Decider<S, M>;
  readonly streamOf: (jobId: string) => string;
  /** Whether the job names the file, or a run under way may still name it. */
  readonly keeps: (state: S, path: string, now: Date) => boolean;
  /** Tells that the time of the job's file is over; no event where it is not, or where no event tells of that. */
  readonly expire: (state: S, now: Date) => readonly EventOf<M>[];
}

/** Answered by a thread where a record in the file was erased while it was built: the file must be built again. */
export const OVERTAKEN = 'overtaken';

interface Stores {
  readonly streams: Streams;
  readonly files: Files;
}

export const filePath = (
  { folder, extension }: { readonly folder: string; readonly extension: string },
  jobId: string,
  run: number | string,
): string => `${folder}/${jobId}-${run}.${extension}`;

/** The job of a file. Files of earlier versions were called `JOB.RUN.jsonl` or `JOB.jsonl`. */
const jobOf = (name: string): string => name.split(/[-.]/, 1)[0]!;

/**
 * Deletes what the runs of a job left beside the file that counts. The files are listed before the state is read, so
 * that the file of a run that begins meanwhile is not among them.
 */
export async function removeLeftovers<S, M extends EventMap>(
  { folder, decider, streamOf, keeps }: StoredFiles<S, M>,
  { streams, files }: Stores,
  jobId: string,
): Promise<void> {
  const names = (await files.list(folder)).filter((name) => jobOf(name) === jobId);
  const { state } = await streams.load(decider, streamOf(jobId));
  const now = new Date();
  const paths = names.map((name) => `${folder}/${name}`);
  await files.removeAll(paths.filter((path) => !keeps(state, path, now)));
}

/** Appends the event before it deletes the file: after a crash in between, no job names the file, and it is swept. */
export async function withdrawFile<S, M extends EventMap>(
  stored: StoredFiles<S, M>,
  stores: Stores,
  jobId: string,
  decide: (state: S) => readonly EventOf<M>[],
  meta: Meta,
): Promise<Changed<S, M>> {
  const changed = await stores.streams.change(stored.decider, stored.streamOf(jobId), decide, meta);
  if (changed.events.length > 0) await removeLeftovers(stored, stores, jobId);
  return changed;
}

/** Goes through the files on disk, so that files which a crash left behind are deleted, too. Keeps those in use. */
export async function sweepFiles<S, M extends EventMap>(
  { folder, decider, streamOf, keeps, expire }: StoredFiles<S, M>,
  { streams, files }: Stores,
  { each }: Round,
  now: Date,
  isUsed: (path: string) => boolean = () => false,
): Promise<void> {
  for (const name of await files.list(folder))
    await each(name, async () => {
      const path = `${folder}/${name}`;
      const over = (state: S) => expire(state, now);
      const { state } = await streams.change(decider, streamOf(jobOf(name)), over, systemMeta(folder));
      if (!keeps(state, path, now) && !isUsed(path)) await files.remove(path);
    });
}
