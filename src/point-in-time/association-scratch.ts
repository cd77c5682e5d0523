// What a backup must remember of associations, in a SQLite file of its own: pairs touched after the position, and which
// records were live at it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import type { Link } from '../crm/associations/association.events';

/** A pair as it was before the first event that touched it, by the id of its document on the first side. */
export interface TouchedPair {
  readonly id: string;
  readonly links: readonly Link[];
}

const PAGE_ROWS = 500;

export class AssociationScratch {
  private readonly database: Database.Database;
  private readonly path: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `associations-${randomUUID()}.sqlite`);
    this.database = new Database(this.path);
    // Nothing of it outlives the attempt: no journal, no sync.
    this.database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -16000;
      CREATE TABLE touched (id TEXT PRIMARY KEY, links TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE live (id TEXT PRIMARY KEY) WITHOUT ROWID;
    `);
    this.unlink();
  }

  /** Adds later touches: what is there already came first and wins. */
  touch(pairs: readonly TouchedPair[]): void {
    const rows = pairs.map(({ id, links }) => [id, JSON.stringify(links)]);
    this.database
      .prepare(`INSERT OR IGNORE INTO touched (id, links) SELECT value ->> 0, value ->> 1 FROM json_each(?)`)
      .run(JSON.stringify(rows));
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

  /** Records by `objectType/recordId`. */
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

  close(): void {
    this.database.close();
    this.unlink();
  }

  /** A file without a name is gone with its process, however that ends; Windows lets it go only when it is closed. */
  private unlink(): void {
    try {
      rmSync(this.path, { force: true });
    } catch (error) {
      if (process.platform !== 'win32') throw error;
    }
  }
}
