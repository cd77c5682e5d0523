// The lines of an export's CSV, written for people. By its last column, which is empty, an import knows what it is.
import { cell, csvLine, EXPORT_MARK } from '../../files/csv-cells';
import type { RecordAt } from '../../point-in-time/record-at';
import { shown, type ExportColumn } from './export-columns';

export const headerLine = (columns: readonly ExportColumn[], more: readonly string[] = []): string =>
  csvLine([...columns.map(({ header }) => header), ...more, EXPORT_MARK]);

/** The line of a record; an empty value is an empty field. `more` are the cells after the columns. */
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
  return `${line},\r\n`;
}
