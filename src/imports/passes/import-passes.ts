// The passes of an import over a file: one writes the records of its rows, another associates these with records that
// cells name.
import type { ImportJob } from '../../../projections/imports';
import { actingFor } from '../../caller';
import type { CommandIds } from '../../command-ids';
import { SEES_ALL, type Viewer } from '../../crm/properties/values/sensitivity';
import type { Meta } from '../../eventsourcing/event';
import { uuidsOf } from '../../eventsourcing/event-ids';
import type { Files } from '../../files/files';
import { carryOut } from '../../jobs/row-window';
import type { CsvFormat } from '../rows/csv-format';
import type { CsvRow } from '../rows/csv-parser';
import { csvRows } from '../rows/csv-rows';
import type { FilePlan } from '../rows/import-plan';
import type { ImportProgress } from './import-progress';
import type { ImportTrial } from './import-trial';
import { asMeant, readRow, sequenceKeys, type ReadValues } from '../rows/import-row';
import { rowIdsOf } from './row-ids';
import type { RowImporter } from './row-importer';
import type { LinkOutcome, Outcome, RowOutcome } from './row-outcome';
import type { RowLinks } from './row-links';

/** The most rows under way at once: enough to fill a group commit, few enough to stop within a moment. */
const UNDER_WAY = 256;
/**
 * The most characters and cells of rows under way together: a few long rows fill the memory as many short ones do not.
 */
const HEAVIEST = 16 * 1024 * 1024;
const commandIds = uuidsOf('a4a3c3c6-5f0e-5d6b-9d0c-4c1f6a8b7e21');

/** The import cannot go on, and trying again would not help. */
export class ImportFailed extends Error {}

export interface Pass {
  readonly id: string;
  readonly job: ImportJob;
  /** The pass's number, from 0: first the passes that write records, one for each file in the order of the request. */
  readonly number: number;
  /** The file's number, from 0, in the order of the request. */
  readonly file: number;
  readonly plan: FilePlan;
  readonly format: CsvFormat;
  /** The ids reserved for the records of all files. */
  readonly ids: CommandIds;
  readonly progress: ImportProgress;
  /** Of a dry run. */
  readonly trial?: ImportTrial;
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

/** Values were judged when the import was requested; whose records its rows may change is judged row by row. */
const viewerOf = ({ reach }: ImportJob): Viewer => ({ ...SEES_ALL, ...(reach && { reach }) });

export const linksByCells = ({ links }: FilePlan): boolean => links.some(({ to }) => 'index' in to);

export class ImportPasses {
  constructor(
    private readonly files: Files,
    private readonly rows: RowImporter,
    private readonly links: RowLinks,
  ) {}

  /**
   * Writes the records of a file's rows. `firstIndex` is the place of the file's first id among all ids reserved for
   * the import.
   */
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
          viewer: viewerOf(job),
          ids: idsOf(number),
          meta: metasOf(id, job, `${file}/${number}`),
          ...(pass.trial && { trial: pass.trial }),
        }),
      leftTrace: ({ objects }: RowOutcome) => objects.every(leftTrace),
      settle: (row: ReadRow, outcome: RowOutcome) => progress.settle(file, plan, row, outcome),
      record: pass.record,
      due: () => progress.due(),
    };
    await carryOut(this.rowsToDo(pass), window, pass.stop);
  }

  /** Associates the records of a file's rows, once the records of all files are written and cells can name them. */
  async associations(pass: Pass): Promise<void> {
    const { id, job, file, plan, progress } = pass;
    await progress.begin(pass.number, false);
    const window = {
      ...bounds,
      // Without keys: the order in which two rows associate makes no difference.
      run: ({ number, ids, cells }: LinkRow) =>
        this.links.byCells(
          plan,
          {
            ...{ cells, viewer: viewerOf(job), meta: metasOf(id, job, `${file}/${number}`) },
            ...(pass.trial && { trial: pass.trial }),
          },
          ids,
        ),
      settle: (row: LinkRow, outcome: LinkOutcome) =>
        progress.settleLinks(pass.number, file, plan, row, outcome),
      record: pass.record,
      due: () => progress.due(),
    };
    await carryOut(this.linksToDo(pass), window, pass.stop);
  }

  private async *rowsOf({ job, file, plan, format }: Pass): AsyncGenerator<CsvRow> {
    for await (const row of csvRows(this.files.read(job.files[file]!.path), format, plan.width))
      yield asMeant(plan, row);
  }

  private async *rowsToDo(pass: Pass): AsyncGenerator<ReadRow> {
    const { number, plan, progress } = pass;
    // Blank lines may stand before the header.
    let isHeader = plan.hasHeader;
    for await (const row of this.rowsOf(pass)) {
      if (!isHeader && !progress.has(number, row.number)) yield { ...row, read: readRow(plan, row) };
      isHeader = false;
    }
  }

  /** The rows that created, changed or found records, each with the ids of these. */
  private async *linksToDo(pass: Pass): AsyncGenerator<LinkRow> {
    const { file, number, progress } = pass;
    const known = rowIdsOf(this.files, progress.reached.ids?.[file]);
    try {
      let next = await known.next();
      for await (const row of this.rowsOf(pass)) {
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

/** The metadata of a part of an import: its command id is the same whenever the part is carried out again. */
export const metaOf = (id: string, job: ImportJob, part: string): Meta => ({
  commandId: commandIds(`${id}/${part}`),
  correlationId: job.correlationId,
  causationId: job.commandId,
  actor: actingFor({ type: 'import', id }, job.actor),
  source: { type: 'IMPORT', id },
  client: job.client,
  at: new Date().toISOString(),
});
