// The job of an import: carries out its files one after another, and after a crash goes on where it had stopped.
import type { ImportDocument, ImportJob } from '../../projections/imports';
import { KeptIds } from '../command-ids';
import type { ObjectTypes } from '../crm/schemas/object-types-known';
import type { RecordIds } from '../eventsourcing/ids';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import type { JobContext } from '../jobs/jobs';
import type { DocumentStore } from '../read/document-store';
import { Refusal } from '../refusals';
import { roundedColumns } from './rows/cell-ids';
import { unsureColumns } from './rows/date-orders';
import type { CsvFormat } from './rows/csv-format';
import { CsvBroken, csvRows, firstRow } from './rows/csv-rows';
import {
  endImport,
  endingOf,
  importDecider,
  importStream,
  startImport,
  type Ending,
  type Import,
} from './import.decider';
import { ImportFailed, linksByCells, metaOf, type ImportPasses } from './passes/import-passes';
import { recordsAtMost, type FilePlan } from './rows/import-plan';
import type { ImportPlanner, Planning } from './rows/import-planner';
import { removeLeftovers } from './passes/import-errors';
import { ImportTrial } from './passes/import-trial';
import { importState, ImportProgress, type ImportState } from './passes/import-progress';
import { checked, type ImportRequest, type Problem } from './requests/import-request';
import type { RecordFinder } from './passes/record-finder';

export interface ImportParts {
  readonly files: Files;
  readonly streams: Streams;
  readonly ids: RecordIds;
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
    // What a dry run has found lies in memory alone: it begins again.
    const progress = await ImportProgress.resume(documents, files, id, job.dryRun);
    let ending: Ending | undefined;
    try {
      ending = progress.reached.ending ?? (await this.recordedEnding(id, job, progress, context));
    } finally {
      await progress.close();
    }
    if (ending === undefined) return;
    await this.end(id, job, ending, progress.reached);
  }

  /** Ends the import as failed; the rows done until then stay imported and are counted. */
  async fail({ id, job }: ImportDocument, reason: string): Promise<void> {
    if (!job) return;
    const { documents, files } = this.parts;
    await this.end(id, job, { failed: reason }, await importState(documents, files, id));
  }

  private async end(id: string, job: ImportJob, ending: Ending, reached: ImportState): Promise<void> {
    const { streams, files } = this.parts;
    const end = (current: Import) => endImport(current, ending, reached);
    const ended = await streams.change(importDecider, importStream(id), end, metaOf(id, job, 'end'));
    // The rows are in records now, and the error list has its own copies: the uploaded files are no longer needed.
    if (ended.state.status === 'ended') await removeLeftovers(files, id, ended.state.errors);
  }

  /**
   * The ending of the import, once it is recorded. A run that has lost the import to its successor cannot record one.
   */
  private async recordedEnding(
    id: string,
    job: ImportJob,
    progress: ImportProgress,
    context: JobContext,
  ): Promise<Ending | undefined> {
    const ending = await this.carryOut(id, job, progress, context).catch((error: unknown): Ending => {
      if (error instanceof ImportFailed) return { failed: error.message };
      throw error;
    });
    if (ending !== undefined) await progress.record(ending);
    return ending;
  }

  /** The ending of the import; undefined where the run was interrupted and the import goes on later. */
  private async carryOut(
    id: string,
    job: ImportJob,
    progress: ImportProgress,
    context: JobContext,
  ): Promise<Ending | undefined> {
    const { streams, passes, finder } = this.parts;
    const stopping = new AbortController();
    const stop = AbortSignal.any([context.signal, stopping.signal]);
    const rowsOf = (files: readonly number[]) =>
      files.reduce((sum, file) => sum + job.files[file]!.rowsAtMost, 0);
    const total = rowsOf([...job.files.keys()]);
    // A row that is gone through twice, since a pass of its own associates it, is done by half after the first time.
    let steps = total;
    const record = async () => {
      await progress.record();
      context.report(Math.floor((progress.rowsDone * total) / steps), total);
      const { state } = await streams.load(importDecider, importStream(id));
      if (state.status === 'cancelling' || state.status === 'ended') stopping.abort();
    };
    await record();
    const plans: FilePlan[] = [];
    const request = await this.understood(job);
    const planning = await this.parts.planner.of(request);
    for (const file of job.files.keys()) plans.push(await this.plan(job, request, file, planning));
    const linked = [...plans.keys()].filter((file) => linksByCells(plans[file]!));
    steps += rowsOf(linked);
    const size = recordsAtMost(job.files, plans);
    const ids = new KeptIds(this.parts.ids, job.recordIdBase, size, metaOf(id, job, 'ids'));
    const trial = job.dryRun ? { trial: new ImportTrial() } : {};
    const passOf = (number: number, file: number) => ({
      ...trial,
      ...{ id, job, number, file, plan: plans[file]!, ids, progress, record, stop },
      format: formatOf(job, request, file),
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
    const { counters } = progress.reached;
    context.report(counters.totalRows, counters.totalRows);
    return endingOf(counters);
  }

  private async plan(
    job: ImportJob,
    request: ImportRequest,
    file: number,
    planning: Planning,
  ): Promise<FilePlan> {
    const { files } = this.parts;
    const { path, bytes, fileName } = job.files[file]!;
    if ((await files.stat(path))?.bytes !== bytes)
      throw new ImportFailed(`File ${file + 1} is not there any more, or not as it was`);
    const n = request.files.findIndex((one) => one.fileName === fileName);
    const format = formatOf(job, request, file);
    const header = await this.header(path, file, format);
    const problems: Problem[] = [];
    const plan = planning(n, header, problems);
    if (problems[0]) throw new ImportFailed(`File ${file + 1}: ${problems[0].in} ${problems[0].message}`);
    const rows = () => csvRows(files.read(path), format, plan.width);
    return { ...plan, rounded: await roundedColumns(plan, rows), unsure: await unsureColumns(plan, rows) };
  }

  /** The first row of a file. It could be read when the request came, but the limits may have changed since. */
  private async header(path: string, file: number, format: CsvFormat): Promise<readonly string[]> {
    try {
      return (await firstRow(this.parts.files.read(path), format)) ?? [];
    } catch (error) {
      if (!(error instanceof CsvBroken)) throw error;
      throw new ImportFailed(`File ${file + 1}: row ${error.row} could not be read: ${error.message}`);
    }
  }

  /** The request as it is understood now: a custom object type may have been archived since. */
  private async understood({ request }: ImportJob): Promise<ImportRequest> {
    const find = await this.parts.objectTypes.finder();
    try {
      return checked(request, find);
    } catch (error) {
      throw error instanceof Refusal ? new ImportFailed(error.message) : error;
    }
  }
}

/** How a file is read: as was found when the import was asked for, or before that was kept, as the request says. */
function formatOf({ files }: ImportJob, request: ImportRequest, file: number): CsvFormat {
  const { fileName, readAs } = files[file]!;
  const asked = request.files.find((one) => one.fileName === fileName);
  return readAs ?? { encoding: asked?.encoding ?? 'UTF-8', delimiter: asked?.delimiter ?? ',' };
}

/** Whether records are looked for by values that are not unique, and so not reserved. */
const findsByValue = ({ objects }: FilePlan): boolean =>
  objects.some(({ key }) => key?.by === 'property' && !key.column.property.hasUniqueValue);
