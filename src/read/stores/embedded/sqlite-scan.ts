// Narrow tables hold the values of documents that are filtered and sorted by without an index: for each value of `by`,
// a kind, SQLite keeps a table with a column for each path, so that a filter reads values and no document. Columns are
// added as paths turn up.
import type { Doc, Filter, Scanned } from '../../document-store';
import { conjunctsOf, namedPaths, valuesOf } from '../../filters/filter-terms';
import { encode, NULLISH } from './sqlite-filter';
import type { Columns, SqlValue } from './sqlite-condition';
import { valueAt } from '../../filters/values';

export interface ScanTable {
  readonly table: string;
  /** Path of each column, in column order. */
  readonly paths: readonly string[];
  /** Paths at which some document has, or has had, a text with a NUL character. */
  readonly nuls: ReadonlySet<string>;
}

/** Columns of a narrow table (SQLite takes 2,000); values at paths that turn up later are read from the documents. */
export const MOST_COLUMNS = 1_500;

/** The kind to which a filter holds documents; undefined where no narrow table can answer filter and sort. */
export function kindOf(scanned: Scanned, filter: Filter, sorted: readonly string[]): string | undefined {
  const kept = (path: string) => path === 'id' || path === scanned.by || isKept(scanned, path);
  if (![...namedPaths(filter), ...sorted].every(kept)) return undefined;
  for (const [path, term] of conjunctsOf(filter).terms) {
    const [value, ...others] = path === scanned.by ? (valuesOf(term) ?? []) : [];
    if (typeof value === 'string' && others.length === 0) return value;
  }
  return undefined;
}

function isKept({ paths, members }: Scanned, path: string): boolean {
  if (paths.includes(path)) return true;
  const dot = path.lastIndexOf('.');
  return members.includes(path.slice(0, dot)) && dot < path.length - 1;
}

/** At a path without a column no document of the kind has a value, as long as there is room for columns. */
export function scanColumns(scanned: Scanned, kind: string, { paths, nuls }: ScanTable): Columns {
  const slots = new Map(paths.map((path, slot) => [path, `v${slot}`]));
  const byKind = `'${kind.replaceAll("'", "''")}'`;
  const raw = (path: string) => slots.get(path) ?? (path === scanned.by ? byKind : 'NULL');
  return {
    get: (path) =>
      slots.has(path) ? `coalesce(${raw(path)},${NULLISH})` : path === scanned.by ? byKind : NULLISH,
    raw,
    hasNuls: (path) => nuls.has(path),
  };
}

/** What documents of a kind share that hold values at the same paths. */
export interface Shape {
  readonly kind: string;
  readonly paths: readonly string[];
  /** Those of `paths` at which some document has a text with a NUL character. */
  readonly nuls: readonly string[];
}

/** What a batch writes into narrow tables: by shape, rows one after another, each an id and its values. */
export interface ScanWrites {
  readonly shapes: readonly { readonly shape: Shape; readonly rows: (string | SqlValue)[] }[];
  /** Ids of documents that are removed. */
  readonly gone: readonly string[];
}

export function scanWrites(
  { by, paths, members }: Scanned,
  writes: readonly { readonly id: string; readonly doc?: Doc }[],
): ScanWrites {
  const shapes = new Map<string, { shape: Shape & { nuls: string[] }; rows: (string | SqlValue)[] }>();
  const gone: string[] = [];
  for (const { id, doc } of writes) {
    if (!doc) {
      gone.push(id);
      continue;
    }
    const values: SqlValue[] = [];
    const held: string[] = [];
    const nuls: string[] = [];
    const hold = (path: string, value: unknown): void => {
      held.push(path);
      values.push(encode(value));
      if (typeof value === 'string' && value.includes('\0')) nuls.push(path);
    };
    for (const path of paths) {
      const value = valueAt(doc, path);
      if (value !== undefined) hold(path, value);
    }
    for (const member of members) {
      const within = valueAt(doc, member);
      if (typeof within !== 'object' || within === null || Array.isArray(within)) continue;
      for (const [key, value] of Object.entries(within)) {
        // No path can name a key with a dot: its value is never asked for.
        if (!key.includes('.') && value !== undefined) hold(`${member}.${key}`, value);
      }
    }
    const kind = String(valueAt(doc, by));
    const key = `${kind}\n${held.join('\n')}`;
    let of = shapes.get(key);
    if (!of) shapes.set(key, (of = { shape: { kind, paths: held, nuls: [] }, rows: [] }));
    for (const path of nuls) if (!of.shape.nuls.includes(path)) of.shape.nuls.push(path);
    of.rows.push(id);
    for (const value of values) of.rows.push(value);
  }
  return { shapes: [...shapes.values()], gone };
}
