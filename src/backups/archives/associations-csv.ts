// Writes the associations of a backup as CSV: a row for each link, as the first of its two records sees it.
import { createHash } from 'node:crypto';
import type { AssociationAt } from '../../point-in-time/associations-at';
import { csvCell, headerLine } from './csv';
import type { ManifestFile } from './manifest';

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
const CHUNK_CHARS = 128 * 1024;

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

export class AssociationsCsv {
  readonly name = 'associations.csv';
  private readonly hash = createHash('sha256');
  private rows = 0;
  private bytes = 0;

  private constructor(
    private readonly first: readonly AssociationRow[],
    private readonly others: AsyncIterator<readonly AssociationRow[]>,
  ) {}

  /** Undefined where there are no associations. */
  static async of(pages: AssociationPages | undefined): Promise<AssociationsCsv | undefined> {
    if (!pages) return undefined;
    const others = pages[Symbol.asyncIterator]();
    const first = await others.next();
    return first.done ? undefined : new AssociationsCsv(first.value, others);
  }

  async *chunks(): AsyncGenerator<Buffer, void> {
    try {
      let text = headerLine(COLUMNS);
      for (let page = this.first, done: boolean | undefined = false; !done;) {
        for (const row of page) text += lineOf(row);
        this.rows += page.length;
        if (text.length >= CHUNK_CHARS) {
          yield this.encoded(text);
          text = '';
        }
        const next = await this.others.next();
        done = next.done;
        if (!next.done) page = next.value;
      }
      if (text) yield this.encoded(text);
    } finally {
      await this.others.return?.();
    }
  }

  described(): ManifestFile {
    const { name, rows, bytes } = this;
    return { name, rows, bytes, sha256: this.hash.digest('hex') };
  }

  private encoded(text: string): Buffer {
    const chunk = Buffer.from(text, 'utf8');
    this.hash.update(chunk);
    this.bytes += chunk.length;
    return chunk;
  }
}
