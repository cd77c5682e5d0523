// The job that finishes merges which a crash has cut in two.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { merges, type MergeDocument } from '../../../../projections/crm/merges';
import { systemMetaFor } from '../../../caller';
import type { Meta, RecordedOf } from '../../../eventsourcing/event';
import { Streams } from '../../../eventsourcing/streams';
import { Jobs, type JobContext } from '../../../jobs/jobs';
import { pause } from '../../../supervision/pause';
import { Refusal } from '../../../refusals';
import { recordStream } from '../record.vocabulary';
import { failMerge, mergeDecider, mergeStream } from './merge.decider';
import { RecordMerging } from './record-merging';
import type { RecordEvents } from '../record.events';

/** Milliseconds that the request which began a merge has to finish it. */
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
      pending: { waiting: false, failed: false },
      since: 'since',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.fail(job, reason),
    });
  }

  private async run({ objectType, mergedId, since }: MergeDocument, { signal }: JobContext): Promise<void> {
    const wait = Date.parse(since) + REQUEST_MS - Date.now();
    if (wait > 0) await pause(Math.min(wait, REQUEST_MS), signal);
    if (signal.aborted) return;
    const meta = await this.metaOf(objectType, mergedId);
    try {
      await this.merging.finish(objectType, mergedId, meta, signal);
    } catch (error) {
      // The survivor has been erased or purged, and `finish` has ended the merged record in the same way.
      if (!(error instanceof Refusal) || !['record-erased', 'record-purged'].includes(error.code))
        throw error;
    }
  }

  private async fail({ objectType, mergedId }: MergeDocument, reason: string): Promise<void> {
    const meta = systemMetaFor('merges', await this.metaOf(objectType, mergedId));
    const failed = { objectType, recordId: mergedId, reason };
    const stream = mergeStream(objectType, mergedId);
    await this.streams.change(mergeDecider, stream, (state) => failMerge(state, failed), meta);
  }

  private async metaOf(objectType: string, mergedId: string): Promise<Meta> {
    let merged: RecordedOf<RecordEvents> | undefined;
    for await (const events of this.streams.pages<RecordEvents>(recordStream(objectType, mergedId)))
      // The last such event: the record may have been purged, brought back and merged again.
      merged = events.findLast(({ type }) => type === 'record.merged-into.v1') ?? merged;
    if (!merged) throw new Error('A merge without its event');
    return merged.meta;
  }
}
