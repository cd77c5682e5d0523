// The job that makes exports of the audit log one at a time, each of the entries up to the position of its request.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { audit } from '../../../projections/audit/audit';
import { auditExports, type AuditExportDocument } from '../../../projections/audit/audit-exports';
import { records } from '../../../projections/crm/records';
import { schemas } from '../../../projections/crm/schemas';
import { erasures } from '../../../projections/erasures';
import { Definitions } from '../../crm/properties/definitions';
import { objectTypes } from '../../crm/schemas/object-type.vocabulary';
import { FileJobs, type Made } from '../../jobs/file-jobs';
import { runInThread } from '../../jobs/thread.client';
import type { Places } from '../../jobs/thread-stores';
import type { Filter } from '../../read/document-store';
import { Sealings } from '../integrity/exports/sealing';
import { ReadModels } from '../../read/read-models';
import { ExportedEntries, without } from './asked-entries';
import {
  auditExportFiles,
  completeAuditExport,
  failAuditExport,
  FILE_KEPT_MS,
  startAuditExport,
  type AuditExport,
} from './audit-export.decider';
import type { AuditExportEvents } from './audit-export.events';
import { AUDIT_EXPORT_JOB } from './audit-export.queries';
import type { AuditExported, AuditExportTask } from './files/audit-export.worker';
import { readBeside, type TellingTask } from './files/told-entries';

const PAGE = 200;

@Injectable()
export class AuditExportProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly readModels: ReadModels,
    private readonly definitions: Definitions,
    private readonly entries: ExportedEntries,
    private readonly sealings: Sealings,
  ) {}

  onModuleInit(): void {
    this.jobs.register<AuditExportDocument, AuditExport, AuditExportEvents, number, AuditExported>({
      name: AUDIT_EXPORT_JOB,
      projection: auditExports,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      stored: auditExportFiles,
      words: { file: 'file', built: 'made' },
      asked: ['auditexport.requested.v1'],
      reads: [audit, erasures, records],
      readsUpTo: ({ position }) => position,
      start: startAuditExport,
      runOf: (state) => (state.status === 'running' ? state.attempt : undefined),
      build: async (job, places, context) => {
        const input = await this.taskOf(job, places, context.signal);
        const module = require.resolve('./files/audit-export.worker');
        return runInThread<AuditExported, AuditExportTask>({
          ...{ module, name: 'makeAuditExport', input, ...context },
        });
      },
      complete,
      fail: failAuditExport,
    });
  }

  private async taskOf(
    job: AuditExportDocument,
    places: Places,
    signal: AbortSignal,
  ): Promise<AuditExportTask> {
    const { kind, format, viewer, shows } = job;
    const collections: Record<string, string> = {};
    for (const one of readBeside) collections[one.name] = await this.readModels.collection(one);
    return {
      ...{ ...places, kind, format, viewer, shows, collections, position: BigInt(job.position) },
      ...(format === 'jsonl' && { sealing: await this.sealings.upTo(BigInt(job.position), signal) }),
      about: { kind, asked: job.asked, position: job.position },
      ...(await this.types()),
      filter: without(job.leftOut, await this.filterOf(job)),
    };
  }

  /** The filter as it was made, unless a new version of the product keeps entries otherwise. */
  private async filterOf({ kind, asked, filter, ...job }: AuditExportDocument): Promise<Filter> {
    if (job.entriesVersion === audit.version) return JSON.parse(filter) as Filter;
    return (await this.entries.meant(kind, asked, new Date(job.requestedAt), {})).filter;
  }

  private async types(): Promise<Pick<TellingTask, 'schemas' | 'sensitivities'>> {
    const custom = [];
    for await (const page of this.readModels.pages(schemas, { limit: PAGE })) custom.push(...page);
    const sensitivities: Record<string, TellingTask['sensitivities'][string]> = {};
    for (const name of [...objectTypes, ...custom.map(({ schema }) => schema)].map((type) => type.name)) {
      const ever = await this.definitions.everOf(name);
      sensitivities[name] = Object.fromEntries(
        [...ever].map(([property, { dataSensitivity }]) => [property, dataSensitivity]),
      );
    }
    return { schemas: custom.filter(({ archived }) => !archived).map(({ schema }) => schema), sensitivities };
  }
}

function complete(state: AuditExport, { jobId, run, file, built, at }: Made<number, AuditExported>) {
  const fileExpiresAt = new Date(at.getTime() + FILE_KEPT_MS).toISOString();
  return completeAuditExport(state, { exportId: jobId, attempt: run, file, ...built, fileExpiresAt });
}
