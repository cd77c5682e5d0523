// Finishes merges that a crash has cut in two.
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { merges, type MergeDocument } from '../../../projections/merges';
import { Streams } from '../../eventsourcing/streams';
import { Jobs, type JobContext } from '../../jobs/jobs';
import { Refusal } from '../../refusals';
import { recordStream } from '../schemas/object-types';
import { RecordMerging } from './record-merging';
import type { RecordEvents } from './record.events';

/** So long the request that began it is left to finish it. */
const REQUEST_MS = 2_000;

@Injectable()
export class MergeProcess implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly merging: RecordMerging,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'merges',
      projection: merges,
      pending: {},
      run: (job, context) => this.run(job, context),
    });
  }

  private async run({ objectType, mergedId, since }: MergeDocument, { signal }: JobContext): Promise<void> {
    const wait = Date.parse(since) + REQUEST_MS - Date.now();
    if (wait > 0) await pause(Math.min(wait, REQUEST_MS), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const history = await this.streams.history<RecordEvents>(recordStream(objectType, mergedId));
    const merged = history.find(({ type }) => type === 'record.merged-into.v1');
    if (!merged) throw new Error('A merge without its event');
    try {
      await this.merging.finish(objectType, mergedId, merged.meta, signal);
    } catch (error) {
      // The survivor is gone, and by now the other with it.
      if (!(error instanceof Refusal) || !['record-erased', 'record-purged'].includes(error.code))
        throw error;
    }
  }
}
