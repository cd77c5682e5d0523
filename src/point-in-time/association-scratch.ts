// Remembers what a reader of associations at a position needs, in a scratch file: the pairs touched after the position,
// and which records were live at the position.
import type { Link } from '../crm/associations/association.events';
import { ScratchFile } from '../files/scratch-file';

/** A pair of records as it was before the first event that touched it, by the id of its document on the first side. */
export interface TouchedPair {
  readonly id: string;
  readonly links: readonly Link[];
}

/** An event that touched a pair: its links just before, and just after. */
export interface Touch extends TouchedPair {
  readonly now: readonly Link[];
  /** Of the pair's stream. */
  readonly revision: number;
}

const PAGE_ROWS = 500;

export class AssociationScratch extends ScratchFile {
  constructor(folder: string) {
    super(
      folder,
      `CREATE TABLE touched (id TEXT PRIMARY KEY, links TEXT NOT NULL, now TEXT NOT NULL, revision INTEGER)
         WITHOUT ROWID;
       CREATE TABLE live (id TEXT PRIMARY KEY) WITHOUT ROWID;`,
    );
  }

  /**
   * Adds touches that came later than all before: of a pair the links before its first touch and after its last one
   * stay.
   */
  touch(touches: readonly Touch[]): void {
    const rows = touches.map(({ id, links, now, revision }) => [
      ...[id, JSON.stringify(links), JSON.stringify(now)],
      revision,
    ]);
    this.database
      .prepare(
        `INSERT INTO touched (id, links, now, revision)
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
         ON CONFLICT (id) DO UPDATE SET now = excluded.now, revision = excluded.revision`,
      )
      .run(JSON.stringify(rows));
  }

  /** Pages of all touched pairs, in id order. */
  *changed(): Generator<Touch[], void> {
    const page = this.database.prepare(
      `SELECT json_group_array(json_array(id, json(links), json(now), revision)) AS page
       FROM (SELECT id, links, now, revision FROM touched WHERE id > ? ORDER BY id LIMIT ${PAGE_ROWS})`,
    );
    for (let last: string | undefined = ''; last !== undefined;) {
      const { page: text } = page.get(last) as { page: string };
      const rows = JSON.parse(text) as [string, Link[], Link[], number][];
      if (rows.length > 0) yield rows.map(([id, links, now, revision]) => ({ id, links, now, revision }));
      last = rows.at(-1)?.[0];
    }
  }

  /** All pairs with `after` < id < `to`, in id order. */
  *touched(after: string, to: string): Generator<TouchedPair, void> {
    const page = this.database.prepare(
      `SELECT json_group_array(json_array(id, json(links))) AS page
       FROM (SELECT id, links FROM touched WHERE id > ? AND id < ? ORDER BY id LIMIT ${PAGE_ROWS})`,
    );
    for (let last: string | undefined = after; last !== undefined;) {
      const { page: text } = page.get(last, to) as { page: string };
      const rows = JSON.parse(text) as [string, Link[]][];
      for (const [id, links] of rows) yield { id, links };
      last = rows.at(-1)?.[0];
    }
  }

  /** Notes live records, by the ids of their documents. */
  addLive(ids: readonly string[]): void {
    this.database
      .prepare(`INSERT OR IGNORE INTO live (id) SELECT value FROM json_each(?)`)
      .run(JSON.stringify(ids));
  }

  live(ids: readonly string[]): ReadonlySet<string> {
    const { page } = this.database
      .prepare(`SELECT json_group_array(id) AS page FROM live WHERE id IN (SELECT value FROM json_each(?))`)
      .get(JSON.stringify(ids)) as { page: string };
    return new Set(JSON.parse(page) as string[]);
  }

  get isTouched(): boolean {
    return this.database.prepare('SELECT 1 AS one FROM touched LIMIT 1').get() !== undefined;
  }
}
