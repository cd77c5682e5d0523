// Which records the rows of a file were about: kept on disk between the pass that writes them and the one that
// associates them with others, a line a row.
import type { Files } from '../../files/files';
import type { KeptList } from '../../files/kept-list';
import { linesOf } from '../../files/lines';
import { folderOf } from './import-errors';

export interface RowIds {
  readonly row: number;
  /** By the places of the plan's records; null where the row made or changed none. */
  readonly ids: readonly (string | null)[];
}

/** Of one run of the import. */
export const rowIdsPath = (importId: string, file: number, run: string): string =>
  `${folderOf(importId)}/ids-${file}.${run}.jsonl`;
/** Of imports from before runs had files of their own. */
export const legacyRowIdsPath = (importId: string, file: number): string =>
  `${folderOf(importId)}/ids-${file}.jsonl`;

/** Nothing for a row without records. */
export const rowIdsLine = ({ row, ids }: RowIds): string =>
  ids.some((id) => id !== null) ? `${JSON.stringify([row, ...ids])}\n` : '';

/** In the order of the rows. */
export async function* rowIdsOf(files: Files, list: KeptList | undefined): AsyncGenerator<RowIds, void> {
  for await (const line of linesOf(files.read(list?.file ?? '', 0, list?.bytes ?? 0))) {
    const [row, ...ids] = JSON.parse(line) as [number, ...(string | null)[]];
    yield { row, ids };
  }
}
