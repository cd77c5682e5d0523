// The job that brings back all records of the bin that match: page by page, from where a crash left it.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { v5 as uuidV5 } from 'uuid';
import { binRestores, type BinRestoreDocument } from '../../projections/bin-restores';
import { records } from '../../projections/records';
import { bounded } from '../crm/bounded';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs, type JobContext } from '../jobs/jobs';
import { DocumentStore, type Filter } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { binFilter } from './bin';
import { BinRecords, type BinResult } from './bin-records';
import {
  binRestore,
  binRestoreStream,
  endBinRestore,
  noOutcomes,
  startBinRestore,
  type Ending,
} from './bin-restore.decider';
import type { BinOutcomes, BinRestoreEvents } from './bin-restore.events';

export const BIN_RESTORES = 'bin-restores';
/** Namespace of the ids of its commands: uuid v5 of (restore, record or step). */
const COMMANDS = '5b2d7c1e-93a4-5e55-8f0b-7b0d6a1c2e90';
const PAGE = 250;
/** Records under way at once: enough to fill a group commit. */
const UNDER_WAY = 128;

/** Where a job stands: the page in hand may have been carried out, wholly or in part; everything before it is counted. */
export interface BinMark {
  readonly page: readonly string[];
  /** Cursor of the page after it. */
  readonly next?: string;
  readonly total: number;
  readonly outcomes: BinOutcomes;
  /** Bytes of the list of refused records that belong to the outcomes. */
  readonly keptBytes: number;
}

export const binMarkKey = (restoreId: string): string => `bin-restore:${restoreId}`;
export const refusedFile = (restoreId: string): string => `recycle-bin/${restoreId}.jsonl`;
export const countOf = ({ restored, live, refused }: BinOutcomes): number => restored + live + refused;

@Injectable()
export class BinRestoreProcess implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly objectTypes: ObjectTypes,
    private readonly definitions: Definitions,
    private readonly binRecords: BinRecords,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: BIN_RESTORES,
      projection: binRestores,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      run: (job, context) => this.run(job, context),
    });
  }

  private async run(job: BinRestoreDocument, context: JobContext): Promise<void> {
    const meta = await this.metaFor(job.id);
    const step = (name: string): Meta => ({ ...meta, commandId: commandId(job.id, name), at: now() });
    await this.streams.change(binRestore, binRestoreStream(job.id), startBinRestore, step('start'));
    // What was archived before the request must stand in the read model by the time that it is looked for there.
    await this.readModels.waitFor(records, BigInt(job.position), context.signal);
    const { ending, outcomes } = await this.carryOut(job, meta, context);
    if (ending === undefined) return;
    await this.streams.change(
      binRestore,
      binRestoreStream(job.id),
      (state) => endBinRestore(state, ending, outcomes),
      step('end'),
    );
  }

  /** How it ended; undefined where it was interrupted and goes on later. */
  private async carryOut(
    job: BinRestoreDocument,
    meta: Meta,
    context: JobContext,
  ): Promise<{ ending?: Ending; outcomes: BinOutcomes }> {
    const filter = await this.filterOf(job);
    if (filter instanceof Refusal) return { ending: { failed: filter.message }, outcomes: noOutcomes };
    let saved = await this.documents.getState<BinMark>(binMarkKey(job.id));
    const save = async (mark: BinMark): Promise<BinMark> => {
      if (!(await this.documents.compareAndSet(binMarkKey(job.id), saved, mark)))
        throw new Error('Another process has gone on with this restore');
      return (saved = mark);
    };
    let mark = saved ?? (await save(await this.firstMark(filter)));
    const refused = await this.files.append(refusedFile(job.id), mark.keptBytes);
    try {
      for (;;) {
        const isLast = mark.next === undefined;
        const [results, page] = await Promise.all([
          this.bringBack(job, mark.page, meta),
          isLast ? { page: [] } : this.pageAfter(filter, mark.next),
        ]);
        const lines = results.filter(({ outcome }) => outcome === 'refused');
        // The records first, then the count of them.
        if (lines.length > 0) {
          await refused.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
          await refused.sync();
        }
        const outcomes = counted(mark.outcomes, results);
        mark = await save({ ...page, total: mark.total, outcomes, keptBytes: refused.bytes });
        context.report(countOf(outcomes), Math.max(mark.total, countOf(outcomes)));
        if (isLast) return { ending: 'completed', outcomes };
        const { state } = await this.streams.load(binRestore, binRestoreStream(job.id));
        if (state.status === 'cancelling') return { ending: 'cancelled', outcomes };
        if (state.status === 'ended' || context.signal.aborted) return { outcomes };
      }
    } finally {
      await refused.close();
    }
  }

  /** Definitions may have been archived since the request: their values can still be asked for. */
  private async filterOf({
    objectType,
    selection,
    requestedAt,
  }: BinRestoreDocument): Promise<Filter | Refusal> {
    const definitions = await this.definitions.everOf(objectType);
    try {
      return binFilter(await this.objectTypes.named(objectType), definitions, selection, requestedAt);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  private async firstMark(filter: Filter): Promise<BinMark> {
    const total = await this.readModels.count(records, filter);
    return { ...(await this.pageAfter(filter)), total, outcomes: noOutcomes, keptBytes: 0 };
  }

  /** In the order in which they were archived: what comes into the bin meanwhile comes last, and is left alone. */
  private async pageAfter(filter: Filter, after?: string): Promise<Pick<BinMark, 'page' | 'next'>> {
    const options = { filter, sort: ['archivedAt'], limit: PAGE, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(records, options);
    return { page: docs.map(({ recordId }) => recordId), ...(next !== undefined && { next }) };
  }

  /** A record that was brought back before a crash is known again by the command. */
  private async bringBack(
    { id, objectType, position, requestedAt }: BinRestoreDocument,
    page: readonly string[],
    meta: Meta,
  ): Promise<BinResult[]> {
    const back = (recordId: string) =>
      this.binRecords.bringBack(objectType, recordId, {
        meta: { ...meta, commandId: commandId(id, recordId), at: now() },
        mayRepeat: true,
        asOf: requestedAt,
        upTo: BigInt(position),
      });
    const results = await bounded(page, back, UNDER_WAY);
    const known = results.flatMap((settled) => settled?.result ?? []);
    if (known.some(({ reason }) => reason?.code === 'stream-contended'))
      throw new Error('A record kept changing; the page is tried again');
    return known;
  }

  /** Records brought back name the job and the person who asked for it. */
  private async metaFor(id: string): Promise<Meta> {
    const [first] = await this.streams.history<BinRestoreEvents>(binRestoreStream(id));
    if (!first) throw new Error('A restore without its request');
    const { userId } = first.meta.actor;
    return {
      commandId: commandId(id, 'job'),
      correlationId: first.meta.correlationId,
      causationId: first.meta.commandId,
      actor: { type: 'restore', id, ...(userId !== undefined && { userId }) },
      source: { type: 'RESTORE', id },
      at: now(),
    };
  }
}

const now = (): string => new Date().toISOString();
const commandId = (restoreId: string, step: string): string => uuidV5(`${restoreId}/${step}`, COMMANDS);

function counted(before: BinOutcomes, results: readonly BinResult[]): BinOutcomes {
  const after = { ...before };
  for (const { outcome } of results) after[outcome] += 1;
  return after;
}
