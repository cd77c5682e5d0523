// The job that makes drills, one at a time.
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { records } from '../../projections/crm/records';
import { drills, type DrillDocument } from '../../projections/drills';
import { BackupInputs, readByBackups } from '../backups/backup-inputs';
import { systemMeta } from '../caller';
import { EventStore } from '../eventsourcing/event-store';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { FileJobs } from '../jobs/file-jobs';
import type { JobContext } from '../jobs/jobs';
import { OVERTAKEN } from '../jobs/stored-files';
import { runInThread } from '../jobs/thread.client';
import type { Places } from '../jobs/thread-stores';
import { ReadModels } from '../read/read-models';
import {
  drill,
  drillFiles,
  drillStream,
  endDrill,
  failDrill,
  type Drill,
  type Ending,
} from './drill.decider';
import type { DrillEvents } from './drill.events';
import type { Drilled, DrillTask } from './drill.worker';

export const DRILL_JOB = 'drill';
/** Streams that are folded of each sort, where not all are. */
const DRAWN = 1_000;

@Injectable()
export class DrillProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly inputs: BackupInputs,
    private readonly readModels: ReadModels,
    private readonly eventStore: EventStore,
    private readonly streams: Streams,
    private readonly files: Files,
  ) {}

  onModuleInit(): void {
    this.jobs.register<DrillDocument, Drill, DrillEvents, string, Ending>({
      name: DRILL_JOB,
      projection: drills,
      pending: { status: 'PENDING' },
      stored: drillFiles,
      words: { file: 'drill', built: 'made' },
      asked: ['drill.requested.v1'],
      reads: readByBackups,
      readsUpTo: ({ position }) => position,
      waiting: (drillId, reason) => this.waits(drillId, reason),
      // No event tells of a start: no event names a file, either.
      start: () => [],
      runOf: ({ status }) => (status === 'pending' ? randomUUID() : undefined),
      build: (job, places, context) => this.make(job, places, context),
      complete: (state, { built }) => endDrill(state, built),
      fail: (state, reason) => failDrill(state, reason),
    });
  }

  private async make(
    { position, all }: DrillDocument,
    places: Places,
    context: JobContext,
  ): Promise<Ending | typeof OVERTAKEN> {
    const rpoSeconds = await this.rpoSeconds();
    const wanted = { position: BigInt(position), objectTypes: null, places, recipient: undefined };
    const { input: backup } = await this.inputs.of(wanted);
    try {
      const made = await runInThread<Drilled | typeof OVERTAKEN, DrillTask>({
        module: require.resolve('./drill.worker'),
        name: 'makeDrill',
        input: { backup, all, draw: DRAWN },
        ...context,
      });
      if (made === OVERTAKEN) return made;
      const { findings, seconds } = made;
      return { ...findings, seconds, rpoSeconds };
    } finally {
      // The thread removes it, too, unless it had to be ended.
      await this.files.remove(places.file);
    }
  }

  /** Backups would have to wait as well, nobody knows how long: the drill has found that out. */
  private async waits(drillId: string, reason: string | null): Promise<void> {
    if (reason === null) return;
    const rpoSeconds = await this.rpoSeconds();
    const decide = (state: Drill) => failDrill(state, reason, rpoSeconds);
    await this.streams.change(drill, drillStream(drillId), decide, systemMeta(drillFiles.folder));
  }

  /** How long ago the newest instant was that a backup could be made of at once. */
  private async rpoSeconds(): Promise<number> {
    const applied = await this.readModels.checkpoint(records);
    const { events } = await this.eventStore.readAll(applied, 1);
    const first = events[0];
    return first ? Math.max(0, Date.now() - first.recordedAt) / 1_000 : 0;
  }
}
