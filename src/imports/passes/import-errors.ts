// The error list of an import: a line of JSON for each error, in the order of the rows.
import { Readable } from 'node:stream';
import { csvLine } from '../../files/csv-cells';
import type { Files } from '../../files/files';
import type { KeptList } from '../../files/kept-list';
import { linesOf } from '../../files/lines';
import type { RowError } from '../rows/import-row';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

export interface ErrorLine extends RowError {
  /** The file's number, from 0, in the order of the request. */
  readonly file: number;
  readonly fileName: string;
  /** The plural name. */
  readonly objectType: string;
  /** The row's number as a spreadsheet shows it; 0 means the file as a whole. */
  readonly row: number;
  /** The cells of a row, if no record holds them: shown on request, never part of a message. */
  readonly cells: readonly string[];
  /** ISO time. */
  readonly at: string;
}

export const IMPORTS_FOLDER = 'imports';
export const folderOf = (importId: string): string => `${IMPORTS_FOLDER}/${importId}`;
/** The error list of one run of the import. */
export const errorsPath = (importId: string, run: string): string =>
  `${folderOf(importId)}/errors.${run}.jsonl`;
/** The error list of an import by an older version, whose runs had no files of their own. */
export const legacyErrorsPath = (importId: string): string => `${folderOf(importId)}/errors.jsonl`;

/** Whether a file in an import's folder is an upload. */
export const isUpload = (name: string): boolean => !/^(errors\.|ids-)/.test(name);

/** Removes everything that an ended import no longer needs: all files but the error list that its last event names. */
export async function removeLeftovers(
  files: Files,
  importId: string,
  errors: KeptList | undefined,
): Promise<void> {
  const counts = errors?.file ?? legacyErrorsPath(importId);
  const paths = (await files.list(folderOf(importId))).map((name) => `${folderOf(importId)}/${name}`);
  await files.removeAll(paths.filter((path) => path !== counts));
}

/** Characters of a wrong cell that are shown. */
const MOST_SHOWN = 1_000;

/** The cell that an error is about; undefined where it is about a row, or the list has no cells of it. */
export const wrongCell = ({ column, cells }: Pick<ErrorLine, 'column' | 'cells'>): string | undefined =>
  column === undefined ? undefined : cells[column]?.slice(0, MOST_SHOWN);

const columns = ['file', 'row', 'column', 'property', 'error', 'reason', 'cell', 'expected', 'options'];

/** The whole list as CSV for people. `withholds`: whether the cells of a file, by its number, are not for the viewer. */
export function errorCsv(
  files: Files,
  list: KeptList | undefined,
  withholds: (file: number) => boolean,
  signal: AbortSignal,
): Readable {
  const chunks = async function* () {
    let csv = csvLine(columns);
    for await (const text of linesOf(files.read(list?.file ?? '', 0, list?.bytes ?? 0))) {
      const line = JSON.parse(text) as ErrorLine;
      const { fileName, row, column, property = '', type, message, expected = '', options = [] } = line;
      const place = [fileName, String(row), column === undefined ? '' : String(column + 1)];
      const cell = withholds(line.file) ? '' : (wrongCell(line) ?? '');
      csv += csvLine([...place, property, type, message, cell, expected, options.join('; ')]);
      if (csv.length < CHUNK_CHARS) continue;
      yield csv;
      csv = '';
    }
    yield csv;
  };
  return Readable.from(chunks(), { signal, objectMode: false });
}
