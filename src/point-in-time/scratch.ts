// Keeps what is known of records that were touched after a position, in a scratch file: memory does not grow with them.
import type { Before } from '../crm/records/record.events';
import { ScratchFile } from '../files/scratch-file';

/** How a record was before the first event that touched it. `before` null: the record was not there. */
export interface Touched {
  /** Of the record's document: byte order is the order of the records collection. */
  readonly id: string;
  readonly objectType: string;
  readonly recordId: string;
  readonly before: Before | null;
  /** By property, its value before the first change; null where it had none. */
  readonly from: Record<string, string | null>;
  /** The record ended, or came back: only its own stream tells how it was. */
  readonly folded?: true;
}

const PAGE_ROWS = 500;
const PAGE_CHARS = 4_000_000;
/** Rows of records touched again that are put together at a time where the rows are long. */
const LONG_ROWS = 16;

/**
 * Rows travel in groups, as JSON text in one string: a call through the binding costs microseconds. Values stay inside
 * that text and are never strings of SQLite's own, which a NUL in a value would end.
 */
export class Scratch extends ScratchFile {
  constructor(folder: string) {
    super(folder, 'CREATE TABLE touched (id TEXT PRIMARY KEY, touched TEXT NOT NULL) WITHOUT ROWID;');
  }

  /** Adds touches that came later than all before: what is there already of a record came first, and stays. */
  add(later: ReadonlyMap<string, Touched>): void {
    const ids = [...later.keys()];
    const atOnce = this.chars(ids) > PAGE_CHARS ? LONG_ROWS : ids.length;
    for (let next = 0; next < ids.length; next += atOnce) this.addTo(ids.slice(next, next + atOnce), later);
  }

  private addTo(ids: readonly string[], later: ReadonlyMap<string, Touched>): void {
    const rows: [string, string][] = [];
    const earlier = this.get(ids);
    for (const id of ids) {
      const touched = later.get(id)!;
      const first = earlier.get(id);
      const whole = first ? { ...touched, ...first, from: { ...touched.from, ...first.from } } : touched;
      rows.push([id, JSON.stringify(whole)]);
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

  private chars(ids: readonly string[]): number {
    const found = this.database
      .prepare(
        `SELECT sum(octet_length(touched)) AS chars FROM touched WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(ids)) as { chars: number | null };
    return found.chars ?? 0;
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
