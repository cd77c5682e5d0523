// Rows of a backup as CSV: RFC 4180 with CRLF, values exact, an empty value an empty field.
import { stringify } from 'csv-stringify/sync';
import type { RecordAt } from '../point-in-time/record-at';

/** The property that holds the record's id: always the first column. */
export const ID_COLUMN = 'hs_object_id';

const QUOTED = /[",\r\n]/;
/** Backups round-trip: no formula is escaped in them. A lone line break inside a value has to be quoted too. */
const FORMAT = { record_delimiter: '\r\n', quoted_match: QUOTED } as const;

export const headerLine = (columns: readonly string[]): string => stringify([[...columns]], FORMAT);

/** One line a record, under `columns`, of which the first is the id. */
export function csvLines(columns: readonly string[], records: readonly RecordAt[]): string {
  let text = '';
  for (const record of records) text += line(columns, record);
  return text;
}

/** Most rows have nothing to quote, and joining them costs a tenth of asking the library; it writes all others. */
function line(columns: readonly string[], { recordId, values }: RecordAt): string {
  let text = recordId;
  for (let i = 1; i < columns.length; i++) {
    const value = values[columns[i]!];
    if (value === undefined) text += ',';
    else if (QUOTED.test(value)) return quoted(columns, recordId, values);
    else text += `,${value}`;
  }
  return `${text}\r\n`;
}

function quoted(columns: readonly string[], recordId: string, values: RecordAt['values']): string {
  const cells = columns.map((column, i) => (i === 0 ? recordId : (values[column] ?? '')));
  return stringify([cells], FORMAT);
}
