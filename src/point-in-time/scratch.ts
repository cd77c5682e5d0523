// What was touched after a position, kept in a SQLite file of its own so that memory does not grow with it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import type { Before } from '../crm/records/record.events';

/** How a record was before the first event that touched it. `before` null: it was not there. */
export interface Touched {
  /** `objectType/recordId`: byte order is the order of the records collection. */
  readonly id: string;
  readonly objectType: string;
  readonly recordId: string;
  readonly before: Before | null;
  /** The value before its first change, by property. */
  readonly from: Record<string, string | null>;
  /** It ended, or came back: only its own stream tells how it was. */
  readonly folded?: true;
}

const PAGE_ROWS = 500;
const PAGE_CHARS = 4_000_000;

/**
 * Rows travel in groups, as JSON text in one string: a call through the binding costs microseconds. Values stay
 * inside that text, SQLite never sees them as strings of its own (a NUL in a value would end them).
 */
export class Scratch {
  private readonly database: Database.Database;
  private readonly path: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `point-in-time-${randomUUID()}.sqlite`);
    this.database = new Database(this.path);
    // Nothing of it outlives the attempt: no journal, no sync.
    this.database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -16000;
      CREATE TABLE touched (id TEXT PRIMARY KEY, touched TEXT NOT NULL) WITHOUT ROWID;
    `);
    this.unlink();
  }

  /** Adds later touches: what is there already came first and wins. */
  add(later: ReadonlyMap<string, Touched>): void {
    if (later.size === 0) return;
    const rows: [string, string][] = [];
    const earlier = this.get([...later.keys()]);
    for (const [id, touched] of later) {
      const first = earlier.get(id);
      const merged = first ? { ...touched, ...first, from: { ...touched.from, ...first.from } } : touched;
      rows.push([id, JSON.stringify(merged)]);
    }
    this.database
      .prepare(
        `INSERT OR REPLACE INTO touched (id, touched) SELECT value ->> 0, value ->> 1 FROM json_each(?)`,
      )
      .run(JSON.stringify(rows));
  }

  /** All rows with `after` < id < `to`, in id order. */
  *rows(after: string, to: string): Generator<Touched, void> {
    const page = this.database.prepare(
      `SELECT '[' || group_concat(touched, ',') || ']' AS page FROM
         (SELECT touched, sum(length(touched)) OVER (ORDER BY id) - length(touched) AS chars_before
          FROM (SELECT id, touched FROM touched WHERE id > ? AND id < ? ORDER BY id LIMIT ${PAGE_ROWS}))
       WHERE chars_before < ${PAGE_CHARS}`,
    );
    for (let last: string | undefined = after; last !== undefined;) {
      const rows = parse((page.get(last, to) as { page: string | null }).page);
      yield* rows;
      last = rows.at(-1)?.id;
    }
  }

  /** Closes and removes the file. */
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

  private get(ids: readonly string[]): Map<string, Touched> {
    const found = this.database
      .prepare(
        `SELECT '[' || group_concat(touched, ',') || ']' AS page FROM touched
         WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(ids)) as { page: string | null };
    return new Map(parse(found.page).map((row) => [row.id, row]));
  }
}

const parse = (page: string | null): Touched[] => (page === null ? [] : (JSON.parse(page) as Touched[]));
