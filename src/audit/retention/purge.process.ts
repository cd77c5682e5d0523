// The job of a purge: removes the rows of the audit log that are older than the cut-off of their category, and that no
// legal hold covers, slice by slice. A slice is an event that names its rows; each is decided on rows that hold all
// slices before it, and appended at the revision that was seen then: so no row is counted twice, whoever else is at it.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { audit, type AuditEntry } from '../../../projections/audit/audit';
import { purges, type PurgeDocument } from '../../../projections/audit/purges';
import { systemMeta } from '../../caller';
import { breathe } from '../../eventsourcing/breath';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Jobs, type JobContext } from '../../jobs/jobs';
import type { Filter } from '../../read/document-store';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { HoldFilters } from './hold-filters';
import { closePurge, purge, purgeStream, removeRows } from './purge.decider';
import {
  endPurge,
  retention,
  RETENTION_STREAM,
  type PurgeEnd,
  type Retention,
  type RunningPurge,
} from './retention.decider';
import type { CutOff } from './retention.events';

/** Rows that are looked at together: a slice removes up to as many. */
const PAGE = 1_000;

type IsHeld = (entry: AuditEntry) => boolean;

@Injectable()
export class PurgeProcess implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly filters: HoldFilters,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'audit-purges',
      projection: purges,
      pending: { status: 'RUNNING' },
      since: 'begunAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.end(job, { outcome: 'failed', reason, held: null }),
    });
  }

  private async run(job: PurgeDocument, { signal }: JobContext): Promise<void> {
    const { purge: running, holds } = (await this.streams.load(retention, RETENTION_STREAM)).state;
    if (running?.purgeId !== job.id) return;
    let held = 0;
    try {
      const isHeld = await this.filters.holding(running.holds.flatMap((id) => holds[id] ?? []));
      for (const cutOff of running.cutOffs) {
        const kept = await this.purgeCategory(job, running, cutOff, isHeld, signal);
        if (kept === 'closed')
          return await this.end(job, { outcome: 'stopped', reason: STOPPED, held: null });
        held += kept;
      }
    } catch (error) {
      // A hold of which nobody can tell any more what it covers may cover everything.
      if (!(error instanceof Refusal) || error.code !== 'input-invalid') throw error;
      return this.end(job, { outcome: 'failed', reason: HOLD_UNREADABLE, held: null });
    }
    await this.end(job, { outcome: 'completed', reason: null, held });
  }

  /** Answers how many rows before the cut-off holds have kept. */
  private async purgeCategory(
    job: PurgeDocument,
    { purgeId, holds }: RunningPurge,
    { category, before }: CutOff,
    isHeld: IsHeld,
    signal: AbortSignal,
  ): Promise<number | 'closed'> {
    const filter: Filter = {
      ...{ category, occurredAt: { $lt: Date.parse(before) } },
      // What became of other rows is to be found for good.
      ...(category === 'SETTINGS' && { subCategory: { $ne: 'RETENTION' } }),
    };
    const stream = purgeStream(purgeId);
    let held = 0;
    for (let after: string | undefined; ;) {
      signal.throwIfAborted();
      const { state, revision, position } = await this.streams.load(purge, stream);
      if (state.status !== 'open' || !(await this.mayGoOn(purgeId))) return 'closed';
      const begun = BigInt(job.position);
      await this.readModels.waitFor(audit, position > begun ? position : begun, signal);
      const wanted = { filter, sort: ['id'], limit: PAGE, ...(after !== undefined && { after }) };
      const { docs, next } = await this.readModels.find(audit, wanted, { asItIs: true });
      const rows: string[] = [];
      for (const entry of docs) {
        await breathe();
        if (!isHeld(entry)) rows.push(entry.position);
      }
      const slice = { purgeId, category, before, holds, rows };
      const { events } = await this.streams.change(
        purge,
        stream,
        (now, at) => (at === revision ? removeRows(now, slice) : []),
        this.meta(job),
      );
      // Somebody was faster: what is to be removed now is another question.
      if (rows.length > 0 && events.length === 0) continue;
      held += docs.length - rows.length;
      if (next === undefined) return held;
      after = next;
    }
  }

  private async mayGoOn(purgeId: string): Promise<boolean> {
    const { state } = await this.streams.load(retention, RETENTION_STREAM);
    return state.purge?.purgeId === purgeId && !state.purge.outdated;
  }

  /** The purge is closed before its end is told: only then is it known what it has removed. */
  private async end(job: PurgeDocument, end: Omit<PurgeEnd, 'removed'>): Promise<void> {
    const { state: closed } = await this.streams.change(
      purge,
      purgeStream(job.id),
      (state) => closePurge(state, job.id, end.outcome === 'completed'),
      this.meta(job),
    );
    // A process that was killed in between had come to the end.
    const isDone = end.outcome === 'stopped' && closed.status === 'done';
    const told = {
      ...end,
      ...(isDone && { outcome: 'completed' as const, reason: null }),
      removed: closed.removed,
    };
    const decide = (state: Retention) => endPurge(state, job.id, told);
    await this.streams.change(retention, RETENTION_STREAM, decide, this.meta(job));
  }

  private meta({ commandId }: PurgeDocument): Meta {
    return systemMeta('retention', { causationId: commandId });
  }
}

const STOPPED = 'How long rows are kept was changed, or a legal hold was placed: the next purge goes by that';
const HOLD_UNREADABLE =
  'The query of a legal hold means nothing any more: nothing is purged until it is released or placed anew';
