// Writes rows of a backup as CSV: RFC 4180 with CRLF, exact values, an empty field for an empty value.
import { stringify } from 'csv-stringify/sync';
import type { RecordAt } from '../../point-in-time/record-at';

/** The property that holds the record's id: always the first column. */
export const ID_COLUMN = 'hs_object_id';

/** A value with a lone line break is quoted, too. Formulas are not escaped: values in backups stay exact. */
const QUOTED = /[",\r\n]/;
export const CSV_FORMAT = { record_delimiter: '\r\n', quoted_match: QUOTED } as const;

/** A cell as csv-stringify writes it with CSV_FORMAT. */
export const csvCell = (value: string): string =>
  QUOTED.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

export const headerLine = (columns: readonly string[]): string => stringify([[...columns]], CSV_FORMAT);

/**
 * The lines of records under `columns`, the first of which is the id. Gives the very text that csv-stringify writes
 * with CSV_FORMAT (a spec compares the two) in a fraction of its time, which would be most of the time of a backup.
 */
export function csvLines(columns: readonly string[], records: readonly RecordAt[]): string {
  let text = '';
  for (const { recordId, values } of records) {
    text += recordId;
    for (let i = 1; i < columns.length; i++) {
      const value = values[columns[i]!];
      if (typeof value !== 'string') text += ',';
      else if (QUOTED.test(value)) text += `,"${value.replaceAll('"', '""')}"`;
      else text += `,${value}`;
    }
    text += '\r\n';
  }
  return text;
}
