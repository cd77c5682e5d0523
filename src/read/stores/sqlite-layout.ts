// How a collection lies in SQLite: a table of documents with one column per indexed path, a table of tombstones, and
// the indexes. Tombstones stand apart so that no query ever meets one.
import type { CollectionSpec } from '../document-store';
import type { Columns } from './sqlite-filter';

export interface Layout {
  readonly table: string;
  readonly tombstones: string;
  readonly columns: Columns;
  /** The paths that have a column, in column order. */
  readonly paths: readonly string[];
  readonly tables: readonly string[];
  readonly indexes: readonly string[];
}

export function layoutOf({ name, indexes = [], covering = [] }: CollectionSpec): Layout {
  if (!/^[\w-]+$/.test(name)) throw new Error('A collection name holds letters, digits, _ and - only');
  const bare = (path: string) => path.replace(/^-/, '');
  const paths = [...new Set([...indexes, ...covering].flat().map(bare))].filter((path) => path !== 'id');
  const columns = new Map(paths.map((path, i) => [path, `c${i}`]));
  const table = `"${name}"`;
  const tombstones = `"${name}:gone"`;
  const columnOf = (path: string) => columns.get(bare(path)) ?? 'id';
  const listed = [
    ...indexes.map((index) => [...index.map(columnOf), 'id']),
    // The id follows the sort path, so that pages in this order need no sorting.
    ...covering.map(([first = 'id', ...rest]) => [columnOf(first), 'id', ...rest.map(columnOf)]),
  ];
  return {
    table,
    tombstones,
    columns,
    paths,
    tables: [
      // Columns have no type: SQLite then keeps and compares values as they are. Rows lie in id order: scans are sequential.
      `CREATE TABLE IF NOT EXISTS ${table} (id PRIMARY KEY NOT NULL, stamp INTEGER NOT NULL, doc TEXT NOT NULL` +
        `${[...columns.values()].map((column) => `, ${column}`).join('')}) WITHOUT ROWID`,
      `CREATE TABLE IF NOT EXISTS ${tombstones} (id PRIMARY KEY NOT NULL, stamp INTEGER NOT NULL) WITHOUT ROWID`,
    ],
    indexes: listed.map(
      (terms, i) => `CREATE INDEX IF NOT EXISTS "${name}:${i}" ON ${table} (${[...new Set(terms)].join()})`,
    ),
  };
}
