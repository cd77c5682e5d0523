// Fills a page by reading little, where an index says so or a bounded walk finds out: SQLite has no statistics here, and
// ours would go stale. What of many documents somebody may see is either frequent, and soon met in the order of the
// sort, or rare, and then few entries of an index tell all of it.
import type { Filter } from '../../document-store';
import type { SortKey } from '../../filters/cursor';
import { conjunctsOf, namedPaths } from '../../filters/filter-terms';
import { afterSql, both, compileFilter, valueSql } from './sqlite-filter';
import type { Columns, Condition } from './sqlite-condition';
import type { Layout } from './sqlite-layout';
import { holding, planned } from './sqlite-plan';

export interface Bounds {
  /** Entries read in the order of the sort before other ways are tried, and after them. */
  readonly firstWalk: number;
  readonly lastWalk: number;
  /** Entries of an index that are all read, and then sorted. */
  readonly gathered: number;
}
export const BOUNDS: Bounds = { firstWalk: 2_500, lastWalk: 50_000, gathered: 15_000 };

/** Walks of an index beside each other that read little, however rare what they find is. */
const FEW_PARTS = 4;

/** Where values are read: the table of documents, or the narrow table that holds all values asked for. */
export interface Source {
  readonly table: string;
  readonly columns: Columns;
}

export interface Asked {
  readonly collection: string;
  readonly layout: Layout;
  readonly source: Source;
  readonly filter: Filter;
  readonly keys: readonly SortKey[];
  readonly limit: number;
  /** The place in the order after which the page begins. */
  readonly cursor: readonly unknown[] | undefined;
  readonly bounds: Bounds;
}

type Rows = (sql: string, values: readonly unknown[]) => unknown[][];
/** Documents of a page as text, and one beyond its limit where there are more. */
type Texts = string[] | undefined;

/** The page by an index that has the order of the sort; undefined where none has, or much would have to be read. */
export function pageInOrder(asked: Asked, rows: Rows): Texts {
  const { layout, filter, keys, limit, cursor } = asked;
  const { index, prefix, parts } = planned(filter, layout.laid, keys);
  if (index === undefined) return undefined;
  const source = { table: `${layout.table} INDEXED BY ${index}`, columns: layout.columns };
  return unlessMissing(() => {
    if (parts.length === 1) return walkedOrGathered(asked, source, prefix, rows);
    // Where these are frequent, fewer rows fill the page than the walks would read.
    const most = Math.min(asked.bounds.firstWalk, parts.length * limit);
    const soon = isById(asked) && parts.length > FEW_PARTS && walked(asked, asked.source, [], most, rows);
    if (soon) return soon;
    const heads = [...prefix, keys[0]!.path];
    if (!namedPaths(filter).every((path) => heads.includes(path))) return gathered(asked, rows);
    const beyond = cursor && afterSql(keys, cursor, source.columns);
    const conditions = parts.map((part) => compileFilter(part, source.columns));
    if (!conditions.every(({ exact }) => exact)) return undefined;
    const all = conditions.map((part) => (beyond ? both(beyond, part) : part));
    return texts(firstDocs(layout, source, all, keys, limit + 1, rows));
  });
}

/** The page by a look at the first rows of the narrow table, which lie in the order of ids. */
export function pageById(asked: Asked, rows: Rows): Texts {
  return isById(asked) ? unlessMissing(() => walkedOrGathered(asked, asked.source, [], rows)) : undefined;
}

/** Whether a narrow table has the order of the sort. */
const isById = ({ layout, source, keys }: Asked): boolean => source !== layout && keys[0]!.path === 'id';

const walkedOrGathered = (asked: Asked, by: Source, prefix: readonly string[], rows: Rows): Texts =>
  walked(asked, by, prefix, asked.bounds.firstWalk, rows) ??
  gathered(asked, rows) ??
  walked(asked, by, prefix, asked.bounds.lastWalk, rows);

/** Tests the first `most` entries in the order of the sort; undefined where they are too few to fill the page. */
function walked(
  { layout, filter, keys, limit, cursor }: Asked,
  { table, columns }: Source,
  prefix: readonly string[],
  most: number,
  rows: Rows,
): Texts {
  const fits = compileFilter(filter, columns);
  if (!fits.exact) return undefined;
  const entered = entries(filter, [...prefix, keys[0]!.path], columns);
  const from = cursor ? both(afterSql(keys, cursor, columns), entered) : entered;
  const read = Math.max(most, limit + 1);
  const walk = (chosen: string) =>
    `SELECT ${chosen} FROM ${table} WHERE ${from.sql} ORDER BY ${inOrder(keys, columns)} LIMIT ${read}`;
  // Bounded, the walk stays a query of its own: its rows come in its order, and it ends where the page is full.
  const found = `SELECT found FROM (${walk(`id AS found, (${fits.sql}) AS fits`)}) WHERE fits LIMIT ${limit + 1}`;
  const page = docsOf(layout, found, [...fits.values, ...from.values], rows);
  if (page.length > limit) return texts(page);
  const [[count] = []] = rows(`SELECT count(*) FROM (${walk('1')})`, from.values);
  return Number(count) < read ? texts(page) : undefined;
}

/** Reads all entries that an index has for the filter, if they are few, and sorts them. */
function gathered({ layout, filter, keys, limit, cursor, bounds }: Asked, rows: Rows): Texts {
  const { columns } = layout;
  const held = holding(filter, layout.laid, keys);
  const wanted = compileFilter(filter, columns);
  if (!held || !wanted.exact) return undefined;
  const table = `${layout.table} INDEXED BY ${held.index}`;
  const entered = entries(filter, held.prefix, columns);
  const count = `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${entered.sql} LIMIT ${bounds.gathered + 1})`;
  if (Number(rows(count, entered.values)[0]?.[0]) > bounds.gathered) return undefined;
  const all = cursor ? both(wanted, afterSql(keys, cursor, columns)) : wanted;
  return texts(firstDocs(layout, { table, columns }, [all], keys, limit + 1, rows));
}

/** The conditions on some paths that all have to hold: by them an index is entered. */
function entries(filter: Filter, paths: readonly string[], columns: Columns): Condition {
  const terms = conjunctsOf(filter).terms.filter(([path]) => paths.includes(path));
  return both(...terms.map(([path, term]) => compileFilter({ [path]: term }, columns)));
}

/** The first documents of an order among those that meet one of the conditions; no document meets two. */
export function firstDocs(
  layout: Layout,
  { table, columns }: Source,
  parts: readonly Condition[],
  keys: readonly SortKey[],
  limit: number,
  rows: Rows,
): unknown[][] {
  // Each walk reads an index or a narrow table alone where it can; only the page's documents are fetched.
  const walks = parts.map(
    ({ sql }) =>
      `SELECT * FROM (SELECT id AS found, ${keyed(keys, columns)} FROM ${table} WHERE ${sql}` +
      ` ORDER BY ${order(keys)} LIMIT ${limit})`,
  );
  const found = `SELECT found FROM (${walks.join(' UNION ALL ')}) ORDER BY ${order(keys)} LIMIT ${limit}`;
  const values = parts.flatMap((part) => part.values);
  return docsOf(layout, found, values, rows);
}

const docsOf = ({ table }: Layout, found: string, values: readonly unknown[], rows: Rows): unknown[][] =>
  rows(`SELECT doc FROM (${found}) CROSS JOIN ${table} ON id = found`, values);

const texts = (rows: readonly unknown[][]): string[] => rows.map(([text]) => text as string);

export const keyed = (keys: readonly SortKey[], columns: Columns): string =>
  keys.map(({ path }, i) => `${valueSql(path, columns)} AS k${i}`).join();

export const order = (keys: readonly SortKey[]): string =>
  keys.map(({ down }, i) => `k${i}${down ? ' DESC' : ''}`).join();

const inOrder = (keys: readonly SortKey[], columns: Columns): string =>
  keys.map(({ path, down }) => `${valueSql(path, columns)}${down ? ' DESC' : ''}`).join();

/** Undefined while the index is not made yet. */
function unlessMissing<T>(query: () => T): T | undefined {
  try {
    return query();
  } catch (error) {
    if (error instanceof Error && /no such index|no query solution/.test(error.message)) return undefined;
    throw error;
  }
}
