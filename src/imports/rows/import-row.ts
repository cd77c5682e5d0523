// Reads one row of a file by its plan: which records the row is about, and the values it gives them.
import { unguarded } from '../../files/csv-cells';
import { comparable } from '../../crm/properties/values/sameness.vocabulary';
import { idProblem } from './cell-ids';
import { fitsWidth, type CsvRow } from './csv-parser';
import type { FilePlan, ObjectPlan } from './import-plan';

export interface RowError {
  /** The column's index, from 0; absent where the error is about the row as a whole. */
  readonly column?: number;
  readonly property?: string;
  /** The plural name; that of the first record in the plan where it is left out. */
  readonly objectType?: string;
  /** One of HubSpot's error types. */
  readonly type: string;
  /** The reason, without quoting the value. */
  readonly message: string;
  /** What the cell was to be. */
  readonly expected?: string;
  /** The options of the cell's property. */
  readonly options?: readonly string[];
}

export interface RowValues {
  /** Values by property name, without those of empty cells, which leave a value as it is. */
  readonly values: Readonly<Record<string, string>>;
  /** The cell that identifies the record; undefined where it is empty or the plan has no such column. */
  readonly key?: string;
  readonly errors: readonly RowError[];
}

/** What a row says of each record of its plan; undefined for a record of which it says nothing. */
export type ReadValues = readonly (RowValues | undefined)[];

/** A row of the file as it was before an export put guards into it. */
export const asMeant = ({ guarded }: FilePlan, row: CsvRow): CsvRow =>
  guarded ? { ...row, cells: row.cells.map(unguarded) } : row;

/**
 * Reads the cells of a row: strings verbatim, dates and numbers by the import's formats. A cell that cannot be a value
 * is an error of its record.
 */
export function readRow(plan: FilePlan, { cells, broken }: CsvRow): ReadValues {
  if (broken !== undefined) return [rowError('COULD_NOT_PARSE_ROW', `could not be read: ${broken}`)];
  // Spreadsheets leave out empty cells at the end of a row.
  const isCut = cells.length < plan.width && cells.length >= plan.needs;
  if (!isCut && !fitsWidth(cells, plan.width))
    return [rowError('INCORRECT_NUMBER_OF_COLUMNS', `has ${cells.length} columns instead of ${plan.width}`)];
  const read = plan.objects.map((object) => readObject(plan, object, cells));
  if (read.some((values) => values !== undefined)) return read;
  return [rowError('FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES', 'has no values')];
}

function readObject(plan: FilePlan, object: ObjectPlan, cells: readonly string[]): RowValues | undefined {
  const { objectType } = object;
  const values: Record<string, string> = {};
  const errors: RowError[] = [];
  for (const { index, property, read } of object.columns) {
    const cell = cells[index]!;
    if (cell === '') continue;
    const found = read(cell, plan.unsure?.has(index));
    if ('value' in found) values[property.name] = found.value;
    else errors.push({ column: index, property: property.name, objectType, ...found.problem });
  }
  const key = keyCell(object, cells);
  // A record may be identified only to be associated, or because it has none of these values.
  if (key === undefined && errors.length === 0 && Object.keys(values).length === 0) return undefined;
  errors.push(...keyErrors(plan, object, key));
  return { values, ...(key !== undefined && { key }), errors };
}

function keyErrors(
  plan: FilePlan,
  { objectType, operation, key: by }: ObjectPlan,
  key: string | undefined,
): RowError[] {
  if (by?.by === 'id' && key !== undefined) {
    const message = idProblem(plan, by.index, key);
    return message === undefined
      ? []
      : [
          {
            column: by.index,
            objectType,
            type: 'INVALID_OBJECT_ID',
            message,
            expected: 'the id of a record',
          },
        ];
  }
  if (operation !== 'UPDATE' || key !== undefined || !by) return [];
  const column = by.by === 'id' ? by.index : by.column.index;
  const expected = `the ${by.by === 'id' ? 'id' : by.column.property.name} of a record`;
  const message = 'Nothing names the record to update';
  return [{ column, objectType, type: 'INVALID_ALTERNATE_ID', message, expected }];
}

const rowError = (type: string, message: string): RowValues => ({
  values: {},
  errors: [{ type, message: `The row ${message}` }],
});

function keyCell({ key: by }: ObjectPlan, cells: readonly string[]): string | undefined {
  if (!by) return undefined;
  const cell = cells[by.by === 'id' ? by.index : by.column.index]!;
  const key = by.by === 'id' ? cell.trim() : cell;
  return key === '' ? undefined : key;
}

/**
 * The identifying and unique values of a row, as they are compared: rows that share one are carried out one after
 * another, in the order of the file. Blanks around them are left out, so that a few rows wait although they need not.
 */
export const sequenceKeys = (plan: FilePlan, read: ReadValues): string[] =>
  read.flatMap((values, n) => (values ? keysOf(plan.objects[n]!, values) : []));

function keysOf({ objectType, columns, key: by }: ObjectPlan, { values, key }: RowValues): string[] {
  const keys: string[] = [];
  for (const { property } of columns) {
    const value = values[property.name];
    const isKey = property.hasUniqueValue || (by?.by === 'property' && by.column.property === property);
    if (isKey && value !== undefined)
      keys.push(`${objectType}.${property.name}=${comparable(property, value.trim())}`);
  }
  if (by?.by === 'id' && key !== undefined) keys.push(`${objectType}.id=${key}`);
  return keys;
}
