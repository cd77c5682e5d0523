// The ids of the records that the rows of a file are about, kept on disk, one line for each row, from the pass that
// writes the records to the pass that associates them.
import type { Files } from '../../files/files';
import type { KeptList } from '../../files/kept-list';
import { linesOf } from '../../files/lines';
import { folderOf } from './import-errors';

export interface RowIds {
  readonly row: number;
  /** The ids of the row's records, by their places in the plan; null where the row has no such record. */
  readonly ids: readonly (string | null)[];
}

/** The ids that one run of the import has written. */
export const rowIdsPath = (importId: string, file: number, run: string): string =>
  `${folderOf(importId)}/ids-${file}.${run}.jsonl`;
/** The ids written by an older version, whose runs had no files of their own. */
export const legacyRowIdsPath = (importId: string, file: number): string =>
  `${folderOf(importId)}/ids-${file}.jsonl`;

/** The line of a row; empty for a row without records. */
export const rowIdsLine = ({ row, ids }: RowIds): string =>
  ids.some((id) => id !== null) ? `${JSON.stringify([row, ...ids])}\n` : '';

/** The ids of a file's rows, in the order of the rows. */
export async function* rowIdsOf(files: Files, list: KeptList | undefined): AsyncGenerator<RowIds, void> {
  for await (const line of linesOf(files.read(list?.file ?? '', 0, list?.bytes ?? 0))) {
    const [row, ...ids] = JSON.parse(line) as [number, ...(string | null)[]];
    yield { row, ids };
  }
}
