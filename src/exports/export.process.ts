// The job that makes exports one at a time, each of the records as they were when it was requested.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { exportList, type ExportDocument } from '../../projections/exports';
import { associations } from '../../projections/crm/associations';
import { properties } from '../../projections/crm/properties';
import { records } from '../../projections/crm/records';
import { systemMetaFor } from '../caller';
import { Config } from '../config';
import { associationLabelsAt } from '../crm/associations/types/association-types';
import { definitionsAt } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { searchFilter } from '../crm/search/search';
import type { EventOf } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs, type JobContext } from '../jobs/jobs';
import { runInThread } from '../jobs/thread.client';
import { Projector } from '../read/projector';
import { ProjectionStopped, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import {
  completeExport,
  exportDecider,
  exportStream,
  failExport,
  FILE_KEPT_MS,
  giveUpExport,
  startExport,
  type Export,
} from './export.decider';
import type { AssociatedTask } from './files/associated-records';
import type { ExportEvents, ExportRequest } from './export.events';
import { columnsOf } from './files/export-columns';
import type { Exported, ExportTask } from './files/export.worker';

export const EXPORT_JOB = 'export';
export const EXPORTS_FOLDER = 'exports';
const ATTEMPTS = 3;
/** HubSpot's limit of associated records in a cell. */
const MOST_ASSOCIATED = 1_000;

@Injectable()
export class ExportProcess implements OnModuleInit {
  /** Errors so far by export id, in this process: the first ones may pass, and lead to another attempt. */
  private readonly errors = new Map<string, number>();

  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly projector: Projector,
    private readonly files: Files,
    private readonly config: Config,
    private readonly objectTypes: ObjectTypes,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: EXPORT_JOB,
      projection: exportList,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      since: 'requestedAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.giveUp(job, reason),
    });
  }

  async run(job: ExportDocument, context: JobContext): Promise<void> {
    const { state } = await this.change(job, startExport);
    if (state.status !== 'running') return;
    const release = this.projector.hold(BigInt(job.position));
    try {
      await this.make(job, state.attempt, context);
      this.errors.delete(job.id);
    } catch (error) {
      if (context.signal.aborted) return;
      await this.failed(job, state.attempt, error);
    } finally {
      release();
    }
  }

  private async giveUp(job: ExportDocument, reason: string): Promise<void> {
    await this.change(job, (state) => giveUpExport(state, reason));
  }

  private async make(job: ExportDocument, attempt: number, context: JobContext): Promise<void> {
    const file = fileName(job.id, attempt);
    const made = await this.made(job, file, context);
    const fileExpiresAt = new Date(Date.now() + FILE_KEPT_MS).toISOString();
    const result = { exportId: job.id, attempt, file, ...made, fileExpiresAt };
    const { events } = await this.change(job, (state) => completeExport(state, result));
    // The export was cancelled in the last moment: nobody will ask for this file.
    if (events.length === 0) await this.files.remove(file);
  }

  /**
   * Makes the file; starts again, at the same position, where a rebuilt collection of records is switched in meanwhile.
   */
  private async made(job: ExportDocument, file: string, context: JobContext): Promise<Exported> {
    const { signal } = context;
    const report = (done: number, total: number) => context.report(done, total);
    for (;;) {
      const collections = await this.collections();
      const input = await this.taskOf(job, file, signal);
      const module = require.resolve('./files/export.worker');
      const making = runInThread<Exported, ExportTask>({
        ...{ module, name: 'makeExport', input, signal, report },
      });
      const made = await making.catch((error: unknown) => error as Error);
      if (!isDeepStrictEqual(await this.collections(), collections)) continue;
      if (made instanceof Error) throw made;
      return made;
    }
  }

  private collections(): Promise<string[]> {
    return Promise.all([records, associations].map((one) => this.readModels.collection(one)));
  }

  private async taskOf(job: ExportDocument, file: string, signal: AbortSignal): Promise<ExportTask> {
    const { objectType, request } = job;
    const position = BigInt(job.position);
    for (const projection of [records, properties, associations])
      await this.readModels.waitFor(projection, position, signal);
    const found = await definitionsAt(this.readModels, this.streams, objectType, position);
    const definitions = new Map(found.map((definition) => [definition.name, definition]));
    const { filterGroups, sorts } = request;
    const query = request.query ?? undefined;
    const all = query === undefined && filterGroups.every(({ filters }) => filters.length === 0);
    const type = await this.objectTypes.find(objectType);
    const scope = type ? { searchable: type.searchableProperties } : {};
    const { DATA_DIR, EVENTSTORE_URL, MONGODB_URL } = this.config;
    return {
      stores: { DATA_DIR, EVENTSTORE_URL, MONGODB_URL },
      filesDir: this.files.root,
      scratchDir: join(DATA_DIR, 'scratch'),
      collection: await this.readModels.collection(records),
      checkpoint: await this.readModels.checkpoint(records),
      ...{ file, position, objectType },
      columns: columnsOf(request, definitions),
      filter: all ? undefined : searchFilter(objectType, definitions, { filterGroups, query }, scope),
      sort: sorts.map(({ propertyName, direction }) => ({
        property: propertyName,
        numeric: definitions.get(propertyName)?.type === 'number',
        down: direction === 'DESCENDING',
      })),
      ...(request.associated.types.length > 0 && { associated: await this.associatedOf(request, position) }),
    };
  }

  private async associatedOf({ associated }: ExportRequest, position: bigint): Promise<AssociatedTask> {
    return {
      types: associated.types,
      collection: await this.readModels.collection(associations),
      checkpoint: await this.readModels.checkpoint(associations),
      labels: await associationLabelsAt(this.streams, position),
      withLabels: associated.labels,
      ...(!associated.all && { most: MOST_ASSOCIATED }),
    };
  }

  private async failed(job: ExportDocument, attempt: number, error: unknown): Promise<void> {
    // Nothing is wrong with the export: it waits until the projection goes on.
    if (error instanceof ProjectionStopped) throw error;
    const errors = (this.errors.get(job.id) ?? 0) + 1;
    this.errors.set(job.id, errors);
    // The runner of jobs logs the error and tries again.
    if (errors < ATTEMPTS && !(error instanceof Refusal)) throw error;
    this.errors.delete(job.id);
    const failure = { exportId: job.id, attempt, reason: reasonOf(error) };
    await this.change(job, (state) => failExport(state, failure));
  }

  /** Changes the export in the name of its requester. */
  private async change(job: ExportDocument, decide: (state: Export) => readonly EventOf<ExportEvents>[]) {
    const [first] = await this.streams.history<ExportEvents>(exportStream(job.id));
    if (!first) throw new Error('An export without its request');
    const meta = systemMetaFor('exports', first.meta);
    return this.streams.change(exportDecider, exportStream(job.id), decide, meta);
  }
}

export const fileName = (exportId: string, attempt: number): string =>
  `${EXPORTS_FOLDER}/${exportId}-${attempt}.csv`;

/** The reason of a failure as the user sees it: no path, no value. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Refusal) return error.message;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC'
    ? 'There is no space left for the file'
    : 'The file could not be made; the log of the server says why';
};
