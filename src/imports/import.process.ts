// The job of an import: takes its files one after the other, and goes on after a crash where it had come to.
import type { ImportDocument, ImportJob } from '../../projections/imports';
import type { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import type { JobContext } from '../jobs/jobs';
import type { DocumentStore } from '../read/document-store';
import { Refusal } from '../refusals';
import { firstRow } from './csv-rows';
import {
  endImport,
  importDecider,
  importStream,
  startImport,
  type Ending,
  type Import,
} from './import.decider';
import { ImportFailed, linksByCells, metaOf, type ImportPasses } from './import-passes';
import type { FilePlan } from './import-plan';
import type { ImportPlanner } from './import-planner';
import { ImportProgress } from './import-progress';
import { checked, type ImportRequest, type Problem } from './import-request';
import type { RecordFinder } from './record-finder';
import { removeRowIds } from './row-ids';

export interface ImportParts {
  readonly files: Files;
  readonly streams: Streams;
  readonly documents: DocumentStore;
  readonly objectTypes: ObjectTypes;
  readonly planner: ImportPlanner;
  readonly passes: ImportPasses;
  readonly finder: RecordFinder;
}

export class ImportProcess {
  constructor(private readonly parts: ImportParts) {}

  async run({ id, job }: ImportDocument, context: JobContext): Promise<void> {
    if (!job) return;
    const { streams, documents, files } = this.parts;
    const { state } = await streams.load(importDecider, importStream(id));
    if (state.status === 'none' || state.status === 'ended') return;
    await streams.change(importDecider, importStream(id), startImport, metaOf(id, job, 'start'));
    const progress = await ImportProgress.resume(documents, files, id);
    let ending: Ending | undefined;
    try {
      ending = await this.carryOut(id, job, progress, context);
    } catch (error) {
      if (!(error instanceof ImportFailed)) throw error;
      ending = { failed: error.message };
    } finally {
      await progress.close();
    }
    if (ending === undefined) return;
    const { counters } = progress;
    const end = (current: Import) => endImport(current, ending, counters);
    await streams.change(importDecider, importStream(id), end, metaOf(id, job, 'end'));
    // The rows stand in the records now; the errors keep their own.
    for (const [file, { path }] of job.files.entries()) {
      await files.remove(path);
      await removeRowIds(files, id, file);
    }
  }

  /** How it ended; undefined where it was interrupted and goes on later. */
  private async carryOut(
    id: string,
    job: ImportJob,
    progress: ImportProgress,
    context: JobContext,
  ): Promise<Ending | undefined> {
    const { streams, passes, finder } = this.parts;
    const stopping = new AbortController();
    const stop = AbortSignal.any([context.signal, stopping.signal]);
    let total = job.files.reduce((sum, { rowsAtMost }) => sum + rowsAtMost, 0);
    const record = async () => {
      await progress.record();
      context.report(progress.rowsDone, Math.max(total, progress.rowsDone));
      const { state } = await streams.load(importDecider, importStream(id));
      if (state.status === 'cancelling' || state.status === 'ended') stopping.abort();
    };
    await record();
    const plans: FilePlan[] = [];
    for (const file of job.files.keys()) plans.push(await this.plan(job, file));
    const linked = [...plans.keys()].filter((file) => linksByCells(plans[file]!));
    for (const file of linked) total += job.files[file]!.rowsAtMost;
    const passOf = (number: number, file: number) => ({
      ...{ id, job, number, file, plan: plans[file]!, progress, record, stop },
    });
    if (plans.some(findsByValue)) await finder.catchUp(context.signal);
    let firstIndex = 0;
    for (const [file, { rowsAtMost }] of job.files.entries()) {
      if (stop.aborted) break;
      await passes.records(passOf(file, file), firstIndex);
      firstIndex += rowsAtMost * plans[file]!.objects.length;
    }
    for (const [n, file] of linked.entries()) {
      if (stop.aborted) break;
      if (n === 0) await finder.catchUp(context.signal);
      await passes.associations(passOf(job.files.length + n, file));
    }
    if (stopping.signal.aborted) return 'cancelled';
    if (context.signal.aborted) return undefined;
    context.report(progress.rowsDone, progress.rowsDone);
    return 'completed';
  }

  private async plan(job: ImportJob, file: number): Promise<FilePlan> {
    const { files, planner } = this.parts;
    const { path, bytes, fileName } = job.files[file]!;
    if ((await files.stat(path))?.bytes !== bytes)
      throw new ImportFailed(`File ${file + 1} is not there any more, or not as it was`);
    const request = await this.understood(job);
    const n = request.files.findIndex((one) => one.fileName === fileName);
    const header = (await firstRow(files.read(path), request.files[n]!.encoding)) ?? [];
    const problems: Problem[] = [];
    const plan = await planner.plan(request, n, header, problems);
    if (problems[0]) throw new ImportFailed(`File ${file + 1}: ${problems[0].in} ${problems[0].message}`);
    return plan;
  }

  /** A custom object type may have been archived since. */
  private async understood({ request }: ImportJob): Promise<ImportRequest> {
    const find = await this.parts.objectTypes.finder();
    try {
      return checked(request, find);
    } catch (error) {
      throw error instanceof Refusal ? new ImportFailed(error.message) : error;
    }
  }
}

/** Are records looked for by a value that is not reserved? */
const findsByValue = ({ objects }: FilePlan): boolean =>
  objects.some(({ key }) => key?.by === 'property' && !key.column.property.hasUniqueValue);
