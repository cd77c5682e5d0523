// One row of a file as commands: which records it is about, and the values it gives them.
import { idProblem } from './cell-ids';
import type { CsvRow } from './csv-rows';
import { isoDate } from './import-dates';
import type { FilePlan, ObjectPlan } from './import-plan';

export interface RowError {
  /** From 0; absent where it is about the row as a whole. */
  readonly column?: number;
  readonly property?: string;
  /** Plural; that of the file's first record where it is left out. */
  readonly objectType?: string;
  /** One of HubSpot's. */
  readonly type: string;
  /** Why, without the value. */
  readonly message: string;
}

export interface RowValues {
  /** Empty cells are not in it: they leave a value alone. */
  readonly values: Readonly<Record<string, string>>;
  /** The cell that names the record; undefined where it is empty or the import has no such column. */
  readonly key?: string;
  readonly errors: readonly RowError[];
}

/** What a row says of each record of its plan; undefined where it says nothing of one. */
export type ReadValues = readonly (RowValues | undefined)[];

/** Strings verbatim, dates by the import's format; what the cells of a row cannot mean is an error of its record. */
export function readRow(plan: FilePlan, { cells }: CsvRow): ReadValues {
  if (cells.length !== plan.width)
    return [rowError('INCORRECT_NUMBER_OF_COLUMNS', `has ${cells.length} columns instead of ${plan.width}`)];
  const read = plan.objects.map((object) => readObject(plan, object, cells));
  if (read.some((values) => values !== undefined)) return read;
  return [rowError('FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES', 'has no values')];
}

function readObject(plan: FilePlan, object: ObjectPlan, cells: readonly string[]): RowValues | undefined {
  const { objectType } = object;
  const values: Record<string, string> = {};
  const errors: RowError[] = [];
  for (const { index, property } of object.columns) {
    const cell = cells[index]!;
    if (cell === '') continue;
    const isDate = property.type === 'date' || property.type === 'datetime';
    const value = isDate ? dateValue(cell, plan) : cell;
    if (value !== undefined) values[property.name] = value;
    else
      errors.push({
        ...{ column: index, property: property.name, objectType, type: 'COULD_NOT_PARSE_DATE' },
        message: `${property.name} is not a date of the format ${plan.dateFormat}`,
      });
  }
  const key = keyCell(object, cells);
  const empty = errors.length === 0 && Object.keys(values).length === 0;
  // A record may be named for the sake of an association alone.
  if (empty && (key === undefined || (plan.links.length === 0 && plan.objects.length === 1)))
    return undefined;
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
      : [{ column: by.index, objectType, type: 'INVALID_OBJECT_ID', message }];
  }
  if (operation !== 'UPDATE' || key !== undefined || !by) return [];
  const column = by.by === 'id' ? by.index : by.column.index;
  return [
    { column, objectType, type: 'INVALID_ALTERNATE_ID', message: 'Nothing names the record to update' },
  ];
}

const rowError = (type: string, message: string): RowValues => ({
  values: {},
  errors: [{ type, message: `The row ${message}` }],
});

/** Epoch milliseconds are what HubSpot's own exports hold: they are judged with the value's type. */
const dateValue = (cell: string, plan: FilePlan): string | undefined =>
  /^-?\d{9,15}$/.test(cell.trim()) ? cell : isoDate(cell, plan.dateFormat);

function keyCell({ key: by }: ObjectPlan, cells: readonly string[]): string | undefined {
  if (!by) return undefined;
  const cell = cells[by.by === 'id' ? by.index : by.column.index]!;
  const key = by.by === 'id' ? cell.trim() : cell;
  return key === '' ? undefined : key;
}

/**
 * Everything in a row that must be one of a kind: rows that share one are carried out one after the other, as they
 * stand in the file. Folding case makes a few wait that need not.
 */
export const sequenceKeys = (plan: FilePlan, read: ReadValues): string[] =>
  read.flatMap((values, n) => (values ? keysOf(plan.objects[n]!, values) : []));

function keysOf({ objectType, columns, key: by }: ObjectPlan, { values, key }: RowValues): string[] {
  const keys: string[] = [];
  for (const { property } of columns) {
    const value = values[property.name];
    const isKey = property.hasUniqueValue || (by?.by === 'property' && by.column.property === property);
    if (isKey && value !== undefined)
      keys.push(`${objectType}.${property.name}=${value.trim().toLowerCase()}`);
  }
  if (by?.by === 'id' && key !== undefined) keys.push(`${objectType}.id=${key}`);
  return keys;
}
