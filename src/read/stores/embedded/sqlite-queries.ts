// Finds and counts documents in SQLite: by an index that has the order of the sort, one by one where an index says that
// they are few, else by reading a narrow table of values (see `sqlite-scan.ts`).
import type { Doc, Filter, FindOptions } from '../../document-store';
import {
  comparePositions,
  cursorAfter,
  cursorValues,
  positionOf,
  sortKeys,
  type SortKey,
} from '../../filters/cursor';
import { filterKey, namedPaths } from '../../filters/filter-terms';
import { matcher } from '../../filters/matcher';
import { fewAmong, type Few } from './sqlite-few';
import { afterSql, both, compileFilter } from './sqlite-filter';
import type { Columns, Condition } from './sqlite-condition';
import { holding, planned } from './sqlite-plan';
import { BOUNDS, firstDocs, keyed, order, pageById, pageInOrder, type Asked } from './sqlite-prompt';
import { SqliteReader } from './sqlite-reader';
import { areFew, idsWith } from './sqlite-terms';
import type { Layout } from './sqlite-layout';
import { kindOf, MOST_COLUMNS, scanColumns } from './sqlite-scan';
import { testedIds } from './sqlite-tested';

/** Documents of a page that is tested in JavaScript; counts that are remembered. */
const [PAGE, TOTALS] = [500, 200];
/** Ids that are held in memory to tell what lists have; of more documents each that is met is looked at. */
const HELD = 20_000;
/** Documents from which on a query is worth the work of two threads. */
const MUCH = 50_000;

/** Documents as JSON text, and the cursor after them where there are more. */
export interface FoundText {
  readonly docs: string[];
  readonly next?: string;
  readonly total?: number;
  /** The total was asked for, and counting may take long. */
  readonly uncounted?: true;
}

export class SqliteQueries extends SqliteReader {
  protected readonly bounds = BOUNDS;
  /** Counts by collection and filter, right as long as nobody writes. */
  private readonly totals = new Map<string, number>();
  private totalsOf: unknown;
  private readonly read = (sql: string, values: readonly unknown[]) => this.rows(sql, values);

  find(collection: string, options: FindOptions): FoundText {
    const asked = this.asked(collection, options);
    return asked ? this.found(asked, options.total) : nothing(options);
  }

  private found(asked: Asked, withTotal?: boolean): FoundText {
    const few = this.few(asked);
    return few ? this.among(asked, few, withTotal) : this.walked(asked, withTotal);
  }

  /** Finds as `find` does where that takes little; undefined where much may have to be read. */
  quick(collection: string, options: FindOptions): FoundText | undefined {
    const asked = this.asked(collection, options);
    if (!asked) return nothing(options);
    if (!asked.layout.scanned) return this.found(asked, options.total);
    const { filter, keys, limit, cursor } = asked;
    const paged = (texts?: string[]) => texts && pageOf(texts, keys, limit);
    const page = paged(pageInOrder(asked, this.read));
    if (page && !options.total) return page;
    if (page && !cursor && page.next === undefined) return { ...page, total: page.docs.length };
    const byId = () => (options.total ? undefined : paged(pageById(asked, this.read)));
    const isHeld = !page && holding(filter, asked.layout.laid, keys) !== undefined;
    const first = isHeld ? byId() : undefined;
    if (first) return first;
    const few = this.few(asked);
    if (!page) return few ? this.among(asked, few, options.total) : isHeld ? undefined : byId();
    // By an index alone they are counted sooner than they are looked up.
    return few ? { ...page, total: this.count(collection, filter) } : { ...page, uncounted: true };
  }

  count(collection: string, filter: Filter = {}): number {
    const asked = this.asked(collection, { filter, limit: 0 });
    if (!asked) return 0;
    const [version] = this.rows('PRAGMA data_version')[0]!;
    if (version !== this.totalsOf || this.totals.size > TOTALS) this.totals.clear();
    this.totalsOf = version;
    const key = collection + filterKey(filter);
    const known = this.totals.get(key);
    const total = known ?? this.counted(asked);
    if (known === undefined) this.totals.set(key, total);
    return total;
  }

  /** Whether an index has the order of a sort: two halves by id would each walk over what the other one has. */
  ordered(collection: string, { filter = {}, sort }: Pick<FindOptions, 'filter' | 'sort'>): boolean {
    return planned(filter, this.layout(collection).laid, sortKeys(sort)).index !== undefined;
  }

  /** The id in the middle of the narrow table that a filter reads; undefined where that has fewer than `much` rows. */
  middle(collection: string, filter: Filter, much = MUCH): string | undefined {
    const asked = this.asked(collection, { filter, limit: 0 });
    if (!asked || asked.source === asked.layout) return undefined;
    const { table } = asked.source;
    const count = Number(this.rows(`SELECT count(*) FROM ${table}`)[0]?.[0]);
    if (count < much) return undefined;
    return this.rows(`SELECT id FROM ${table} ORDER BY id LIMIT 1 OFFSET ${count >> 1}`)[0]?.[0] as string;
  }

  /** What a query asks, and of which table; undefined where there is no document of the kind that it asks for. */
  private asked(collection: string, { filter = {}, sort, limit, after }: FindOptions): Asked | undefined {
    const layout = this.withTerms(this.layout(collection));
    const keys = sortKeys(sort);
    const cursor = after === undefined ? undefined : cursorValues(after, keys);
    const asked = { collection, layout, source: layout, filter, keys, limit, cursor, bounds: this.bounds };
    const { scanned } = layout;
    const sorted = keys.map(({ path }) => path);
    const kind = scanned && kindOf(scanned, filter, sorted);
    if (!scanned || kind === undefined) return asked;
    const scan = this.scanTable(collection, kind);
    if (!scan) return undefined;
    const { table, paths } = scan;
    if (
      paths.length === MOST_COLUMNS &&
      ![...namedPaths(filter), ...sorted].every((path) => paths.includes(path))
    )
      return asked;
    return { ...asked, source: { table, columns: scanColumns(scanned, kind, scan) } };
  }

  /** Of a layout with terms, texts that not too many documents have are told by ids. */
  private withTerms(layout: Layout): Layout {
    const { columns, terms } = layout;
    if (!terms) return layout;
    const known = new Map<string, Condition | undefined>();
    const byIds = (path: string, texts: readonly string[]): Condition | undefined => {
      if (path !== terms.path) return undefined;
      const key = JSON.stringify(texts);
      if (!known.has(key))
        known.set(key, areFew(terms, texts, HELD, this.read) ? idsWith(terms, texts) : undefined);
      return known.get(key);
    };
    return { ...layout, columns: { get: (path) => columns.get(path), terms: byIds } };
  }

  private few({ layout, filter, keys }: Asked): Few | undefined {
    const { scanned, terms, laid } = layout;
    const isListed = terms && namedPaths(filter).includes(terms.path);
    // Each index is asked: worth it where none has the order of the sort.
    const isWorthIt = scanned ?? (isListed || (terms && !planned(filter, laid, keys).index));
    return isWorthIt ? fewAmong(layout, filter, this.read) : undefined;
  }

  /** Looks up few documents, and makes the page of those that match. */
  private among(asked: Asked, few: Few, withTotal = false): FoundText {
    const { layout, source, filter, keys, limit, cursor } = asked;
    const wanted = compileFilter(filter, source.columns);
    if (!wanted.exact) return this.amongTested(asked, few, wanted, withTotal);
    const looked = `(${few.sql}) CROSS JOIN ${source.table} ON id = found WHERE ${wanted.sql}`;
    const all = [...few.values, ...wanted.values];
    const beyond = cursor && afterSql(keys, cursor, aliases(keys));
    const page =
      `SELECT id AS chosen, total FROM (SELECT id, ${keyed(keys, source.columns)}, count(*) OVER () AS total FROM ${looked})` +
      ` ${beyond ? `WHERE ${beyond.sql}` : ''} ORDER BY ${order(keys)} LIMIT ${limit + 1}`;
    const rows = this.rows(`SELECT doc, total FROM (${page}) CROSS JOIN ${layout.table} ON id = chosen`, [
      ...all,
      ...(beyond?.values ?? []),
    ]) as [string, number][];
    const found = pageOf(
      rows.map(([doc]) => doc),
      keys,
      limit,
    );
    if (!withTotal) return found;
    const counted = () => this.rows(`SELECT count(*) FROM ${looked}`, all)[0]?.[0];
    return { ...found, total: Number(rows[0]?.[1] ?? (cursor ? counted() : 0)) };
  }

  /** Does as `among` where SQL cannot judge the whole filter. */
  private amongTested(asked: Asked, few: Few, wanted: Condition, withTotal: boolean): FoundText {
    const { layout, source, filter, keys, limit, cursor } = asked;
    const looked = `SELECT id AS chosen FROM (${few.sql}) CROSS JOIN ${source.table} ON id = found WHERE ${wanted.sql}`;
    const sql = `SELECT doc FROM (${looked}) CROSS JOIN ${layout.table} ON id = chosen`;
    const matches = matcher(filter);
    const found = (this.rows(sql, [...few.values, ...wanted.values]) as [string][])
      .map(([text]) => ({ text, doc: JSON.parse(text) as Doc }))
      .filter(({ doc }) => matches(doc))
      .map(({ text, doc }) => ({ text, at: positionOf(doc, keys) }))
      .sort((one, other) => comparePositions(one.at, other.at, keys));
    const beyond = cursor ? found.filter(({ at }) => comparePositions(at, cursor, keys) > 0) : found;
    const texts = beyond.slice(0, limit + 1).map(({ text }) => text);
    return { ...pageOf(texts, keys, limit), ...(withTotal && { total: found.length }) };
  }

  /** Walks through documents in the order of the sort until the page is full. */
  private walked(asked: Asked, withTotal = false): FoundText {
    // In one snapshot: a document removed between test and fetch would make the page look like the last.
    const judged = this.atOnce(() => {
      const tested = this.tested(asked, asked.limit + 1);
      return tested && { ...this.paged(asked, tested.ids), total: tested.total };
    });
    if (judged) {
      const { total, ...found } = judged;
      return withTotal ? { ...found, total } : found;
    }
    const found = this.page(asked);
    if (!withTotal) return found;
    const complete = asked.cursor === undefined && found.next === undefined;
    return { ...found, total: complete ? found.docs.length : this.count(asked.collection, asked.filter) };
  }

  private page({ layout, source, filter, keys, limit, cursor: from }: Asked): FoundText {
    const plan = planned(filter, layout.laid, keys);
    const { table, columns } = plan.index === undefined ? source : layout;
    const parts = plan.parts.map((part) => compileFilter(part, columns));
    const matches = parts.every(({ exact }) => exact) ? undefined : matcher(filter);
    const docs: string[] = [];
    const size = matches ? PAGE : limit + 1;
    let last: Doc | undefined;
    for (let cursor = from; ; cursor = positionOf(last!, keys)) {
      const beyond = cursor && afterSql(keys, cursor, columns);
      // `beyond` first: of two lower bounds SQLite enters the index by the first, and walks from there.
      const conditions = parts.map((part) => (beyond ? both(beyond, part) : part));
      const rows = this.hinted(plan.index, (by) =>
        firstDocs(layout, { table: `${table} ${by}`, columns }, conditions, keys, size, this.read),
      );
      for (const [text] of rows as [string][]) {
        if (docs.length === limit) return { docs, next: cursorAfter(JSON.parse(docs.at(-1)!) as Doc, keys) };
        if (!matches || matches((last = JSON.parse(text) as Doc))) docs.push(text);
      }
      if (!matches || rows.length < size) return { docs };
    }
  }

  /** Undefined where SQL can judge the whole filter, or where the narrow table lacks values that it asks for. */
  private tested(asked: Asked, most: number): { ids: string[]; total: number } | undefined {
    const { source, filter } = asked;
    if (source === asked.layout) return undefined;
    const wanted = compileFilter(filter, source.columns);
    if (wanted.exact) return undefined;
    return testedIds({ ...asked, wanted, most }, this.read);
  }

  /** The page of the documents with these ids, in their order; an id beyond the limit says that there are more. */
  private paged({ layout, keys, limit }: Asked, ids: readonly string[]): FoundText {
    const sql = `SELECT doc FROM json_each(?) each CROSS JOIN ${layout.table} d ON d.id = each.value ORDER BY each.key`;
    const rows = this.rows(sql, [JSON.stringify(ids)]) as [string][];
    return pageOf(
      rows.map(([doc]) => doc),
      keys,
      limit,
    );
  }

  private counted(asked: Asked): number {
    const tested = this.tested(asked, 0);
    if (tested) return tested.total;
    const { layout, source, filter } = asked;
    const plan = planned(filter, layout.laid);
    const { table, columns } = plan.index === undefined ? source : layout;
    const { sql, values, exact } = compileFilter(filter, columns);
    if (exact)
      return this.hinted(plan.index, (by) =>
        Number(this.rows(`SELECT count(*) FROM ${table} ${by} WHERE ${sql}`, values)[0]?.[0]),
      );
    const matches = matcher(filter);
    const ids = `SELECT id AS found FROM ${table} WHERE id > ? AND ${sql} ORDER BY id LIMIT ${PAGE}`;
    const page = `SELECT id, doc FROM (${ids}) CROSS JOIN ${layout.table} ON id = found`;
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

  /** Queries by the chosen index; without it while the index is not made yet. */
  private hinted<T>(index: string | undefined, query: (by: string) => T): T {
    if (index === undefined) return query('');
    try {
      return query(`INDEXED BY ${index}`);
    } catch (error) {
      if (!(error instanceof Error && /no such index|no query solution/.test(error.message))) throw error;
      return query('');
    }
  }
}

const nothing = ({ total }: FindOptions): FoundText => ({ docs: [], ...(total && { total: 0 }) });

/** A document beyond the limit says that there are more. */
function pageOf(docs: string[], keys: readonly SortKey[], limit: number): FoundText {
  if (docs.length <= limit) return { docs };
  const page = docs.slice(0, limit);
  return { docs: page, next: cursorAfter(JSON.parse(page.at(-1)!) as Doc, keys) };
}

/** The columns of sort values in a select that has named them by `keyed`. */
const aliases = (keys: readonly SortKey[]): Columns => ({
  get: (path) => `k${keys.findIndex((key) => key.path === path)}`,
});
