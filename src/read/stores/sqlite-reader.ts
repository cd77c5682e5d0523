// Reads of the read models in SQLite, run in the thread that holds this object. Documents leave it as JSON text.
import Database from 'libsql';
import type { CollectionSpec, Doc, Filter, FindOptions } from '../document-store';
import { cursorAfter, cursorValues, positionOf, sortKeys, type SortKey } from './cursor';
import { matcher } from './matcher';
import { afterSql, both, compileFilter, valueSql, type Condition } from './sqlite-filter';
import { layoutOf, type Layout } from './sqlite-layout';
import { planned } from './sqlite-plan';

/** Many documents as one JSON text: a row of a result costs the binding more than its JSON. */
const grouped = (rows: string) =>
  `SELECT group_concat('['||json_quote(id)||',"'||stamp||'",'||coalesce(doc,'null')||']') FROM (${rows})`;
const PAGE = 500;
/** Bytes of the documents of a page at most, unless one alone is larger: job threads have a small heap. */
const PAGE_BYTES = 4 * 1024 * 1024;
const PREPARED = 500;

/** Documents as JSON text, and the cursor after them where there are more. */
export interface FoundText {
  readonly docs: string[];
  readonly next?: string;
}

type Statement = Database.Statement<unknown[]>;

/** A page of stamped documents: JSON text of `[id, stamp, document or null]`, by comma; null if there are none. */
export type PageText = string | null;

export class SqliteReader {
  protected readonly db: Database.Database;
  private readonly statements = new Map<string, Statement>();
  private readonly layouts = new Map<string, Layout>();

  constructor(file: string, cacheMb = 128) {
    this.db = new Database(file);
    this.db.exec('PRAGMA busy_timeout = 10000');
    this.db.exec(`PRAGMA cache_size = ${-cacheMb * 1024}`);
    this.db.exec('PRAGMA temp_store = MEMORY');
  }

  getMany(collection: string, ids: readonly string[]): PageText[] {
    const { table, tombstones } = this.layout(collection);
    const sql = grouped(
      `SELECT d.id, stamp, doc FROM json_each(?1) CROSS JOIN ${table} d ON d.id = value UNION ALL ` +
        `SELECT g.id, stamp, NULL FROM json_each(?1) CROSS JOIN ${tombstones} g ON g.id = value`,
    );
    const pages: PageText[] = [];
    for (let i = 0; i < ids.length; i += PAGE)
      pages.push(this.text(sql, JSON.stringify(ids.slice(i, i + PAGE))));
    return pages;
  }

  /** One page of a scan, in id order, from an id (inclusive) to another (exclusive). */
  scanPage(collection: string, from: string, to?: string): PageText {
    const { table, tombstones } = this.layout(collection);
    const range = to === undefined ? 'id >= ?1' : 'id >= ?1 AND id < ?2';
    const values = to === undefined ? [from] : [from, to];
    const live = (columns: string) =>
      `SELECT ${columns} FROM ${table} WHERE ${range} ORDER BY id LIMIT ${PAGE}`;
    // Lengths are known without reading the documents, so that asking first costs next to nothing.
    const [bytes] = this.rows(`SELECT sum(octet_length(doc)) FROM (${live('doc')})`, values)[0]!;
    const limit = Number(bytes) > PAGE_BYTES ? this.fitting(live('id, doc'), values) : PAGE;
    const sql = grouped(
      `SELECT id, stamp, doc FROM ${table} WHERE ${range} UNION ALL ` +
        `SELECT id, stamp, NULL FROM ${tombstones} WHERE ${range} ORDER BY 1 LIMIT ${limit}`,
    );
    return this.text(sql, ...values);
  }

  /** How many of the documents of a page make up PAGE_BYTES; at least one. */
  private fitting(documents: string, values: readonly string[]): number {
    const before = 'sum(octet_length(doc)) OVER (ORDER BY id) - octet_length(doc)';
    const sql = `SELECT count(*) FROM (SELECT ${before} AS before FROM (${documents})) WHERE before < ${PAGE_BYTES}`;
    return Number(this.rows(sql, values)[0]?.[0]);
  }

  find(collection: string, { filter = {}, sort, limit, after }: FindOptions): FoundText {
    const layout = this.layout(collection);
    const keys = sortKeys(sort);
    const plan = planned(filter, layout.laid, keys);
    const parts = plan.parts.map((part) => compileFilter(part, layout.columns));
    const matches = parts.every(({ exact }) => exact) ? undefined : matcher(filter);
    const docs: string[] = [];
    const page = matches ? PAGE : limit + 1;
    let last: Doc | undefined;
    for (
      let cursor = after === undefined ? undefined : cursorValues(after, keys);
      ;
      cursor = positionOf(last!, keys)
    ) {
      const beyond = cursor && afterSql(keys, cursor, layout.columns);
      const rows = this.page(
        layout,
        plan.index,
        parts.map((part) => (beyond ? both(part, beyond) : part)),
        keys,
        page,
      );
      for (const [text] of rows as [string][]) {
        if (docs.length === limit) return { docs, next: cursorAfter(JSON.parse(docs.at(-1)!) as Doc, keys) };
        if (!matches || matches((last = JSON.parse(text) as Doc))) docs.push(text);
      }
      if (!matches || rows.length < page) return { docs };
    }
  }

  count(collection: string, filter: Filter = {}): number {
    const { table, columns, laid } = this.layout(collection);
    const { sql, values, exact } = compileFilter(filter, columns);
    const count = `SELECT count(*) FROM ${table}`;
    if (exact)
      return Number(
        this.hinted(planned(filter, laid).index, (by) =>
          this.rows(`${count} ${by} WHERE ${sql}`, values),
        )[0]?.[0],
      );
    const matches = matcher(filter);
    const page = `SELECT id, doc FROM ${table} WHERE id > ? AND ${sql} ORDER BY id LIMIT ${PAGE}`;
    let counted = 0;
    for (let after: unknown = ''; ;) {
      const rows = this.rows(page, [after, ...values]);
      for (const [id, text] of rows) {
        if (matches(JSON.parse(text as string) as Doc)) counted++;
        after = id;
      }
      if (rows.length < PAGE) return counted;
    }
  }

  /** The first documents of an order among those that meet one of the conditions; no document meets two. */
  private page(
    { table, columns }: Layout,
    index: string | undefined,
    parts: readonly Condition[],
    keys: readonly SortKey[],
    limit: number,
  ): unknown[][] {
    const keyed = keys.map(({ path }, i) => `${valueSql(path, columns)} AS k${i}`).join();
    const order = keys.map(({ down }, i) => `k${i}${down ? ' DESC' : ''}`).join();
    return this.hinted(index, (by) => {
      // Each reads an index alone where it can; only the page's documents are fetched.
      const walks = parts.map(
        ({ sql }) =>
          `SELECT * FROM (SELECT id AS found, ${keyed} FROM ${table} ${by} WHERE ${sql} ORDER BY ${order} LIMIT ${limit})`,
      );
      const found = `SELECT found FROM (${walks.join(' UNION ALL ')}) ORDER BY ${order} LIMIT ${limit}`;
      return this.rows(
        `SELECT doc FROM (${found}) CROSS JOIN ${table} ON id = found`,
        parts.flatMap(({ values }) => values),
      );
    });
  }

  /** With the index that was chosen; without it while it is not made yet. */
  private hinted<T>(index: string | undefined, query: (by: string) => T): T {
    if (index === undefined) return query('');
    try {
      return query(`INDEXED BY ${index}`);
    } catch (error) {
      if (!(error instanceof Error && /no such index|no query solution/.test(error.message))) throw error;
      return query('');
    }
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
    // Asked each time: another thread may have dropped it and made another of the same name.
    const [row] = this.rows('SELECT spec FROM collections WHERE name = ?', [collection]);
    if (!row) throw new Error(`There is no collection ${collection}`);
    const spec = row[0] as string;
    const layout = this.layouts.get(spec) ?? layoutOf(JSON.parse(spec) as CollectionSpec);
    this.layouts.set(spec, layout);
    return layout;
  }

  /** All rows at once: a statement left open would keep this connection at an old snapshot. */
  protected rows(sql: string, values: readonly unknown[] = []): unknown[][] {
    return this.prepared(sql).all(values) as unknown[][];
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
