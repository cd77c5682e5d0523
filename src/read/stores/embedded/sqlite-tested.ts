// Answers queries whose filter SQL cannot judge: values are read from the narrow table and tested in JavaScript, in one
// pass that keeps the page and counts the rest.
import type { Filter } from '../../document-store';
import { comparePositions, type SortKey } from '../../filters/cursor';
import { namedPaths } from '../../filters/filter-terms';
import { matcherOf } from '../../filters/matcher';
import type { Columns, Condition } from './sqlite-condition';

export interface Tested {
  readonly source: { readonly table: string; readonly columns: Columns };
  readonly filter: Filter;
  /** The part of the filter that SQL can judge. */
  readonly wanted: Condition;
  readonly keys: readonly SortKey[];
  readonly cursor: readonly unknown[] | undefined;
  /** Ids that are kept, at most. */
  readonly most: number;
}

/** Rows that are read at a time: a text that V8 keeps among small objects, unless values are long. */
const ROWS = 500;

/** The first ids after the cursor in the order of the keys, and the number of all documents that match. */
export function testedIds(
  { source, filter, wanted, keys, cursor, most }: Tested,
  rows: (sql: string, values: readonly unknown[]) => unknown[][],
): { readonly ids: string[]; readonly total: number } {
  const paths = [...new Set(['id', ...namedPaths(filter), ...keys.map(({ path }) => path)])];
  const slots = new Map(paths.map((path, i) => [path, i]));
  const at = (path: string) => {
    const slot = slots.get(path)!;
    // As in a document: a missing value is undefined. Null stands in the table as what no JSON number can be.
    return (row: Row): unknown =>
      row[slot] === null ? undefined : row[slot] === -Infinity ? null : row[slot];
  };
  const matches = matcherOf<Row>(filter, at);
  const places = keys.map(({ path }) => at(path));
  const raws = paths.map((path) => (path === 'id' ? 'id' : source.columns.raw!(path)));
  const columns = raws.map((raw, i) => `${raw} AS c${i}`);
  const page = `SELECT ${columns.join()} FROM ${source.table} WHERE id > ? AND ${wanted.sql} ORDER BY id LIMIT ${ROWS}`;
  const sql = `SELECT json_group_array(json_array(${raws.map((raw, i) => json(raw, `c${i}`)).join()})) FROM (${page})`;
  const kept: Kept[] = [];
  let total = 0;
  for (let after = ''; ;) {
    const found = JSON.parse(rows(sql, [after, ...wanted.values])[0]![0] as string) as Row[];
    for (const row of found) {
      if (!matches(row)) continue;
      total++;
      const place = places.map((value) => value(row) ?? null);
      if (!cursor || comparePositions(place, cursor, keys) > 0)
        keep(kept, { id: row[0] as string, place }, keys, most);
    }
    if (found.length < ROWS) return { ids: kept.map(({ id }) => id), total };
    after = found.at(-1)![0] as string;
  }
}

type Row = readonly unknown[];

interface Kept {
  readonly id: string;
  readonly place: readonly unknown[];
}

/** Adds one to those kept in order, of which the first `most` stay. */
function keep(kept: Kept[], one: Kept, keys: readonly SortKey[], most: number): void {
  const before = (other: Kept) => comparePositions(one.place, other.place, keys) < 0;
  if (kept.length === most && !(kept.at(-1) && before(kept.at(-1)!))) return;
  let [from, to] = [0, kept.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (before(kept[middle]!)) to = middle;
    else from = middle + 1;
  }
  kept.splice(from, 0, one);
  if (kept.length > most) kept.pop();
}

/** SQL of an encoded value as JSON. A constant is text or NULL and stays so: SQLite would parse it as JSON at once. */
const json = (raw: string, column: string): string =>
  !/^v\d+$/.test(raw)
    ? column
    : `CASE typeof(${column}) WHEN 'blob' THEN CASE ${column} WHEN x'0501' THEN json('true') WHEN x'0500' THEN json('false')` +
      ` ELSE json(CAST(substr(${column},2) AS TEXT)) END ELSE ${column} END`;
