// Reads all live records as they were at a position: as rows of a table where the store keeps their values apart and nothing
// has touched them since, as records everywhere else. Both say the same.
import { idAfter, type CellPage } from '../read/document-store';
import type { RecordAt } from './record-at';
import { ofTypes, rangeOf, recordsBetween, type RecordsAt } from './records-at';

export interface CellsAt extends RecordsAt {
  /** Properties of an object type: a row has its record's id and then their values. */
  readonly columns: (objectType: string) => readonly string[];
  /** Whether ids are needed of records that come as rows of a table. */
  readonly withIds: boolean;
}

/** Live records of one object type, in id order; `ids` are those of their documents. */
export type CellRows = { readonly objectType: string } & Pick<CellPage, 'rows' | 'cells' | 'ids'>;

/** Pages in (type, id) order, none of them empty. What `recordsAt` asks of its caller holds here, too. */
export const cellsAt = (options: CellsAt): AsyncIterable<CellRows | RecordAt[]> =>
  ofTypes(options, async function* (objectType, touched): AsyncGenerator<CellRows | RecordAt[], void> {
    const { documents, collection, checkpoint, signal, withIds } = options;
    const { from, to } = rangeOf(objectType);
    const columns = options.columns(objectType);
    const asked = {
      ...{ kind: objectType, to, unless: 'archived', prefix: from.length, withIds },
      paths: columns.map((name) => `values.${name}`),
    };
    let next = from;
    // A name with a dot names no cell.
    while (!columns.some((name) => name.includes('.'))) {
      signal.throwIfAborted();
      const page = await documents.cells(collection, { ...asked, from: next });
      if (!page) break;
      const stretch = { from: next, to: idAfter(page.last) };
      next = stretch.to;
      const isTouched = page.stamp > checkpoint || (touched.next && touched.next.id <= page.last);
      if (isTouched) yield* live(recordsBetween(stretch, touched, options, { last: false }));
      else if (page.rows > 0) yield { objectType, ...page };
    }
    yield* live(recordsBetween({ from: next, to }, touched, options, { last: true }));
  });

/** Leaves out records that were archived at the position. */
async function* live(pages: AsyncIterable<readonly RecordAt[]>): AsyncGenerator<RecordAt[], void> {
  for await (const page of pages) {
    const rows = page.filter(({ archived }) => !archived);
    if (rows.length > 0) yield rows;
  }
}
