// The job of an import: reads its files, carries out their rows, and goes on after a crash where it had come to.
import type { Definitions } from '../crm/definitions';
import type { FindType } from '../crm/object-types';
import type { ObjectTypes } from '../crm/object-types-known';
import type { Meta } from '../eventsourcing/event';
import { uuidsOf } from '../eventsourcing/event-ids';
import { idAt } from '../eventsourcing/ids';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import type { JobContext } from '../jobs/jobs';
import type { DocumentStore } from '../read/document-store';
import type { ImportDocument, ImportJob } from '../../projections/imports';
import { CsvBroken, csvRows, firstRow, type CsvRow } from './csv-rows';
import {
  endImport,
  importDecider,
  importStream,
  startImport,
  type Ending,
  type Import,
} from './import.decider';
import { planFile, type FilePlan } from './import-plan';
import { ImportProgress } from './import-progress';
import { checked, type ImportRequest, type Problem } from './import-request';
import { Refusal } from '../refusals';
import { readRow, sequenceKeys, type RowValues } from './import-row';
import type { Outcome, RowImporter } from './row-importer';
import { carryOut } from './row-window';

/** Rows under way at once: enough to fill a group commit, few enough to stop within a moment. */
const UNDER_WAY = 256;
const commandIds = uuidsOf('a4a3c3c6-5f0e-5d6b-9d0c-4c1f6a8b7e21');

/** The import cannot go on, and trying again would not help. */
class ImportFailed extends Error {}

interface ReadRow extends CsvRow {
  readonly read: RowValues;
}

export class ImportProcess {
  constructor(
    private readonly files: Files,
    private readonly streams: Streams,
    private readonly documents: DocumentStore,
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
    private readonly rows: RowImporter,
  ) {}

  async run({ id, job }: ImportDocument, context: JobContext): Promise<void> {
    if (!job) return;
    const { state } = await this.streams.load(importDecider, importStream(id));
    if (state.status === 'none' || state.status === 'ended') return;
    await this.streams.change(importDecider, importStream(id), startImport, metaOf(id, job, 'start'));
    const progress = await ImportProgress.resume(this.documents, this.files, id);
    let ending: Ending | undefined;
    try {
      ending = await this.carryOutFiles(id, job, progress, context);
    } catch (error) {
      if (!(error instanceof ImportFailed)) throw error;
      ending = { failed: error.message };
    } finally {
      await progress.close();
    }
    if (ending === undefined) return;
    const { counters } = progress;
    const end = (current: Import) => endImport(current, ending, counters);
    await this.streams.change(importDecider, importStream(id), end, metaOf(id, job, 'end'));
    // The rows stand in the records now; the errors keep their own.
    for (const { path } of job.files) await this.files.remove(path);
  }

  /** How it ended; undefined where it was interrupted and goes on later. */
  private async carryOutFiles(
    id: string,
    job: ImportJob,
    progress: ImportProgress,
    context: JobContext,
  ): Promise<Ending | undefined> {
    const { signal } = context;
    const stopping = new AbortController();
    const stop = AbortSignal.any([signal, stopping.signal]);
    const total = job.files.reduce((sum, { rowsAtMost }) => sum + rowsAtMost, 0);
    const record = async () => {
      await progress.record();
      context.report(progress.counters.totalRows, Math.max(total, progress.counters.totalRows));
      const { state } = await this.streams.load(importDecider, importStream(id));
      if (state.status === 'cancelling' || state.status === 'ended') stopping.abort();
    };
    await record();
    let firstIndex = 0;
    for (const [file, { rowsAtMost }] of job.files.entries()) {
      const plan = await this.plan(job, file);
      if (stop.aborted) break;
      await this.carryOutFile({ id, job, file, plan, firstIndex, progress, record, stop });
      firstIndex += rowsAtMost;
    }
    if (stopping.signal.aborted) return 'cancelled';
    if (signal.aborted) return undefined;
    context.report(progress.counters.totalRows, progress.counters.totalRows);
    return 'completed';
  }

  private async carryOutFile(of: {
    readonly id: string;
    readonly job: ImportJob;
    readonly file: number;
    readonly plan: FilePlan;
    readonly firstIndex: number;
    readonly progress: ImportProgress;
    readonly record: () => Promise<void>;
    readonly stop: AbortSignal;
  }): Promise<void> {
    const { id, job, file, plan, progress } = of;
    const window = {
      size: UNDER_WAY,
      keysOf: ({ read }: ReadRow) => sequenceKeys(plan, read),
      run: ({ number, read }: ReadRow) =>
        this.rows.carryOut(plan, {
          row: read,
          ownId: idAt(job.recordIdBase, of.firstIndex + number - 1),
          meta: metaOf(id, job, `${file}/${number}`),
        }),
      leftTrace: ({ kind }: Outcome) => kind === 'created' || kind === 'updated',
      settle: (row: ReadRow, outcome: Outcome) => progress.settle(file, plan, row, outcome),
      record: of.record,
      due: () => progress.due(),
    };
    try {
      await carryOut(this.rowsToDo(job, file, plan, progress), window, of.stop);
    } catch (error) {
      if (!(error instanceof CsvBroken)) throw error;
      const message = `Row ${error.row} could not be read: ${error.message}. It and all after it are not imported`;
      const broken = [{ type: 'COULD_NOT_PARSE_ROW', message }];
      await progress.list(file, plan, { number: error.row, cells: [] }, broken, now());
      await progress.record();
      throw new ImportFailed(`File ${file + 1}: ${message}`, { cause: error });
    }
  }

  private async *rowsToDo(
    job: ImportJob,
    file: number,
    plan: FilePlan,
    progress: ImportProgress,
  ): AsyncGenerator<ReadRow> {
    for await (const row of csvRows(this.files.read(job.files[file]!.path), plan.encoding)) {
      if (plan.hasHeader && row.number === 1) continue;
      if (!progress.has(file, row.number)) yield { ...row, read: readRow(plan, row) };
    }
  }

  private async plan(job: ImportJob, file: number): Promise<FilePlan> {
    const { path, bytes, fileName } = job.files[file]!;
    if ((await this.files.stat(path))?.bytes !== bytes)
      throw new ImportFailed(`File ${file + 1} is not there any more, or not as it was`);
    const request = this.understood(job, await this.objectTypes.finder());
    const asked = request.files.find((one) => one.fileName === fileName)!;
    const header = (await firstRow(this.files.read(path), asked.encoding)) ?? [];
    const problems: Problem[] = [];
    const objectType = asked.fileImportPage.columnMappings[0]!.objectType;
    const plan = planFile(request, asked, header, await this.definitions.of(objectType), problems);
    if (problems[0]) throw new ImportFailed(`File ${file + 1}: ${problems[0].in} ${problems[0].message}`);
    return plan;
  }

  /** A custom object type may have been archived since. */
  private understood({ request }: ImportJob, find: FindType): ImportRequest {
    try {
      return checked(request, find);
    } catch (error) {
      throw error instanceof Refusal ? new ImportFailed(error.message) : error;
    }
  }
}

const now = (): string => new Date().toISOString();

/** The same command whenever it is carried out again. */
const metaOf = (id: string, job: ImportJob, part: string): Meta => ({
  commandId: commandIds(`${id}/${part}`),
  correlationId: job.correlationId,
  causationId: job.commandId,
  actor: { type: 'import', id, ...(job.userId !== null && { userId: job.userId }) },
  source: { type: 'IMPORT', id },
  client: job.client,
  at: now(),
});
