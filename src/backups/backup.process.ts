// The job that builds backups one at a time, each at its fixed position.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { associations } from '../../projections/crm/associations';
import { backups, type BackupDocument } from '../../projections/backups';
import { properties } from '../../projections/crm/properties';
import { schemas } from '../../projections/crm/schemas';
import { records } from '../../projections/crm/records';
import { systemMetaFor } from '../caller';
import type { Config } from '../config';
import { associationLabelsAt } from '../crm/associations/types/association-types';
import { definitionsAt } from '../crm/properties/definitions';
import { objectTypesAt } from '../crm/schemas/object-types-at';
import type { EventOf } from '../eventsourcing/event';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import type { JobContext, Jobs } from '../jobs/jobs';
import { runInThread } from '../jobs/thread.client';
import type { Projector } from '../read/projector';
import { version } from '../version';
import { ProjectionStopped, type ReadModels } from '../read/read-models';
import {
  backup,
  backupStream,
  completeBackup,
  failBackup,
  FILE_KEPT_MS,
  giveUpBackup,
  isOvertaken,
  startBackup,
  type Backup,
} from './backup.decider';
import type { BackupEvents } from './backup.events';
import { OVERTAKEN, type BuildInput, type LookedOver } from './archives/backup.worker';
import { BACKUPS_FOLDER } from './backup.expiry';
import type { BackupWaits } from './backup-waits';
import { ID_COLUMN } from './archives/csv';

export const BACKUP_JOB = 'backup';
const WAIT_MS = 2_000;
const ATTEMPTS = 3;
/** The most times a backup is built in one attempt because records keep being erased meanwhile. */
const ROUNDS = 5;

class KeepsBeingOvertaken extends Error {}

export interface BackupParts {
  readonly config: Config;
  readonly streams: Streams;
  readonly readModels: ReadModels;
  readonly projector: Projector;
  readonly files: Files;
  readonly jobs: Jobs;
  readonly waits: BackupWaits;
}

export class BackupProcess {
  /** Errors so far by backup id, in this process: the first ones may pass, and lead to another attempt. */
  private readonly errors = new Map<string, number>();

  constructor(private readonly parts: BackupParts) {}

  register(): void {
    this.parts.jobs.register({
      name: BACKUP_JOB,
      projection: backups,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      since: 'requestedAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.giveUp(job, reason),
    });
  }

  async run(job: BackupDocument, context: JobContext): Promise<void> {
    const { state } = await this.change(job.id, startBackup);
    if (state.status !== 'running') return;
    const release = this.parts.projector.hold(BigInt(state.position));
    try {
      await this.build(state.backupId, state, context);
    } catch (error) {
      if (context.signal.aborted) return;
      await this.failed(state.backupId, state.attempt, error);
    } finally {
      release();
    }
  }

  private async giveUp({ id }: BackupDocument, reason: string): Promise<void> {
    await this.change(id, (state) => giveUpBackup(state, reason));
  }

  private async build(
    backupId: string,
    { attempt, position, objectTypes: chosen, file: before }: Exclude<Backup, { status: 'none' }>,
    context: JobContext,
  ): Promise<void> {
    const { files } = this.parts;
    const file = fileName(backupId, attempt);
    const part = `${file}.part`;
    // The previous attempt died, and may have left its unfinished file.
    await files.remove(`${fileName(backupId, attempt - 1)}.part`);
    try {
      for (let round = 1; ; round++) {
        const to = files.pathOf(part);
        const built = await this.builtAt(backupId, BigInt(position), chosen, to, context);
        if (built !== OVERTAKEN) {
          const { lookedTo, ...result } = built;
          await files.rename(part, file);
          const fileExpiresAt = new Date(Date.now() + FILE_KEPT_MS).toISOString();
          const completed = { backupId, attempt, file, ...result, fileExpiresAt };
          const { state, events } = await this.change(backupId, (now) =>
            completeBackup(now, completed, lookedTo),
          );
          // Cancelled in the last moment, or overtaken by an erasure: nobody may have this file.
          if (events.length === 0) await files.remove(file);
          else if (before) await files.remove(before.path);
          if (!isOvertaken(state, attempt, lookedTo)) break;
        }
        if (round === ROUNDS) throw new KeepsBeingOvertaken();
      }
      this.errors.delete(backupId);
    } catch (error) {
      await files.remove(part);
      throw error;
    }
  }

  /** Builds the file; starts again, at the same position, where a rebuilt collection is switched in meanwhile. */
  private async builtAt(
    backupId: string,
    position: bigint,
    chosen: readonly string[] | null,
    path: string,
    context: JobContext,
  ): Promise<LookedOver | typeof OVERTAKEN> {
    const { config, readModels, streams } = this.parts;
    const { DATA_DIR, EVENTSTORE_URL, MONGODB_URL } = config;
    const { signal } = context;
    const report = (done: number, total: number) => context.report(done, total);
    for (;;) {
      await this.whenApplied(backupId, position, signal);
      const types = chosen ?? (await objectTypesAt(readModels, streams, position));
      const active = () => Promise.all([records, associations].map((one) => readModels.collection(one)));
      const [collection = '', pairs = ''] = await active();
      const input: BuildInput = {
        stores: { DATA_DIR, EVENTSTORE_URL, MONGODB_URL },
        product: { name: 'strata', version },
        collection,
        checkpoint: await readModels.checkpoint(records),
        associations: {
          collection: pairs,
          checkpoint: await readModels.checkpoint(associations),
          labels: await associationLabelsAt(streams, position),
        },
        position,
        columns: await this.columns(types, position),
        path,
        scratchDir: join(DATA_DIR, 'scratch'),
      };
      const module = require.resolve('./archives/backup.worker');
      const building = runInThread<LookedOver | typeof OVERTAKEN, BuildInput>({
        ...{ module, name: 'buildBackup', input, signal, report },
      });
      const built = await building.catch((error: unknown) => error as Error);
      if (!isDeepStrictEqual(await active(), [collection, pairs])) continue;
      if (built instanceof Error) throw built;
      return built;
    }
  }

  /** Columns by object type: the id, then every other property defined at the position, in byte order of the names. */
  private async columns(types: readonly string[], position: bigint): Promise<Record<string, string[]>> {
    const { readModels, streams } = this.parts;
    const columns: Record<string, string[]> = {};
    for (const type of types) {
      const definitions = await definitionsAt(readModels, streams, type, position);
      const others = definitions.map(({ name }) => name).filter((name) => name !== ID_COLUMN);
      columns[type] = [ID_COLUMN, ...others];
    }
    return columns;
  }

  /**
   * Resolves when the read models have applied the position. While one of their projections is stopped, the backup
   * waits and says so.
   */
  private async whenApplied(backupId: string, position: bigint, signal: AbortSignal): Promise<void> {
    const { readModels, waits } = this.parts;
    for (;;) {
      try {
        for (const projection of [records, associations, properties, schemas])
          await readModels.waitFor(projection, position, signal);
        await waits.set(backupId, null);
        return;
      } catch (error) {
        if (!(error instanceof ProjectionStopped)) throw error;
        await waits.set(backupId, error.message);
        await pause(WAIT_MS, undefined, { signal });
      }
    }
  }

  private async failed(backupId: string, attempt: number, error: unknown): Promise<void> {
    const errors = (this.errors.get(backupId) ?? 0) + 1;
    this.errors.set(backupId, errors);
    // The runner of jobs logs the error and tries again.
    if (errors < ATTEMPTS && !(error instanceof KeepsBeingOvertaken)) throw error;
    this.errors.delete(backupId);
    const reason = reasonOf(error);
    await this.change(backupId, (state) => failBackup(state, { backupId, attempt, reason }));
  }

  /** Changes the backup in the name of whoever requested it, or its rebuilding. */
  private async change(backupId: string, decide: (state: Backup) => readonly EventOf<BackupEvents>[]) {
    const { streams } = this.parts;
    const history = await streams.history<BackupEvents>(backupStream(backupId));
    const asked = history.findLast(({ type }) => ASKED.has(type));
    if (!asked) throw new Error('A backup without its request');
    return streams.change(backup, backupStream(backupId), decide, systemMetaFor('backups', asked.meta));
  }
}

const ASKED: ReadonlySet<string> = new Set(['backup.requested.v1', 'backup.rebuild-requested.v1']);

const fileName = (backupId: string, attempt: number): string =>
  `${BACKUPS_FOLDER}/${backupId}-${attempt}.zip`;

/** The reason of a failure as the user sees it: no path, no value. */
function reasonOf(error: unknown): string {
  if (error instanceof KeepsBeingOvertaken)
    return 'Records kept being erased while the file was built: have it built again later';
  return (error as NodeJS.ErrnoException).code === 'ENOSPC'
    ? 'There is no space left for the file'
    : 'The file could not be built; the log of the server says why';
}
