// The job that brings back all records of the recycle bin that match: page by page, and after a crash from the page
// where it stood.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { binRestores, type BinRestoreDocument } from '../../projections/bin-restores';
import { records } from '../../projections/crm/records';
import { jobMeta } from '../caller';
import { mapConcurrently } from '../crm/map-concurrently';
import { Definitions } from '../crm/properties/definitions';
import { SEES_ALL } from '../crm/properties/values/sensitivity';
import { within } from '../crm/records/reach';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Meta } from '../eventsourcing/event';
import { uuidsOf } from '../eventsourcing/event-ids';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { ListFolder, ListWriter, type KeptList } from '../files/kept-list';
import { Jobs, type JobContext } from '../jobs/jobs';
import { DocumentStore, type Filter } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { isPassing, Refusal } from '../refusals';
import { AssociatedFilters } from '../crm/search/associated/associated-filters';
import { binFilter } from './bin';
import { BinRecords, type BinResult } from './bin-records';
import {
  binRestore,
  binRestoreStream,
  endBinRestore,
  noOutcomes,
  startBinRestore,
  type BinReached,
  type BinRestore,
  type Ending,
} from './bin-restore.decider';
import type { BinOutcomes, BinRestoreEvents } from './bin-restore.events';

export const BIN_RESTORES = 'bin-restores';
const commandIds = uuidsOf('5b2d7c1e-93a4-5e55-8f0b-7b0d6a1c2e90');
const PAGE = 250;
/** Records under way at once: enough to fill a group commit. */
const UNDER_WAY = 128;

/**
 * How far a job has come: everything before `page` is counted, and `page` may have been carried out wholly or in part.
 */
export interface BinMark {
  readonly page: readonly string[];
  /** Cursor of the following page. */
  readonly next?: string;
  readonly total: number;
  readonly outcomes: BinOutcomes;
  /** The list of refused records that goes with the outcomes; absent where none was refused. */
  readonly refused?: KeptList;
}

const binMarkKey = (restoreId: string): string => `bin-restore:${restoreId}`;

/** The lists of records that could not be brought back. */
export const refusedLists = new ListFolder('recycle-bin');

type StoredMark = BinMark & { readonly keptBytes?: number };

/** How far a job has come that has not ended; undefined before its first page. */
export async function binMarkOf(documents: DocumentStore, restoreId: string): Promise<BinMark | undefined> {
  const stored = await documents.getState<StoredMark>(binMarkKey(restoreId));
  return stored && asNow(restoreId, stored);
}

/**
 * Translates a mark by an older version, which had only the length of its list, because runs had no files of their own.
 */
function asNow(restoreId: string, { keptBytes, ...mark }: StoredMark): BinMark {
  return keptBytes ? { ...mark, refused: { file: refusedLists.legacy(restoreId), bytes: keptBytes } } : mark;
}

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
    private readonly associated: AssociatedFilters,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: BIN_RESTORES,
      projection: binRestores,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      since: 'requestedAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.fail(job, reason),
    });
  }

  private async run(job: BinRestoreDocument, context: JobContext): Promise<void> {
    const meta = await this.metaFor(job.id);
    const step = (name: string): Meta => ({ ...meta, commandId: commandId(job.id, name), at: now() });
    const started = await this.streams.change(
      binRestore,
      binRestoreStream(job.id),
      startBinRestore,
      step('start'),
    );
    // Cancelled while it waited: the read model that gave the job had not applied that yet.
    if (started.state.status === 'ended') return;
    // The read model must have applied all archivings before the request before records are looked for in it.
    await this.readModels.waitFor(records, BigInt(job.position), context.signal);
    const { ending, reached } = await this.carryOut(job, meta, context);
    if (ending !== undefined) await this.end(job, ending, reached, meta);
  }

  private async fail(job: BinRestoreDocument, reason: string): Promise<void> {
    const reached = (await binMarkOf(this.documents, job.id)) ?? { outcomes: noOutcomes };
    await this.end(job, { failed: reason }, reached, await this.metaFor(job.id));
  }

  private async end({ id }: BinRestoreDocument, ending: Ending, reached: BinReached, meta: Meta) {
    const decide = (state: BinRestore) => endBinRestore(state, ending, reached);
    const step = { ...meta, commandId: commandId(id, 'end'), at: now() };
    const { state } = await this.streams.change(binRestore, binRestoreStream(id), decide, step);
    if (state.status === 'ended') await refusedLists.removeLeftovers(this.files, id, state.refused);
  }

  /** The ending of the job; undefined where it was interrupted and goes on later. */
  private async carryOut(
    job: BinRestoreDocument,
    meta: Meta,
    context: JobContext,
  ): Promise<{ ending?: Ending; reached: BinReached }> {
    const filter = await this.filterOf(job);
    let saved = await this.documents.getState<StoredMark>(binMarkKey(job.id));
    const from = saved && asNow(job.id, saved);
    if (filter instanceof Refusal)
      return { ending: { failed: filter.message }, reached: from ?? { outcomes: noOutcomes } };
    const save = async (mark: BinMark): Promise<BinMark> => {
      if (!(await this.documents.compareAndSet(binMarkKey(job.id), saved, mark)))
        throw new Error('Another process has gone on with this restore');
      return (saved = mark);
    };
    let mark = from ?? (await save(await this.firstMark(filter)));
    const list = new ListWriter(this.files, refusedLists.fileOf(job.id), mark.refused);
    try {
      for (;;) {
        const isLast = mark.next === undefined;
        const [results, page] = await Promise.all([
          this.bringBack(job, mark.page, meta),
          isLast ? { page: [] } : this.pageAfter(filter, mark.next),
        ]);
        const lines = results.filter(({ outcome }) => outcome === 'refused');
        // The refused records are written before the mark that counts them.
        await list.add(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        const refused = await list.flush();
        const outcomes = counted(mark.outcomes, results);
        mark = await save({ ...page, total: mark.total, outcomes, ...(refused && { refused }) });
        context.report(countOf(outcomes), Math.max(mark.total, countOf(outcomes)));
        if (isLast) return { ending: 'completed', reached: mark };
        const { state } = await this.streams.load(binRestore, binRestoreStream(job.id));
        if (state.status === 'cancelling') return { ending: 'cancelled', reached: mark };
        if (state.status === 'ended' || context.signal.aborted) return { reached: mark };
      }
    } finally {
      await list.close();
    }
  }

  /**
   * The filter of the selection. Definitions archived since the request are included: their values can still be
   * selected.
   */
  private async filterOf({
    objectType,
    selection,
    requestedAt,
  }: BinRestoreDocument): Promise<Filter | Refusal> {
    const definitions = await this.definitions.everOf(objectType);
    try {
      const type = await this.objectTypes.named(objectType);
      const { filterGroups, reach } = selection;
      const viewer = { ...SEES_ALL, ...(reach && { reach }) };
      const associated = await this.associated.matches(objectType, filterGroups, viewer);
      const filter = binFilter(type, definitions, selection, requestedAt, associated);
      return within(selection, objectType, 'view', within(selection, objectType, 'delete', filter));
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  private async firstMark(filter: Filter): Promise<BinMark> {
    const total = await this.readModels.count(records, filter);
    return { ...(await this.pageAfter(filter)), total, outcomes: noOutcomes };
  }

  /** The page after a cursor, in the order of archiving: records archived meanwhile come last, and are left alone. */
  private async pageAfter(filter: Filter, after?: string): Promise<Pick<BinMark, 'page' | 'next'>> {
    const options = { filter, sort: ['archivedAt'], limit: PAGE, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(records, options);
    return { page: docs.map(({ recordId }) => recordId), ...(next !== undefined && { next }) };
  }

  /** Brings the records of a page back. The command recognises records that it brought back before a crash. */
  private async bringBack(
    { id, objectType, position, requestedAt, selection: { reach } }: BinRestoreDocument,
    page: readonly string[],
    meta: Meta,
  ): Promise<BinResult[]> {
    const back = (recordId: string) =>
      this.binRecords.bringBack(objectType, recordId, {
        meta: { ...meta, commandId: commandId(id, recordId), at: now() },
        mayRepeat: true,
        asOf: requestedAt,
        viewer: { ...SEES_ALL, ...(reach && { reach }) },
        upTo: BigInt(position),
      });
    const results = await mapConcurrently(page, back, UNDER_WAY);
    const known = results.flatMap((settled) => settled?.result ?? []);
    if (known.some(({ reason }) => reason && isPassing(reason.code)))
      throw new Error('Others kept changing a record or its values; the page is tried again');
    return known;
  }

  /** The metadata of records brought back names the job and the person who requested it. */
  private async metaFor(id: string): Promise<Meta> {
    const [first] = await this.streams.history<BinRestoreEvents>(binRestoreStream(id));
    if (!first) throw new Error('A restore without its request');
    return jobMeta(commandId(id, 'job'), { type: 'restore', id }, { type: 'RESTORE', id }, first.meta);
  }
}

const now = (): string => new Date().toISOString();
/** `step` is a step of the job, or the id of a record. */
const commandId = (restoreId: string, step: string): string => commandIds(`${restoreId}/${step}`);

function counted(before: BinOutcomes, results: readonly BinResult[]): BinOutcomes {
  const after = { ...before };
  for (const { outcome } of results) after[outcome] += 1;
  return after;
}
