// How a collection lies in SQLite: a table of documents with one column per indexed path, a table of tombstones, and
// the indexes. Tombstones stand apart so that no query ever meets one.
import type { CollectionSpec, Scanned } from '../../document-store';
import type { Columns } from './sqlite-condition';
import type { LaidIndex } from './sqlite-plan';
import { termsTable, type LaidTerms } from './sqlite-terms';

export interface Layout {
  readonly table: string;
  readonly tombstones: string;
  readonly columns: Columns;
  /** The paths that have a column, in column order. */
  readonly paths: readonly string[];
  readonly tables: readonly string[];
  /** Changes a document if it has the stamp it was loaded with. Takes the values of its row, then that stamp. */
  readonly update: string;
  /** Statements that make the indexes; the first `sought` of them are made with the tables. */
  readonly indexes: readonly string[];
  readonly sought: number;
  readonly laid: readonly LaidIndex[];
  readonly scanned: Scanned | undefined;
  readonly terms: LaidTerms | undefined;
}

export function layoutOf({
  name,
  indexes: others = [],
  covering = [],
  sought = [],
  scanned,
  terms,
}: CollectionSpec): Layout {
  if (!/^[\w-]+$/.test(name)) throw new Error('A collection name holds letters, digits, _ and - only');
  const indexes = [...sought, ...others];
  const bare = (path: string) => path.replace(/^-/, '');
  const paths = [...new Set([...indexes, ...covering].flat().map(bare))].filter((path) => path !== 'id');
  const columns = new Map(paths.map((path, i) => [path, `c${i}`]));
  const table = `"${name}"`;
  const tombstones = `"${name}:gone"`;
  const laidTerms = terms === undefined ? undefined : { path: terms, table: `"${name}:terms"` };
  const laid = [
    ...indexes.map((index) => [...index.map(bare), 'id']),
    // The id follows the sort path, so that pages in this order need no sorting.
    ...covering.map(([first = 'id', ...rest]) => [bare(first), 'id', ...rest.map(bare)]),
  ].map((terms, i) => ({ name: `"${name}:${i}"`, paths: [...new Set(terms)] }));
  return {
    table,
    tombstones,
    columns,
    paths,
    tables: [
      // Columns have no type: SQLite then keeps and compares values as they are. Rows lie in id order: scans are
      // sequential.
      `CREATE TABLE IF NOT EXISTS ${table} (id PRIMARY KEY NOT NULL, stamp INTEGER NOT NULL, doc TEXT NOT NULL` +
        `${[...columns.values()].map((column) => `, ${column}`).join('')}) WITHOUT ROWID`,
      `CREATE TABLE IF NOT EXISTS ${tombstones} (id PRIMARY KEY NOT NULL, stamp INTEGER NOT NULL) WITHOUT ROWID`,
      ...(laidTerms ? [termsTable(laidTerms)] : []),
    ],
    update:
      `UPDATE ${table} SET stamp = ?2, doc = ?3${paths.map((_, i) => `, c${i} = ?${i + 4}`).join('')}` +
      ` WHERE id = ?1 AND stamp = ?${paths.length + 4}`,
    indexes: laid.map((index) => {
      const terms = index.paths.map((path) => columns.get(path) ?? 'id').join();
      return `CREATE INDEX IF NOT EXISTS ${index.name} ON ${table} (${terms})`;
    }),
    sought: sought.length,
    laid,
    scanned,
    terms: laidTerms,
  };
}
