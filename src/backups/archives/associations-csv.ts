// Writes the associations of a backup as CSV: a row for each link, as the first of its two records sees it.
import type { AssociationAt } from '../../point-in-time/associations-at';
import { csvCell, headerLine } from './csv';
import { CsvFile, type Lines } from './csv-file';

/** One link of a pair of records. */
export interface AssociationRow {
  readonly at: AssociationAt;
  readonly category: string;
  readonly typeId: number;
  readonly label: string | null;
}
export type AssociationPages = AsyncIterable<readonly AssociationRow[]>;

const COLUMNS = [
  'from_object_type',
  'from_record_id',
  'to_object_type',
  'to_record_id',
  'association_category',
  'association_type_id',
  'label',
] as const;

/** The links between object types of the backup whose association type existed at the position. No page is empty. */
export async function* labelled(
  pages: AsyncIterable<readonly AssociationAt[]>,
  labels: Readonly<Record<string, string | null>>,
  objectTypes: ReadonlySet<string>,
): AssociationPages {
  for await (const page of pages) {
    const rows = page.flatMap((at) =>
      objectTypes.has(at.to.objectType)
        ? at.links.flatMap(({ category, typeId }) => {
            const label = labels[`${category}/${typeId}`];
            return label === undefined ? [] : [{ at, category, typeId, label }];
          })
        : [],
    );
    if (rows.length > 0) yield rows;
  }
}

const lineOf = ({ at: { from, to }, category, typeId, label }: AssociationRow): string =>
  `${from.objectType},${from.recordId},${to.objectType},${to.recordId},${category},${typeId},${csvCell(label ?? '')}\r\n`;

/** Undefined where there are no associations. */
export async function associationsCsv(pages: AssociationPages): Promise<CsvFile | undefined> {
  const others = pages[Symbol.asyncIterator]();
  const first = await others.next();
  if (first.done) return undefined;
  return new CsvFile({ name: 'associations.csv' }, headerLine(COLUMNS), linesOf(first, others));
}

async function* linesOf(
  first: IteratorResult<readonly AssociationRow[], unknown>,
  others: AsyncIterator<readonly AssociationRow[]>,
): AsyncGenerator<Lines, void> {
  try {
    for (let page = first; !page.done; page = await others.next())
      yield { text: page.value.map(lineOf).join(''), rows: page.value.length };
  } finally {
    await others.return?.();
  }
}
