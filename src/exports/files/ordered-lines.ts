// Sorts lines by keys in a scratch file, so that memory does not grow with them. The file is deleted with the attempt.
import type { Statement } from 'libsql';
import { ScratchFile } from '../../files/scratch-file';

/** A key of a line. Missing keys come first, then numbers, then text in byte order, as in a search. */
export type SortKey = string | number | null;

/** A page is a text that V8 keeps among small objects (see `text-bytes.ts`), unless lines are long. */
const PAGE_ROWS = 100;
const PAGE_CHARS = 4_000_000;

export class OrderedLines extends ScratchFile {
  /** Prepared once: a statement keeps what it was last bound to until it is collected. */
  private readonly insert: Statement;

  /**
   * `down` tells for each key whether it sorts downwards. Lines with equal keys stay in the order in which they were
   * added.
   */
  constructor(
    folder: string,
    private readonly down: readonly boolean[],
  ) {
    const keys = down.map((_, n) => `, key${n}`).join('');
    // SQLite spills what it sorts into files.
    super(folder, `PRAGMA temp_store = FILE; CREATE TABLE lines (line TEXT NOT NULL${keys});`);
    const values = down.map((_, n) => `, value ->> ${n + 1}`).join('');
    this.insert = this.database.prepare(`INSERT INTO lines SELECT value -> 0${values} FROM json_each(?)`);
  }

  /** Adds lines. They travel as JSON text: SQLite never sees a line as a string of its own, which a NUL would end. */
  add(lines: readonly { readonly line: string; readonly keys: readonly SortKey[] }[]): void {
    this.insert.run(JSON.stringify(lines.map(({ line, keys: of }) => [line, ...of])));
  }

  /** All lines in order, once; no line can be added after that. */
  *inOrder(): Generator<string[], void> {
    const order = this.down.map((isDown, n) => `key${n} ${isDown ? 'DESC' : 'ASC'}`);
    this.database.exec(
      // Keys alone are sorted: SQLite maps what it sorts into memory, and lines are long.
      `CREATE TABLE ordered AS SELECT rowid AS at FROM lines ORDER BY ${[...order, 'rowid'].join()};`,
    );
    const page = this.database.prepare(
      `SELECT '[' || group_concat(line, ',') || ']' AS page, max(rowid) AS last FROM
         (SELECT rowid, line, sum(length(line)) OVER (ORDER BY rowid) - length(line) AS chars_before
          FROM (SELECT ordered.rowid AS rowid, line FROM ordered CROSS JOIN lines ON lines.rowid = at
                WHERE ordered.rowid > ? ORDER BY ordered.rowid LIMIT ${PAGE_ROWS}))
       WHERE chars_before < ${PAGE_CHARS}`,
    );
    for (let last = 0; ;) {
      const found = page.get(last) as { page: string | null; last: number };
      if (found.page === null) return;
      yield JSON.parse(found.page) as string[];
      last = found.last;
    }
  }
}
