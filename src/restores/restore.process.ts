// The job that carries a restore out: it goes on where it stood, whatever stopped it.
import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { restores, type RestoreDocument } from '../../projections/restores';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs, type JobContext } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { Refusal } from '../refusals';
import { atTheStart, PlanExecution, type Watermark } from './execute-plan';
import { markExecuted, restorePlan, restorePlanStream } from './plan.decider';
import { RecordChanges, restoreCommandId } from './record-changes';
import {
  ACCOUNT_RESTORES,
  accountRestores,
  endRestore,
  endTurn,
  restore,
  restoreStream,
  startRestore,
  type Ending,
} from './restore.decider';
import type { RestoreEvents } from './restore.events';

export const RESTORES = 'restores';
/** Both have not ended: asked for, or interrupted. */
export const PENDING = { status: { $in: ['QUEUED', 'RUNNING'] } };

export const watermarkKey = (restoreId: string): string => `restore-watermark:${restoreId}`;
export const keptFile = (restoreId: string): string => `restores/${restoreId}.jsonl`;

@Injectable()
export class RestoreProcess implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly commands: CommandBus,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: RESTORES,
      projection: restores,
      pending: PENDING,
      run: (job, context) => this.run(job, context),
    });
  }

  private async run(job: RestoreDocument, context: JobContext): Promise<void> {
    const meta = await this.metaFor(job.id);
    const mark = (await this.documents.getState<Watermark>(watermarkKey(job.id))) ?? atTheStart;
    const execution = this.execution(job, mark, meta, context);
    const ending = (await this.cannotStart(job, meta)) ?? (await execution.run());
    await this.end(job.id, ending, execution, meta);
    const plan = await this.streams.load(restorePlan, restorePlanStream(job.planId));
    if (plan.state.status === 'executed' && plan.state.withdrawn) await this.files.remove(job.planFile);
  }

  /** Its beginning, as far as a crash may have cut it off, and why it cannot go on. */
  private async cannotStart(
    { id, planId, planFile, planSha256 }: RestoreDocument,
    meta: Meta,
  ): Promise<Ending | undefined> {
    const step = (name: string) => ({ ...meta, commandId: restoreCommandId(id, name) });
    const plan = restorePlanStream(planId);
    try {
      await this.streams.change(restorePlan, plan, (state) => markExecuted(state, id), step('plan'));
    } catch (error) {
      const isOver = ['restore-plan-executed', 'restore-plan-withdrawn'];
      if (error instanceof Refusal && isOver.includes(error.code)) return { failed: error.message };
      throw error;
    }
    await this.streams.change(restore, restoreStream(id), startRestore, step('start'));
    const actual = await this.hashOf(planFile);
    if (actual !== planSha256) return { failed: 'The file of the plan is missing or is not what it was' };
    return undefined;
  }

  private execution(
    { id, planFile, rows }: RestoreDocument,
    from: Watermark,
    meta: Meta,
    context: JobContext,
  ): PlanExecution {
    const changes = new RecordChanges(this.commands, this.streams, id, meta);
    let saved: Watermark | undefined = from === atTheStart ? undefined : from;
    return new PlanExecution(
      {
        files: this.files,
        planFile,
        keptFile: keptFile(id),
        apply: (row, index) => changes.apply(row, index),
        recognise: (row, index) => changes.recognise(row, index),
        save: async (mark) => {
          if (!(await this.documents.compareAndSet(watermarkKey(id), saved, mark)))
            throw new Error('Another process has gone on with this restore');
          saved = mark;
        },
        cancelled: async () => {
          const { state } = await this.streams.load(restore, restoreStream(id));
          // Ended by another process, it has nothing left to do here.
          return state.status === 'cancelling' || state.status === 'ended';
        },
        report: (done) => context.report(done, rows),
        signal: context.signal,
      },
      from,
    );
  }

  private async end(id: string, ending: Ending, { outcomes }: PlanExecution, meta: Meta): Promise<void> {
    const step = (name: string) => ({
      ...meta,
      commandId: restoreCommandId(id, name),
      at: new Date().toISOString(),
    });
    // In this order: a crash in between leaves a turn that the next request finds over.
    await this.streams.change(
      restore,
      restoreStream(id),
      (state) => endRestore(state, ending, outcomes),
      step('end'),
    );
    await this.streams.change(accountRestores, ACCOUNT_RESTORES, (turn) => endTurn(turn, id), step('turn'));
  }

  /** Restored records name the restore and the person who asked for it. */
  private async metaFor(id: string): Promise<Meta> {
    const [first] = await this.streams.history<RestoreEvents>(restoreStream(id));
    if (!first) throw new Error('A restore without its request');
    const { userId } = first.meta.actor;
    return {
      commandId: restoreCommandId(id, 'job'),
      correlationId: first.meta.correlationId,
      causationId: first.meta.commandId,
      actor: { type: 'restore', id, ...(userId !== undefined && { userId }) },
      source: { type: 'RESTORE', id },
      at: new Date().toISOString(),
    };
  }

  private async hashOf(file: string): Promise<string | undefined> {
    if (!(await this.files.stat(file))) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of this.files.read(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  }
}
