// The error list of an import: a line of JSON for each thing wrong, in the order of the rows.
import { PassThrough, type Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { pipeline } from 'node:stream/promises';
import type { Files } from '../files/files';
import { linesOf } from '../files/lines';
import type { RowError } from './import-row';

export interface ErrorLine extends RowError {
  /** From 0, in the order of the request. */
  readonly file: number;
  readonly fileName: string;
  /** Plural. */
  readonly objectType: string;
  /** As a spreadsheet shows it; 0 is the file as a whole. */
  readonly row: number;
  /** The cells of a row that no record holds: shown on request, never part of a message. */
  readonly cells: readonly string[];
  /** ISO time. */
  readonly at: string;
}

export const IMPORTS_FOLDER = 'imports';
const ERRORS = 'errors.jsonl';

export const folderOf = (importId: string): string => `${IMPORTS_FOLDER}/${importId}`;
export const errorsPath = (importId: string): string => `${folderOf(importId)}/${ERRORS}`;

/** All that lies in the folder of an import beside its error list. */
export const isUpload = (name: string): boolean => name !== ERRORS;

const columns = ['file', 'row', 'column', 'property', 'error', 'reason'];

/** The whole list as CSV for people: cells that start a formula are escaped, since file names are the customer's. */
export function errorCsv(files: Files, path: string, bytes: number, signal: AbortSignal): Readable {
  const out = new PassThrough();
  const rows = async function* () {
    for await (const text of linesOf(files.read(path, 0, bytes))) {
      const { fileName, row, column, property, type, message } = JSON.parse(text) as ErrorLine;
      yield [fileName, row, column === undefined ? '' : column + 1, property ?? '', type, message];
    }
  };
  const csv = stringify({ header: true, columns, record_delimiter: '\r\n', escape_formulas: true });
  pipeline(rows, csv, out, { signal }).catch(() => out.destroy());
  return out;
}
