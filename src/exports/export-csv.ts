// Rows of an export as CSV for people: RFC 4180 with CRLF, cells that start a spreadsheet formula escaped.
import type { RecordAt } from '../point-in-time/record-at';
import { shown, type ExportColumn } from './export-columns';

/** Without it spreadsheets take UTF-8 for an older encoding. */
export const BYTE_ORDER_MARK = '\ufeff';

const QUOTED = /[",\r\n]/;
/** What csv-stringify escapes with `escape_formulas`, the forms of full width among them. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
/** Nothing can be computed by it: a number below zero stays one. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** One field, quoted where it has to be. */
export function cell(value: string): string {
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const headerLine = (columns: readonly ExportColumn[], more: readonly string[] = []): string =>
  `${[...columns.map(({ header }) => header), ...more].map(cell).join(',')}\r\n`;

/** One line: an empty value is an empty field. `more` are the cells behind the columns. */
export function recordLine(
  columns: readonly ExportColumn[],
  { recordId, values }: RecordAt,
  more: readonly string[] = [],
): string {
  let line = recordId;
  for (let i = 1; i < columns.length; i++) {
    const column = columns[i]!;
    line += `,${cell(shown(column, values[column.property]))}`;
  }
  for (const text of more) line += `,${cell(text)}`;
  return `${line}\r\n`;
}
