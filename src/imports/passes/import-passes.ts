// What an import does over a file: a pass that writes the records of its rows, and one that associates them with others.
import type { ImportJob } from '../../../projections/imports';
import { actingFor } from '../../caller';
import type { CommandIds } from '../../command-ids';
import type { Meta } from '../../eventsourcing/event';
import { uuidsOf } from '../../eventsourcing/event-ids';
import type { Files } from '../../files/files';
import { CsvBroken, csvRows, type CsvRow } from '../rows/csv-rows';
import type { FilePlan } from '../rows/import-plan';
import type { ImportProgress } from './import-progress';
import { readRow, sequenceKeys, type ReadValues } from '../rows/import-row';
import { rowIdsOf } from './row-ids';
import type { RowImporter } from './row-importer';
import type { LinkOutcome, Outcome, RowOutcome } from './row-outcome';
import type { RowLinks } from './row-links';
import { carryOut } from './row-window';

/** Rows under way at once: enough to fill a group commit, few enough to stop within a moment. */
const UNDER_WAY = 256;
/** Characters and cells of them together: a few long rows fill the memory as many short ones do not. */
const HEAVIEST = 16 * 1024 * 1024;
const commandIds = uuidsOf('a4a3c3c6-5f0e-5d6b-9d0c-4c1f6a8b7e21');

/** The import cannot go on, and trying again would not help. */
export class ImportFailed extends Error {}

export interface Pass {
  readonly id: string;
  readonly job: ImportJob;
  /** From 0: the first ones write the records of the files in their order. */
  readonly number: number;
  /** From 0, in the order of the request. */
  readonly file: number;
  readonly plan: FilePlan;
  /** Kept for the records of all files. */
  readonly ids: CommandIds;
  readonly progress: ImportProgress;
  /** Makes durable what is done. */
  readonly record: () => Promise<void>;
  readonly stop: AbortSignal;
}

interface ReadRow extends CsvRow {
  readonly read: ReadValues;
}

interface LinkRow extends CsvRow {
  readonly ids: readonly (string | null)[];
}

export const linksByCells = ({ links }: FilePlan): boolean => links.some(({ to }) => 'index' in to);

export class ImportPasses {
  constructor(
    private readonly files: Files,
    private readonly rows: RowImporter,
    private readonly links: RowLinks,
  ) {}

  /** `firstIndex`: of the record ids kept for the import, the first one kept for this file. */
  async records(pass: Pass, firstIndex: number): Promise<void> {
    const { id, job, file, plan, progress } = pass;
    await progress.begin(pass.number, linksByCells(plan));
    const idsOf = (row: number): CommandIds => {
      const first = firstIndex + (row - 1) * plan.objects.length;
      return {
        at: (object) => pass.ids.at(first + object),
        again: (object) => pass.ids.again(first + object),
      };
    };
    const window = {
      ...bounds,
      keysOf: ({ read }: ReadRow) => sequenceKeys(plan, read),
      run: ({ number, read, cells }: ReadRow) =>
        this.rows.carryOut(plan, {
          read,
          cells,
          ids: idsOf(number),
          meta: metasOf(id, job, `${file}/${number}`),
        }),
      leftTrace: ({ objects }: RowOutcome) => objects.every(leftTrace),
      settle: (row: ReadRow, outcome: RowOutcome) => progress.settle(file, plan, row, outcome),
      record: pass.record,
      due: () => progress.due(),
    };
    try {
      await carryOut(this.rowsToDo(pass), window, pass.stop);
    } catch (error) {
      if (!(error instanceof CsvBroken)) throw error;
      const message = `Row ${error.row} could not be read: ${error.message}. It and all after it are not imported`;
      const broken = [{ type: 'COULD_NOT_PARSE_ROW', message }];
      await progress.list(file, plan, { number: error.row, cells: [] }, broken);
      await progress.record();
      throw new ImportFailed(`File ${file + 1}: ${message}`, { cause: error });
    }
  }

  /** Once the records of all files are written: what the cells of this one name can be found. */
  async associations(pass: Pass): Promise<void> {
    const { id, job, file, plan, progress } = pass;
    await progress.begin(pass.number, false);
    const window = {
      ...bounds,
      // Which of two rows associates first makes no difference.
      keysOf: () => [],
      run: ({ number, ids, cells }: LinkRow) =>
        this.links.byCells(plan, { cells, meta: metasOf(id, job, `${file}/${number}`) }, ids),
      leftTrace: () => true,
      settle: (row: LinkRow, outcome: LinkOutcome) =>
        progress.settleLinks(pass.number, file, plan, row, outcome),
      record: pass.record,
      due: () => progress.due(),
    };
    await carryOut(this.linksToDo(pass), window, pass.stop);
  }

  private async *rowsToDo({ job, file, number, plan, progress }: Pass): AsyncGenerator<ReadRow> {
    for await (const row of csvRows(this.files.read(job.files[file]!.path), plan.encoding)) {
      if (plan.hasHeader && row.number === 1) continue;
      if (!progress.has(number, row.number)) yield { ...row, read: readRow(plan, row) };
    }
  }

  /** The rows that made or changed records, each with their ids. */
  private async *linksToDo({ job, file, number, plan, progress }: Pass): AsyncGenerator<LinkRow> {
    const known = rowIdsOf(this.files, progress.reached.ids?.[file]);
    try {
      let next = await known.next();
      for await (const row of csvRows(this.files.read(job.files[file]!.path), plan.encoding)) {
        if (next.done) return;
        if (next.value.row !== row.number) continue;
        if (!progress.has(number, row.number)) yield { ...row, ids: next.value.ids };
        next = await known.next();
      }
    } finally {
      await known.return();
    }
  }
}

const bounds = {
  size: UNDER_WAY,
  weight: HEAVIEST,
  weigh: ({ cells }: CsvRow): number => cells.reduce((sum, { length }) => sum + length, cells.length),
};

const leftTrace = (outcome: Outcome | undefined): boolean =>
  outcome === undefined || outcome.kind === 'created' || outcome.kind === 'updated';

const metasOf = (id: string, job: ImportJob, row: string) => (part?: string) =>
  metaOf(id, job, part === undefined ? row : `${row}/${part}`);

/** The same command whenever it is carried out again. */
export const metaOf = (id: string, job: ImportJob, part: string): Meta => ({
  commandId: commandIds(`${id}/${part}`),
  correlationId: job.correlationId,
  causationId: job.commandId,
  actor: actingFor({ type: 'import', id }, job.actor),
  source: { type: 'IMPORT', id },
  client: job.client,
  at: new Date().toISOString(),
});
