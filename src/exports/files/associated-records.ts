// The records that those of an export were associated with at its position: read once into a scratch file, then asked
// page by page, so that memory does not grow with their number. The file is deleted with the attempt.
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import type { Statement } from 'libsql';
import type { Reach } from '../../identity/reach.vocabulary';
import { reaches } from '../../crm/records/reach';
import type { Link, RecordRef } from '../../crm/associations/association.events';
import { inverse } from '../../crm/associations/association.vocabulary';
import { ScratchFile } from '../../files/scratch-file';
import type { ThreadContext } from '../../jobs/thread.client';
import type { ReadStores } from '../../jobs/thread-stores';
import { AssociationsAt } from '../../point-in-time/associations-at';
import type { RecordAt } from '../../point-in-time/record-at';
import { recordsAt, type RecordsAt } from '../../point-in-time/records-at';
import type { ExportedType } from '../export.events';

export interface AssociatedTask {
  readonly types: readonly ExportedType[];
  /** The collection of the associations projection, and its checkpoint, which is at least the position. */
  readonly collection: string;
  readonly checkpoint: bigint;
  /** Labels of association types at the position, by `CATEGORY/typeId`; null for a default type. */
  readonly labels: Readonly<Record<string, string | null>>;
  readonly withLabels: boolean;
  /** Whose records are shown, where that is not everybody's. */
  readonly reach?: Reach;
  /** The most records of a type in one cell; no limit where it is left out. */
  readonly most?: number;
}

interface Associated {
  readonly id: string;
  readonly name: string;
  readonly labels: readonly string[];
}

type Source = Pick<RecordsAt, 'collection' | 'checkpoint' | 'position' | 'scratchDir'> & {
  readonly objectType: string;
};

const SEPARATOR = ';';

export class AssociatedRecords extends ScratchFile {
  /** Prepared once: a statement keeps what it was last bound to until it is collected. */
  private readonly statements: Readonly<Record<'names' | 'pairs' | 'associated', Statement>>;

  private constructor(
    private readonly objectType: string,
    private readonly task: AssociatedTask,
    folder: string,
  ) {
    super(
      folder,
      `CREATE TABLE names (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE pairs (id TEXT, type TEXT, other TEXT, labels TEXT NOT NULL,
        PRIMARY KEY (id, type, other)) WITHOUT ROWID;`,
    );
    this.statements = {
      // Names are kept as JSON text: SQLite never sees a name as a string of its own, which a NUL would end.
      names: this.database.prepare(`INSERT INTO names SELECT value ->> 0, value -> 1 FROM json_each(?)`),
      pairs: this.database.prepare(
        `INSERT OR REPLACE INTO pairs SELECT value ->> 0, value ->> 1, value ->> 2, value -> 3 FROM json_each(?)`,
      ),
      associated: this.database.prepare(
        `SELECT json_group_array(json_array(id, type, other, json(labels), json(name))) AS page FROM
           (SELECT pairs.id, type, other, labels, coalesce(name, '""') AS name FROM pairs
            LEFT JOIN names ON names.id = type || '/' || other
            WHERE pairs.id IN (SELECT value FROM json_each(?)) ORDER BY pairs.id, type, CAST(other AS INTEGER))`,
      ),
    };
  }

  static async read(
    task: AssociatedTask,
    source: Source,
    stores: ReadStores,
    { signal }: ThreadContext,
  ): Promise<AssociatedRecords> {
    const read = new AssociatedRecords(source.objectType, task, source.scratchDir);
    const objectTypes = [...new Set([source.objectType, ...task.types.map((type) => type.objectType)])];
    const { collection, checkpoint } = task;
    const asked = { ...source, ...stores, objectTypes, signal };
    try {
      const associations = await AssociationsAt.open({ ...asked, collection, checkpoint });
      try {
        for await (const page of recordsAt(asked)) {
          const live = page.filter(
            ({ archived, objectType, values }) => !archived && reaches(task, objectType, 'view', values),
          );
          associations.noteLive(
            live.map(({ objectType, recordId }) => recordDocumentId(objectType, recordId)),
          );
          read.addNames(live);
        }
        for await (const page of associations.pages())
          read.addPairs(
            page.flatMap(({ from, to, links }) => [{ from, to, links }, turned(from, to, links)]),
          );
      } finally {
        associations.close();
      }
      return read;
    } catch (error) {
      read.close();
      throw error;
    }
  }

  get headers(): string[] {
    return this.task.types.flatMap(({ label, displayProperty }) => [
      `Associated ${label} IDs`,
      ...(displayProperty === null ? [] : [`Associated ${label}`]),
      ...(this.task.withLabels ? [`Associated ${label} labels`] : []),
    ]);
  }

  /** The cells of each record under `headers`. All cells of a type list its associated records in the same order. */
  cellsOf(records: readonly RecordAt[]): string[][] {
    const found = this.associated(records.map(({ recordId }) => recordId));
    return records.map(({ recordId }) =>
      this.task.types.flatMap(({ objectType, displayProperty }) => {
        const all = (found.get(`${recordId}/${objectType}`) ?? []).slice(0, this.task.most);
        const joined = (text: (one: Associated) => string) => all.map(text).join(SEPARATOR);
        return [
          joined(({ id }) => id),
          ...(displayProperty === null ? [] : [joined(({ name }) => name)]),
          ...(this.task.withLabels ? [joined(({ labels }) => labels.join(', '))] : []),
        ];
      }),
    );
  }

  private addNames(records: readonly RecordAt[]): void {
    const property = this.task.types.find(
      (type) => type.objectType === records[0]?.objectType,
    )?.displayProperty;
    if (!property) return;
    const rows = records.flatMap(({ objectType, recordId, values }) => {
      const name = values[property];
      return name === undefined ? [] : [[`${objectType}/${recordId}`, name]];
    });
    this.statements.names.run(JSON.stringify(rows));
  }

  private addPairs(pairs: readonly { from: RecordRef; to: RecordRef; links: readonly Link[] }[]): void {
    const wanted = new Set(this.task.types.map(({ objectType }) => objectType));
    const rows = pairs
      .filter(({ from, to }) => from.objectType === this.objectType && wanted.has(to.objectType))
      .map(({ from, to, links }) => [from.recordId, to.objectType, to.recordId, this.labelsOf(links)])
      .filter(([, , , labels]) => labels !== undefined);
    this.statements.pairs.run(JSON.stringify(rows));
  }

  /**
   * The labels of a pair's links. Undefined where none of their types existed at the position: the records count as not
   * associated.
   */
  private labelsOf(links: readonly Link[]): string[] | undefined {
    const labels = links.map(({ category, typeId }) => this.task.labels[`${category}/${typeId}`]);
    if (labels.every((label) => label === undefined)) return undefined;
    return labels.filter((label) => label !== undefined && label !== null);
  }

  private associated(ids: readonly string[]): Map<string, Associated[]> {
    const { page } = this.statements.associated.get(JSON.stringify(ids)) as { page: string };
    const found = new Map<string, Associated[]>();
    for (const [id, type, other, labels, name] of JSON.parse(page) as [
      string,
      string,
      string,
      string[],
      string,
    ][]) {
      const all = found.get(`${id}/${type}`) ?? [];
      all.push({ id: other, name, labels });
      found.set(`${id}/${type}`, all);
    }
    return found;
  }
}

const turned = (from: RecordRef, to: RecordRef, links: readonly Link[]) => ({
  from: to,
  to: from,
  links: links.map(inverse),
});
