// The job that carries a restore out, and goes on where it stood, whatever stopped it.
import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { restores, type RestoreDocument } from '../../projections/restores';
import { jobMeta } from '../caller';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { ListFolder, ListWriter } from '../files/kept-list';
import { Jobs, type JobContext } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { Refusal } from '../refusals';
import { atTheStart, PlanExecution, type Watermark } from './execute-plan';
import { markExecuted, restorePlan, restorePlanStream } from './plans/plan.decider';
import { RowChanges } from './row-changes';
import { restoreCommandId, RowCommands } from './row-commands';
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
/** Matches restores that have not ended: queued, or running or interrupted. */
export const PENDING = { status: { $in: ['QUEUED', 'RUNNING'] } };

const watermarkKey = (restoreId: string): string => `restore-watermark:${restoreId}`;

/** The lists of records that restores tell one by one. */
export const keptLists = new ListFolder('restores');

/** The watermark of a restore that has not ended; undefined before its first rows. */
export async function watermarkOf(
  documents: DocumentStore,
  restoreId: string,
): Promise<Watermark | undefined> {
  const stored = await documents.getState<StoredMark>(watermarkKey(restoreId));
  return stored && asNow(restoreId, stored);
}

type StoredMark = Watermark & { readonly keptBytes?: number };

/**
 * Translates a watermark by an older version, which had only the length of its list, because runs had no files of their
 * own.
 */
function asNow(restoreId: string, { keptBytes, ...mark }: StoredMark): Watermark {
  return keptBytes ? { ...mark, kept: { file: keptLists.legacy(restoreId), bytes: keptBytes } } : mark;
}

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
      since: 'requestedAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.fail(job, reason),
    });
  }

  private async run(job: RestoreDocument, context: JobContext): Promise<void> {
    const meta = await this.metaFor(job.id);
    const execution = await this.execution(job, meta, context);
    const ending = (await this.cannotStart(job, meta)) ?? (await execution.run());
    await this.end(job, ending, execution.reached, meta);
  }

  private async fail(job: RestoreDocument, reason: string): Promise<void> {
    const reached = (await watermarkOf(this.documents, job.id)) ?? atTheStart;
    await this.end(job, { failed: reason }, reached, await this.metaFor(job.id));
  }

  /**
   * Makes up for steps at the start of the restore that a crash may have cut off; answers why it cannot go on, if so.
   */
  private async cannotStart(
    { id, planId, planFile, planSha256 }: RestoreDocument,
    meta: Meta,
  ): Promise<Ending | undefined> {
    const step = (name: string) => ({ ...meta, commandId: restoreCommandId(id, name) });
    const plan = restorePlanStream(planId);
    try {
      await this.streams.change(restorePlan, plan, (state) => markExecuted(state, id), step('plan'));
    } catch (error) {
      const isOver = ['restore-plan-executed', 'restore-plan-withdrawn', 'restore-plan-rejected'];
      if (error instanceof Refusal && isOver.includes(error.code)) return { failed: error.message };
      throw error;
    }
    await this.streams.change(restore, restoreStream(id), startRestore, step('start'));
    const actual = await this.hashOf(planFile);
    if (actual !== planSha256) return { failed: 'The file of the plan is missing or is not what it was' };
    return undefined;
  }

  private async execution(
    { id, planFile, rows }: RestoreDocument,
    meta: Meta,
    context: JobContext,
  ): Promise<PlanExecution> {
    let saved = await this.documents.getState<StoredMark>(watermarkKey(id));
    const from = saved ? asNow(id, saved) : atTheStart;
    const changes = new RowChanges(this.commands, this.streams, new RowCommands(id, meta));
    return new PlanExecution(
      {
        files: this.files,
        planFile,
        kept: new ListWriter(this.files, keptLists.fileOf(id), from.kept),
        apply: (row, index) => changes.apply(row, index),
        release: (row, index) => changes.release(row, index),
        recognise: (row, index) => changes.recognise(row, index),
        save: async (mark) => {
          if (!(await this.documents.compareAndSet(watermarkKey(id), saved, mark)))
            throw new Error('Another process has gone on with this restore');
          saved = mark;
        },
        cancelled: async () => {
          const { state } = await this.streams.load(restore, restoreStream(id));
          // Where another process has ended the restore, nothing is left to do here.
          return state.status === 'cancelling' || state.status === 'ended';
        },
        report: (done) => context.report(done, rows),
        signal: context.signal,
      },
      from,
    );
  }

  private async end(
    { id, planId, planFile }: RestoreDocument,
    ending: Ending,
    reached: Watermark,
    meta: Meta,
  ): Promise<void> {
    const step = (name: string) => ({
      ...meta,
      commandId: restoreCommandId(id, name),
      at: new Date().toISOString(),
    });
    // In this order: after a crash in between, the next request finds the turn over.
    const { state } = await this.streams.change(
      restore,
      restoreStream(id),
      (current) => endRestore(current, ending, reached),
      step('end'),
    );
    if (state.status === 'ended') await keptLists.removeLeftovers(this.files, id, state.kept);
    await this.streams.change(accountRestores, ACCOUNT_RESTORES, (turn) => endTurn(turn, id), step('turn'));
    const plan = await this.streams.load(restorePlan, restorePlanStream(planId));
    if (plan.state.status === 'executed' && plan.state.withdrawn) await this.files.remove(planFile);
  }

  /** The metadata of restored records names the restore and the person who requested it. */
  private async metaFor(id: string): Promise<Meta> {
    const [first] = await this.streams.history<RestoreEvents>(restoreStream(id));
    if (!first) throw new Error('A restore without its request');
    const commandId = restoreCommandId(id, 'job');
    return jobMeta(commandId, { type: 'restore', id }, { type: 'RESTORE', id }, first.meta);
  }

  private async hashOf(file: string): Promise<string | undefined> {
    if (!(await this.files.stat(file))) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of this.files.read(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  }
}
