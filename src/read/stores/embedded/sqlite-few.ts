// Narrows a filter down to few documents: where an index says that few can match, they are looked up one by one,
// whatever else the filter asks of them. SQLite has no statistics here, so the index is asked first.
import type { Filter } from '../../document-store';
import { conjunctsOf, isRange, valuesOf, type Term } from '../../filters/filter-terms';
import { isOperators } from '../../filters/matcher';
import { both, compileFilter } from './sqlite-filter';
import type { Condition, SqlValue } from './sqlite-condition';
import type { Layout } from './sqlite-layout';
import { idsWith } from './sqlite-terms';

/** Documents up to which looking each one up is faster than reading all. */
const FEW = 5_000;
/** Documents so few that asking one more index costs more than it may save. */
const ENOUGH = 100;

export interface Few {
  /** A select of the documents' ids, as `found`. */
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

interface Counted extends Few {
  readonly count: number;
}

type Rows = (sql: string, values: readonly unknown[]) => unknown[][];

/** The few documents that a filter can match; undefined where no index narrows it down to few. */
export function fewAmong(layout: Layout, filter: Filter, rows: Rows): Few | undefined {
  const { terms, choices } = conjunctsOf(filter);
  const one = fewest(layout, terms, rows);
  if (one) return one;
  for (const choice of choices) {
    const all = fewOfEach(layout, terms, choice, rows);
    if (all) return all;
  }
  return undefined;
}

/** The few documents that `choice` can match, one of whose filters has to hold: each filter must find few. */
function fewOfEach(
  layout: Layout,
  terms: readonly (readonly [string, Term])[],
  choice: readonly Filter[],
  rows: Rows,
): Few | undefined {
  const parts: Counted[] = [];
  let count = 0;
  for (const filter of choice) {
    const part = fewest(layout, [...terms, ...conjunctsOf(filter).terms], rows);
    if (!part || (count += part.count) > FEW) return undefined;
    parts.push(part);
  }
  if (parts.length === 0) return undefined;
  return { sql: parts.map(({ sql }) => sql).join(' UNION '), values: parts.flatMap(({ values }) => values) };
}

function fewest(
  { table, columns, laid, terms: listed }: Layout,
  terms: readonly (readonly [string, Term])[],
  rows: Rows,
): Counted | undefined {
  const byId = terms.filter(([path, term]) => path === 'id' && valuesOf(term));
  const seen = new Set<string>();
  let best: Counted | undefined;
  const consider = (used: readonly (readonly [string, Term])[], by: string) => {
    const { sql, values } = both(...used.map(([path, term]) => compileFilter({ [path]: term }, columns)));
    const key = sql + JSON.stringify(values);
    if (seen.has(key)) return;
    seen.add(key);
    const most = Math.min(FEW, best?.count ?? FEW);
    const count = counted(rows, `SELECT 1 FROM ${table} ${by} WHERE ${sql} LIMIT ${most + 1}`, values);
    if (count !== undefined && count <= most)
      best = { sql: `SELECT id AS found FROM ${table} ${by} WHERE ${sql}`, values, count };
  };
  if (byId.length > 0) consider(byId, '');
  const texts = terms.flatMap(([path, term]) =>
    path === listed?.path && isOperators(term) ? (term.$all ?? []) : [],
  );
  if (listed && texts.length > 0) {
    const { sql, values } = idsWith(listed, texts);
    const count = counted(rows, `${sql} LIMIT ${FEW + 1}`, values);
    if (count !== undefined && count <= FEW) best = { sql, values, count };
  }
  // The narrowest first: none of the others is asked for more than it has.
  const entered = laid.map(({ name, paths }) => ({ name, used: seekable(paths, terms) }));
  for (const { name, used } of entered.sort((one, other) => narrowness(other.used) - narrowness(one.used)))
    if (used.length > 0 && !(best && best.count <= ENOUGH)) consider(used, `INDEXED BY ${name}`);
  return best;
}

/** The more terms, the narrower; a list of values counts less than one value. */
const narrowness = (used: readonly (readonly [string, Term])[]): number =>
  used.reduce((sum, [, term]) => sum + 1 / (valuesOf(term)?.length ?? 10), 0);

/** The terms by which an index can be entered: values of its first paths, then a range of the next path. */
function seekable(
  paths: readonly string[],
  terms: readonly (readonly [string, Term])[],
): (readonly [string, Term])[] {
  const used: (readonly [string, Term])[] = [];
  for (const path of paths) {
    const value = terms.find(([own, term]) => own === path && valuesOf(term));
    if (value) used.push(value);
    else return [...used, ...terms.filter(([own, term]) => own === path && isRange(term))];
  }
  return used;
}

function counted(rows: Rows, sql: string, values: Condition['values']): number | undefined {
  try {
    return Number(rows(`SELECT count(*) FROM (${sql})`, values)[0]?.[0]);
  } catch (error) {
    // The index is not made yet.
    if (error instanceof Error && /no such index|no query solution/.test(error.message)) return undefined;
    throw error;
  }
}
