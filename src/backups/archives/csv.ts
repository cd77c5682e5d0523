// Writes rows of a backup as CSV: RFC 4180 with CRLF, exact values, an empty field for an empty value.
import { stringify } from 'csv-stringify/sync';
import type { RecordAt } from '../../point-in-time/record-at';
import { ROW_END } from '../../read/document-store';

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

const [QUOTE, COMMA, RETURN, NEWLINE] = [0x22, 0x2c, 0x0d, 0x0a];
/** The most that a byte becomes: a quote in a quoted cell two, the end of a cell a comma and the two quotes around it. */
const MOST_GROWTH = 4;

/** Makes lines of rows whose cells the store has joined. */
export class CellsAsCsv {
  private out = Buffer.alloc(0);

  /** The very bytes that `csvLines` gives of the records. */
  lines(cells: Uint8Array): Buffer {
    if (this.out.length < MOST_GROWTH * cells.length) this.out = Buffer.alloc(MOST_GROWTH * cells.length);
    const { out } = this;
    let length = 0;
    let begin = 0;
    let isQuoted = false;
    for (let i = 0; i < cells.length; i++) {
      const byte = cells[i]!;
      if (byte < ROW_END) {
        if (byte <= COMMA && (byte === COMMA || byte === QUOTE || byte === RETURN || byte === NEWLINE))
          isQuoted = true;
        out[length++] = byte;
        continue;
      }
      if (isQuoted) length = quoted(cells, i - (length - begin), i, out, begin);
      if (byte === ROW_END) out[length++] = RETURN;
      out[length++] = byte === ROW_END ? NEWLINE : COMMA;
      begin = length;
      isQuoted = false;
    }
    return Buffer.from(out.subarray(0, length));
  }
}

/** Writes a cell anew, in quotes; answers where it ends. */
function quoted(cells: Uint8Array, from: number, to: number, out: Buffer, begin: number): number {
  let length = begin;
  out[length++] = QUOTE;
  for (let i = from; i < to; i++) {
    if (cells[i] === QUOTE) out[length++] = QUOTE;
    out[length++] = cells[i]!;
  }
  out[length++] = QUOTE;
  return length;
}
