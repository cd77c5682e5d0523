// Keeps a row for each of many things in a scratch file, put together from all that is told of it: memory does not grow
// with them.
import { ScratchFile } from '../files/scratch-file';

/** Rows of a page, or told of again and put together at a time: few, so that V8 keeps their text among small objects. */
const ROWS = 64;
const PAGE_CHARS = 4_000_000;
/** As many where the rows are long. */
const LONG_ROWS = 16;

/**
 * Rows travel in groups, as JSON text in one string: a call through the binding costs microseconds. Values stay inside
 * that text and are never strings of SQLite's own, which a NUL in a value would end.
 */
export class ScratchRows<T extends { readonly id: string }> extends ScratchFile {
  constructor(
    folder: string,
    /** Puts what is told first of a thing together with what is told later. */
    private readonly merged: (first: T, later: T) => T,
  ) {
    super(folder, 'CREATE TABLE touched (id TEXT PRIMARY KEY, touched TEXT NOT NULL) WITHOUT ROWID;');
  }

  /** Adds what is told later than all that is there. */
  add(later: ReadonlyMap<string, T>): void {
    const ids = [...later.keys()];
    const atOnce = this.chars(ids) > PAGE_CHARS ? LONG_ROWS : ROWS;
    for (let next = 0; next < ids.length; next += atOnce) this.addTo(ids.slice(next, next + atOnce), later);
  }

  private addTo(ids: readonly string[], later: ReadonlyMap<string, T>): void {
    const rows: [string, string][] = [];
    const earlier = this.get(ids);
    for (const id of ids) {
      const told = later.get(id)!;
      const first = earlier.get(id);
      rows.push([id, JSON.stringify(first ? this.merged(first, told) : told)]);
    }
    this.database
      .prepare(
        `INSERT OR REPLACE INTO touched (id, touched) SELECT value ->> 0, value ->> 1 FROM json_each(?)`,
      )
      .run(JSON.stringify(rows));
  }

  /** All rows with `after` < id < `to`, in id order. */
  *rows(after: string, to: string): Generator<T, void> {
    for (const page of this.pages(after, to)) yield* page;
  }

  /** All rows with `after` < id < `to`, in id order, in pages of bounded size, none of them empty. */
  *pages(after: string, to: string): Generator<T[], void> {
    const page = this.database.prepare(
      `SELECT '[' || group_concat(touched, ',') || ']' AS page FROM
         (SELECT touched, sum(length(touched)) OVER (ORDER BY id) - length(touched) AS chars_before
          FROM (SELECT id, touched FROM touched WHERE id > ? AND id < ? ORDER BY id LIMIT ${ROWS}))
       WHERE chars_before < ${PAGE_CHARS}`,
    );
    for (let last: string | undefined = after; last !== undefined;) {
      const rows = this.parse((page.get(last, to) as { page: string | null }).page);
      if (rows.length > 0) yield rows;
      last = rows.at(-1)?.id;
    }
  }

  count(): number {
    return (this.database.prepare('SELECT count(*) AS rows FROM touched').get() as { rows: number }).rows;
  }

  private chars(ids: readonly string[]): number {
    const found = this.database
      .prepare(
        `SELECT sum(octet_length(touched)) AS chars FROM touched WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(ids)) as { chars: number | null };
    return found.chars ?? 0;
  }

  /** Which of some ids have a row. */
  which(ids: readonly string[]): ReadonlySet<string> {
    const { page } = this.database
      .prepare(
        `SELECT json_group_array(id) AS page FROM touched WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(ids)) as { page: string };
    return new Set(JSON.parse(page) as string[]);
  }

  get(ids: readonly string[]): Map<string, T> {
    const found = this.database
      .prepare(
        `SELECT '[' || group_concat(touched, ',') || ']' AS page FROM touched
         WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(ids)) as { page: string | null };
    return new Map(this.parse(found.page).map((row) => [row.id, row]));
  }

  private parse(page: string | null): T[] {
    return page === null ? [] : (JSON.parse(page) as T[]);
  }
}

/** Looks at the next item before it is taken: rows are gone through side by side with others in the same order. */
export function peekable<T>(items: Iterator<T, void>) {
  let result = items.next();
  return {
    get next(): T | undefined {
      return result.done ? undefined : result.value;
    },
    take(): T {
      if (result.done) throw new Error('No more items');
      const { value } = result;
      result = items.next();
      return value;
    },
  };
}
