// The passes of a load over the files of the ZIP: records first, then what associates them.
import type { CommandIds } from '../command-ids';
import type { Definitions } from '../crm/properties/definitions';
import { carryOut } from '../jobs/row-window';
import type { CsvRow } from '../imports/rows/csv-parser';
import { soundRows } from '../imports/rows/csv-rows';
import type { ZipReading } from '../backups/archives/zip-reading';
import type { Meta } from '../eventsourcing/event';
import type { LoadProgress, Problem } from './load-progress';
import type { AssociationsFile, LinkColumn, LoadPlan, RecordsFile } from './plan/load-plan';
import { RowReader, type ReadRow, type RowProblem } from './rows/load-row';
import type { LinkLoader, LinkOutcome, PairRows } from './rows/link-loader';
import type { Loaded, RecordLoader } from './rows/record-loader';

/** The most rows under way at once: enough to fill a group commit, few enough to stop within a moment. */
const UNDER_WAY = 256;
/**
 * The most characters and cells of rows under way together: a few long rows fill the memory as many short ones do not.
 */
const HEAVIEST = 16 * 1024 * 1024;

export interface Passing {
  readonly zip: ZipReading;
  readonly plan: LoadPlan;
  readonly progress: LoadProgress;
  /** Makes durable what is done. */
  readonly record: () => Promise<void>;
  readonly stop: AbortSignal;
  readonly metaOf: (step: string) => Meta;
}

interface RecordRow extends CsvRow {
  readonly read: ReadRow;
}
interface Pair extends PairRows {
  /** Of the last of its rows. */
  readonly number: number;
  readonly rows: number;
}

const about =
  (file: string, row: number, objectType?: string, recordId?: string) =>
  (problem: RowProblem): Problem => ({
    ...{ file, row, ...problem },
    ...(objectType !== undefined && { objectType }),
    ...(recordId !== undefined && { recordId }),
  });

const weigh = ({ cells }: CsvRow): number => cells.reduce((sum, { length }) => sum + length, cells.length);

export class LoadPasses {
  constructor(private readonly passing: Passing) {}

  async records(
    pass: number,
    file: RecordsFile,
    definitions: Definitions,
    loader: RecordLoader,
    ids: CommandIds,
    firstIndex: number,
  ): Promise<void> {
    const { plan, progress, record, stop, metaOf } = this.passing;
    const { name, objectType } = file;
    const known = await definitions.of(objectType);
    const { owners, users = {} } = plan;
    const reader = new RowReader({ file, definitions: known, owners, users });
    progress.begin(pass);
    if (!progress.has(pass, 1))
      for (const column of file.columns) {
        if (column.as !== 'property' || known.has(column.property)) continue;
        const message = `${objectType} have no property ${column.property}: its values are left out`;
        const where = { column: column.index, property: column.property };
        await progress.list([
          about(name, 1, objectType)({ ...where, type: 'PROPERTY_DEFINITION_NOT_FOUND', message }),
        ]);
      }
    const window = {
      ...{ size: UNDER_WAY, weight: HEAVIEST, weigh, record },
      due: () => progress.due(),
      // Two rows of one id follow each other: the first has the record, whenever it is carried out again.
      keysOf: ({ read }: RecordRow) => (read.id === undefined ? [] : [`${objectType}/${read.id}`]),
      leftTrace: (loaded: Loaded) => 'recordId' in loaded,
      run: ({ number, read }: RecordRow) =>
        loader.load(
          { objectType, row: read, index: firstIndex + number - 2, meta: metaOf(`${pass}/${number}`) },
          ids,
        ),
      settle: async ({ number, read }: RecordRow, loaded: Loaded) => {
        const problem = about(name, number, objectType, read.id);
        const here = 'recordId' in loaded ? loaded.recordId : null;
        const there = read.id ?? keyOf(name, number);
        if ('refused' in loaded) await progress.list([problem(loaded.refused)]);
        else await progress.list(read.leftOut.map(problem));
        // Of a row that has no record because another row has its id, that other row's note counts.
        if (!('refused' in loaded) || loaded.refused.type !== 'DUPLICATE_RECORD_ID')
          await progress.note(objectType, there, here);
        await progress.settle(
          number,
          'refused' in loaded
            ? { notLoaded: 1 }
            : { record: objectType, mapped: loaded.mapped ? 1 : 0, valuesLeftOut: read.leftOut.length },
        );
      },
    };
    const rows = this.rows(pass, name, (row): RecordRow => ({ ...row, read: reader.read(row.cells) }));
    await carryOut(rows, window, stop);
  }

  /** Associates the records of a file with those that its cells name. */
  async cells(pass: number, file: RecordsFile, links: LinkLoader): Promise<void> {
    const { progress, metaOf } = this.passing;
    const { name, objectType } = file;
    const columns = file.columns.filter((column): column is LinkColumn => column.as === 'links');
    const idColumn = file.columns.find(({ as }) => as === 'id');
    progress.begin(pass);
    const idOf = ({ number, cells }: CsvRow) =>
      (idColumn && cells[idColumn.index]?.trim()) || keyOf(name, number);
    const rows = this.rows(pass, name, (row) => row);
    await carryOut(
      rows,
      this.linking(name, objectType, async (row: CsvRow) => {
        const outcomes: LinkOutcome[] = [];
        const record = { objectType, recordId: idOf(row) };
        for (const column of columns)
          outcomes.push(
            await links.cell(record, column, row.cells[column.index] ?? '', (n) =>
              metaOf(`${pass}/${row.number}/${column.index}/${n}`),
            ),
          );
        return {
          associated: outcomes.reduce((sum, { associated }) => sum + associated, 0),
          errors: outcomes.flatMap(({ errors }) => errors),
        };
      }),
      this.passing.stop,
    );
  }

  /** Associates records by the rows of a file in the form of associations.csv. */
  async pairs(pass: number, file: AssociationsFile, links: LinkLoader): Promise<void> {
    const { progress, metaOf } = this.passing;
    progress.begin(pass);
    const window = this.linking(file.name, undefined, (pair: Pair) =>
      links.pair(pair, metaOf(`${pass}/${pair.number - pair.rows + 1}`)),
    );
    await carryOut(this.pairRows(pass, file), window, this.passing.stop);
  }

  private linking<R extends { readonly number: number; readonly rows?: number }>(
    file: string,
    objectType: string | undefined,
    run: (row: R) => Promise<LinkOutcome>,
  ) {
    const { progress, record } = this.passing;
    return {
      ...{ size: UNDER_WAY, record, run },
      due: () => progress.due(),
      settle: async ({ number, rows }: R, { associated, errors }: LinkOutcome) => {
        await progress.list(errors.map(about(file, number, objectType)));
        await progress.settle(number, { associated, associationErrors: errors.length }, rows);
      },
    };
  }

  private async *rows<R extends CsvRow>(
    pass: number,
    name: string,
    read: (row: CsvRow) => R,
  ): AsyncGenerator<R> {
    const { zip, progress } = this.passing;
    for await (const row of soundRows(await zip.stream(zip.entries.get(name)!)))
      if (row.number > 1 && !progress.has(pass, row.number)) yield read(row);
  }

  /** Consecutive rows of one pair as one. */
  private async *pairRows(pass: number, { name }: AssociationsFile): AsyncGenerator<Pair> {
    const { plan } = this.passing;
    const nameOf = (type: string) => plan.typeNames[type] ?? type;
    let pair: Pair | undefined;
    for await (const { number, cells } of this.rows(pass, name, (row) => row)) {
      const [fromType = '', fromId = '', toType = '', toId = '', category = '', typeId = ''] = cells;
      const from = { objectType: nameOf(fromType), recordId: fromId };
      const to = { objectType: nameOf(toType), recordId: toId };
      const types = [{ category, typeId }];
      const same =
        pair?.from.objectType === from.objectType &&
        pair.from.recordId === fromId &&
        pair.to.objectType === to.objectType &&
        pair.to.recordId === toId;
      if (pair && same) pair = { ...pair, types: [...pair.types, ...types], number, rows: pair.rows + 1 };
      else {
        if (pair) yield pair;
        pair = { from, to, types, number, rows: 1 };
      }
    }
    if (pair) yield pair;
  }
}

/** What stands for the id of a record that has none in its file. */
const keyOf = (file: string, row: number): string => `${file}/${row}`;
