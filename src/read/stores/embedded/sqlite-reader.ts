// Reads documents from SQLite by id, in the thread that holds the reader. Documents leave that thread as JSON text.
import Database from 'libsql';
import { rowsOfText } from '../../../supervision/text-bytes';
import {
  idAfter,
  PAGE_BYTES,
  type CellPage,
  type CellsAsked,
  type CollectionSpec,
} from '../../document-store';
import { cellPage, fitting } from './sqlite-cells';
import { layoutOf, type Layout } from './sqlite-layout';
import type { ScanTable } from './sqlite-scan';

/** Many documents as one JSON text: a row of a result costs the binding more than its JSON. */
const AS_TEXT = `group_concat('['||json_quote(id)||',"'||stamp||'",'||coalesce(doc,'null')||']')`;
/** The system keeps the file's pages too: what is missing here costs a call and no read of the disk. */
const CACHE_MB = 24;
const PAGE = 500;
/** Documents looked up by one statement: few enough to be held as one text, however large they are. */
const LOOKED_UP = 32;
const PREPARED = 500;

export const scanName = (collection: string, number: number): string => `"${collection}:scan${number}"`;

type Statement = Database.Statement<unknown[]>;

/** A page of stamped documents: JSON texts `[id, stamp, document or null]` between commas; null if there are none. */
export type PageText = string | null;

/** Called around each call of libsql, for whoever must know whether libsql is at work. */
export interface AroundLibsql {
  before(): void;
  after(): void;
}

export class SqliteReader {
  protected readonly db: Database.Database;
  private readonly statements = new Map<string, Statement>();
  private readonly layouts = new Map<string, Layout>();
  /** Paths of the columns of narrow tables, by their JSON: the same columns always give the same array. */
  private readonly scanPaths = new Map<string, readonly string[]>();

  constructor(
    file: string,
    cacheMb = CACHE_MB,
    private readonly around?: AroundLibsql,
  ) {
    this.db = new Database(file);
    this.db.exec('PRAGMA busy_timeout = 10000');
    this.db.exec(`PRAGMA cache_size = ${-cacheMb * 1024}`);
    this.db.exec('PRAGMA temp_store = MEMORY');
  }

  getSome(collection: string, ids: readonly string[]): { pages: PageText[]; looked: number } {
    const { table, tombstones } = this.layout(collection);
    const rows =
      `SELECT d.id, stamp, doc FROM json_each(?1) CROSS JOIN ${table} d ON d.id = value UNION ALL ` +
      `SELECT g.id, stamp, NULL FROM json_each(?1) CROSS JOIN ${tombstones} g ON g.id = value`;
    const sql = `SELECT ${AS_TEXT} FROM (${rows})`;
    const pages: PageText[] = [];
    let looked = 0;
    for (let length = 0; looked < ids.length && length < PAGE_BYTES; looked += LOOKED_UP) {
      const page = this.text(sql, JSON.stringify(ids.slice(looked, looked + LOOKED_UP)));
      pages.push(page);
      length += page?.length ?? 0;
    }
    return { pages, looked: Math.min(looked, ids.length) };
  }

  /** One page of a scan, in id order, from an id (inclusive) to another (exclusive), as some texts. */
  scanPage(collection: string, from: string, to?: string): PageText[] {
    const { table, tombstones } = this.layout(collection);
    const range = to === undefined ? 'id >= ?1' : 'id >= ?1 AND id < ?2';
    const values = to === undefined ? [from] : [from, to];
    const live = (columns: string) =>
      `SELECT ${columns} FROM ${table} WHERE ${range} ORDER BY id LIMIT ${PAGE}`;
    // Lengths are known without reading the documents, so that asking first costs next to nothing.
    const sizes = `SELECT count(*), sum(octet_length(doc)) FROM (${live('doc')})`;
    const [count, bytes] = this.rows(sizes, values)[0] as [number, number | null];
    const limit =
      Number(bytes) > PAGE_BYTES ? Number(this.rows(fitting(live('id, doc')), values)[0]![0]) : PAGE;
    const rows =
      `SELECT id, stamp, doc FROM ${table} WHERE ${range} UNION ALL ` +
      `SELECT id, stamp, NULL FROM ${tombstones} WHERE ${range} ORDER BY 1 LIMIT ?${values.length + 1}`;
    const sql = `SELECT ${AS_TEXT}, count(*), max(id) FROM (${rows})`;
    const some = rowsOfText(count, Number(bytes));
    const texts: PageText[] = [];
    for (let [left, next] = [limit, from]; left > 0;) {
      const asked = [next, ...values.slice(1), Math.min(some, left)];
      const [text, found, last] = this.rows(sql, asked)[0] as [PageText, number, string];
      if (found === 0) break;
      texts.push(text);
      left -= found;
      next = idAfter(last);
    }
    return texts;
  }

  /** The first documents of a stretch as rows of a table. */
  cellPage(collection: string, asked: CellsAsked): CellPage | undefined {
    return this.atOnce(() => {
      const layout = this.layout(collection);
      const narrow = layout.scanned && this.scanTable(collection, asked.kind);
      return cellPage(layout, narrow, asked, (sql, values) => this.rows(sql, values));
    });
  }

  checkpoint(name: string): string | undefined {
    return this.rows('SELECT CAST(position AS TEXT) FROM checkpoints WHERE name = ?', [
      name,
    ])[0]?.[0] as string;
  }

  state(key: string): string | undefined {
    return this.rows('SELECT value FROM state WHERE key = ?', [key])[0]?.[0] as string | undefined;
  }

  collections(): string[] {
    return this.rows('SELECT name FROM collections ORDER BY name').map(([name]) => name as string);
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  protected layout(collection: string): Layout {
    // Read each time: another thread may have dropped the collection and made another of the same name.
    const [row] = this.rows('SELECT spec FROM collections WHERE name = ?', [collection]);
    if (!row) throw new Error(`There is no collection ${collection}`);
    const spec = row[0] as string;
    const layout = this.layouts.get(spec) ?? layoutOf(JSON.parse(spec) as CollectionSpec);
    this.layouts.set(spec, layout);
    return layout;
  }

  /** The narrow table of a kind; undefined while no document of that kind has been written. */
  protected scanTable(collection: string, kind: string): ScanTable | undefined {
    const asked = 'SELECT number, paths FROM scans WHERE collection = ? AND kind = ?';
    const [row] = this.rows(asked, [collection, kind]);
    if (!row) return undefined;
    const [number, text] = row as [number, string];
    const paths = this.scanPaths.get(text) ?? (JSON.parse(text) as string[]);
    this.scanPaths.set(text, paths);
    const nuls = this.rows('SELECT path FROM scan_nuls WHERE collection = ? AND kind = ?', [
      collection,
      kind,
    ]);
    return {
      table: scanName(collection, number),
      paths,
      nuls: new Set(nuls.map(([path]) => path as string)),
    };
  }

  /** All rows at once: a statement left open would keep this connection at an old snapshot. */
  protected rows(sql: string, values: readonly unknown[] = []): unknown[][] {
    return this.inLibsql(() => this.prepared(sql).all(values)) as unknown[][];
  }

  /** Runs all reads of `read` on one snapshot, taken when it first reads. */
  protected atOnce<T>(read: () => T): T {
    this.inLibsql(() => this.db.exec('BEGIN'));
    try {
      return read();
    } finally {
      this.inLibsql(() => this.db.exec('COMMIT'));
    }
  }

  private inLibsql<T>(call: () => T): T {
    this.around?.before();
    try {
      return call();
    } finally {
      this.around?.after();
    }
  }

  protected prepared(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      if (this.statements.size >= PREPARED) this.statements.clear();
      statement = this.db.prepare(sql);
      if (statement.reader) statement.raw();
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private text(sql: string, ...values: string[]): PageText {
    return this.rows(sql, values)[0]?.[0] as PageText;
  }
}
