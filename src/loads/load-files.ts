// Where the files of a load lie, and its list of what did not fit: a line of JSON for each, in the order of the rows.
import type { Files } from '../files/files';
import type { KeptList } from '../files/kept-list';
import type { UploadPlace } from '../files/upload-quota';
import { IMPORTS_FOLDER, isUpload as isImported } from '../imports/passes/import-errors';

export interface ErrorLine {
  /** The file's name in the ZIP. */
  readonly file: string;
  /** The row's number as a spreadsheet shows it; 0 means the file as a whole. */
  readonly row: number;
  /** The column's index, from 0; absent where the line is about the row as a whole. */
  readonly column?: number;
  readonly property?: string;
  /** The plural name. */
  readonly objectType?: string;
  /** The id that the record has in the ZIP. */
  readonly recordId?: string;
  readonly type: string;
  readonly message: string;
  /** ISO time. */
  readonly at: string;
}

export const LOADS_FOLDER = 'loads';
export const folderOf = (loadId: string): string => `${LOADS_FOLDER}/${loadId}`;

/** The file of one run of a load. */
export const runFile =
  (loadId: string, what: 'errors' | 'ids' | 'plan') =>
  (run: string): string =>
    `${folderOf(loadId)}/${what}.${run}.jsonl`;

/** Whether a file in a load's folder is the upload. */
export const isUpload = (name: string): boolean => name.endsWith('.zip');

/** All uploads share one quota. */
export const uploadPlaces: readonly UploadPlace[] = [
  { folder: IMPORTS_FOLDER, isUpload: isImported },
  { folder: LOADS_FOLDER, isUpload },
];

/** Removes everything that an ended load no longer needs: all files but those that its last event names. */
export async function removeLeftovers(
  files: Files,
  loadId: string,
  keeps: readonly KeptList[],
): Promise<void> {
  const kept = new Set(keeps.map(({ file }) => file));
  const paths = (await files.list(folderOf(loadId))).map((name) => `${folderOf(loadId)}/${name}`);
  await files.removeAll(paths.filter((path) => !kept.has(path)));
}
