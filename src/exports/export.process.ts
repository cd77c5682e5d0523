// The job that makes exports one at a time, each of the records as they were when it was requested.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { exportList, type ExportDocument } from '../../projections/exports';
import { associations } from '../../projections/crm/associations';
import { properties } from '../../projections/crm/properties';
import { records } from '../../projections/crm/records';
import { associationLabelsAt } from '../crm/associations/types/association-types';
import { definitionsAt } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { within } from '../crm/records/reach';
import { recordIdRange } from '../crm/records/record.vocabulary';
import { AssociatedThen } from '../crm/search/associated/associated-then';
import { SEES_ALL } from '../crm/properties/values/sensitivity';
import { searchFilter } from '../crm/search/search';
import { Streams } from '../eventsourcing/streams';
import { FileJobs, type Made } from '../jobs/file-jobs';
import { runInThread } from '../jobs/thread.client';
import type { Places } from '../jobs/thread-stores';
import type { Filter } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import {
  completeExport,
  exportFiles,
  failExport,
  FILE_KEPT_MS,
  startExport,
  type Export,
} from './export.decider';
import type { ExportEvents, ExportRequest } from './export.events';
import type { AssociatedTask } from './files/associated-records';
import { columnsOf } from './files/export-columns';
import type { Exported, ExportTask } from './files/export.worker';

export const EXPORT_JOB = 'export';
/** HubSpot's limit of associated records in a cell. */
const MOST_ASSOCIATED = 1_000;

@Injectable()
export class ExportProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly associatedThen: AssociatedThen,
  ) {}

  onModuleInit(): void {
    this.jobs.register<ExportDocument, Export, ExportEvents, number, Exported>({
      name: EXPORT_JOB,
      projection: exportList,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      stored: exportFiles,
      words: { file: 'file', built: 'made' },
      asked: ['export.requested.v1'],
      reads: [records, properties, associations],
      readsUpTo: ({ position }) => position,
      start: startExport,
      runOf: (state) => (state.status === 'running' ? state.attempt : undefined),
      build: async (job, places, context) => {
        const input = await this.taskOf(job, places, context.signal);
        const module = require.resolve('./files/export.worker');
        return runInThread<Exported, ExportTask>({ module, name: 'makeExport', input, ...context });
      },
      complete,
      fail: failExport,
    });
  }

  private async taskOf(job: ExportDocument, places: Places, signal: AbortSignal): Promise<ExportTask> {
    const { objectType, request } = job;
    const position = BigInt(job.position);
    const found = await definitionsAt(this.readModels, this.streams, objectType, position);
    const definitions = new Map(found.map((definition) => [definition.name, definition]));
    const { filterGroups, sorts, reach } = request;
    const query = request.query ?? undefined;
    const isWhole = query === undefined && filterGroups.every(({ filters }) => filters.length === 0);
    const type = await this.objectTypes.find(objectType);
    const scope = type ? { searchable: type.searchableProperties } : {};
    const viewer = { ...SEES_ALL, ...(reach && { reach }) };
    const asked = { position, viewer, signal };
    const associated = await this.associatedThen.matches(objectType, filterGroups, asked);
    const searched = searchFilter(objectType, definitions, { filterGroups, query }, { ...scope, associated });
    const viewed = (filter: Filter) => within({ ...(reach && { reach }) }, objectType, 'view', filter);
    return {
      ...places,
      collection: await this.readModels.collection(records),
      checkpoint: await this.readModels.checkpoint(records),
      ...{ position, objectType },
      columns: columnsOf(request, definitions),
      filter: isWhole && !reach ? undefined : viewed(searched),
      ...(reach && { within: viewed({ id: recordIdRange(objectType) }) }),
      sort: sorts.map(({ propertyName, direction }) => ({
        property: propertyName,
        numeric: definitions.get(propertyName)?.type === 'number',
        down: direction === 'DESCENDING',
      })),
      ...(request.associated.types.length > 0 && { associated: await this.associatedOf(request, position) }),
    };
  }

  private async associatedOf(
    { associated, reach }: ExportRequest,
    position: bigint,
  ): Promise<AssociatedTask> {
    return {
      types: associated.types,
      collection: await this.readModels.collection(associations),
      checkpoint: await this.readModels.checkpoint(associations),
      labels: await associationLabelsAt(this.streams, position),
      withLabels: associated.labels,
      ...(reach && { reach }),
      ...(!associated.all && { most: MOST_ASSOCIATED }),
    };
  }
}

function complete(state: Export, { jobId, run, file, built, at }: Made<number, Exported>) {
  const fileExpiresAt = new Date(at.getTime() + FILE_KEPT_MS).toISOString();
  return completeExport(state, { exportId: jobId, attempt: run, file, ...built, fileExpiresAt });
}
