// One row of a file as a command: which record it is about, and the values it gives it.
import type { CsvRow } from './csv-rows';
import { isoDate } from './import-dates';
import type { FilePlan } from './import-plan';

export interface RowError {
  /** From 0; absent where it is about the row as a whole. */
  readonly column?: number;
  readonly property?: string;
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

const RECORD_ID = /^\d{1,16}$/;

/** Strings verbatim, dates by the import's format; what the cells of a row cannot mean is an error of the row. */
export function readRow(plan: FilePlan, { cells }: CsvRow): RowValues {
  if (cells.length !== plan.width)
    return rowError('INCORRECT_NUMBER_OF_COLUMNS', `has ${cells.length} columns instead of ${plan.width}`);
  const values: Record<string, string> = {};
  const errors: RowError[] = [];
  for (const { index, property } of plan.columns) {
    const cell = cells[index]!;
    if (cell === '') continue;
    const isDate = property.type === 'date' || property.type === 'datetime';
    const value = isDate ? dateValue(cell, plan) : cell;
    if (value !== undefined) values[property.name] = value;
    else
      errors.push({
        column: index,
        property: property.name,
        type: 'COULD_NOT_PARSE_DATE',
        message: `${property.name} is not a date of the format ${plan.dateFormat}`,
      });
  }
  const key = keyCell(plan, cells);
  if (plan.key?.by === 'id' && key !== undefined && !RECORD_ID.test(key))
    errors.push({
      column: plan.key.index,
      type: 'INVALID_OBJECT_ID',
      message: 'The record id is not a number',
    });
  if (plan.operation === 'UPDATE' && key === undefined)
    errors.push({
      column: plan.key?.by === 'id' ? plan.key.index : plan.key!.column.index,
      type: 'INVALID_ALTERNATE_ID',
      message: 'Nothing names the record to update',
    });
  if (errors.length === 0 && Object.keys(values).length === 0)
    return rowError('FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES', 'has no values');
  return { values, ...(key !== undefined && { key }), errors };
}

const rowError = (type: string, message: string): RowValues => ({
  values: {},
  errors: [{ type, message: `The row ${message}` }],
});

/** Epoch milliseconds are what HubSpot's own exports hold: they are judged with the value's type. */
const dateValue = (cell: string, plan: FilePlan): string | undefined =>
  /^-?\d{9,15}$/.test(cell.trim()) ? cell : isoDate(cell, plan.dateFormat);

function keyCell(plan: FilePlan, cells: readonly string[]): string | undefined {
  if (!plan.key) return undefined;
  const cell = cells[plan.key.by === 'id' ? plan.key.index : plan.key.column.index]!;
  const key = plan.key.by === 'id' ? cell.trim() : cell;
  return key === '' ? undefined : key;
}

/**
 * Everything in a row that must be one of a kind: rows that share one are carried out one after the other, as they
 * stand in the file. Folding case makes a few wait that need not.
 */
export function sequenceKeys(plan: FilePlan, { values, key }: RowValues): string[] {
  const unique = plan.columns
    .filter(({ property }) => property.hasUniqueValue && values[property.name] !== undefined)
    .map(({ property }) => `${property.name}=${values[property.name]!.trim().toLowerCase()}`);
  return plan.key?.by === 'id' && key !== undefined ? [...unique, `id=${key}`] : unique;
}
