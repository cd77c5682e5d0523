// Compiles filters and sorts to SQL. For paths that have a column the SQL uses it, so that a filter over them reads an
// index only; values at other paths are taken from the JSON.
import type { Filter, Operators } from '../../document-store';
import { isOperators } from '../../filters/matcher';
import type { SortKey } from '../../filters/cursor';
import type { Columns, Condition, SqlValue } from './sqlite-condition';
import { regexSql } from './sqlite-regex';
import { bracket } from '../../filters/values';

/**
 * A value as it stands in a column: SQLite's own order (numbers, text, blobs) is then MongoDB's. Missing and null are
 * -Infinity, which JSON cannot hold, so that no column is ever NULL and comparisons need no third case.
 */
export function encode(value: unknown): SqlValue {
  const kind = bracket(value);
  if (kind === 0) return -Infinity;
  if (kind === 1 || kind === 2) return value as number | string;
  if (kind === 5) return value ? TRUE : FALSE;
  return Uint8Array.from([kind, ...Buffer.from(JSON.stringify(value))]);
}

// Not Buffers: a Buffer from the pool would take the whole pool along to another thread.
const TRUE = Uint8Array.of(5, 1);
const FALSE = Uint8Array.of(5, 0);
export const NULLISH = '-9e999';
/** Where the brackets that can be compared begin and end in a column, by bracket. */
const BOUNDS: Readonly<Record<number, { from: string; to: string }>> = {
  0: { from: `= ${NULLISH}`, to: `= ${NULLISH}` },
  1: { from: `> ${NULLISH}`, to: `< ''` },
  2: { from: `>= ''`, to: `< x''` },
  5: { from: `>= x'05'`, to: `< x'06'` },
};

/** SQL of the value at a path, encoded as in a column. */
export function valueSql(path: string, columns: Columns): string {
  if (path === 'id') return 'id';
  const column = columns.get(path);
  if (column) return column;
  const at = jsonPath(path);
  return (
    `CASE json_type(doc,${at}) WHEN 'true' THEN x'0501' WHEN 'false' THEN x'0500'` +
    ` WHEN 'object' THEN CAST(x'03'||json_extract(doc,${at}) AS BLOB)` +
    ` WHEN 'array' THEN CAST(x'04'||json_extract(doc,${at}) AS BLOB)` +
    ` ELSE coalesce(json_extract(doc,${at}),${NULLISH}) END`
  );
}

function jsonPath(path: string): string {
  if (path.includes('"')) throw new Error('A path of a filter or sort may not hold a quotation mark');
  const keys = path.split('.').map((key) => `."${key.replaceAll("'", "''")}"`);
  return `'$${keys.join('')}'`;
}

const TRUTH: Condition = { sql: '1', values: [], exact: true };
const ANYTHING: Condition = { sql: '1', values: [], exact: false };

const join = (parts: readonly Condition[], word: 'AND' | 'OR', empty: string): Condition => {
  if (parts.length === 1) return parts[0]!;
  return {
    sql: parts.length === 0 ? empty : `(${parts.map(({ sql }) => sql).join(` ${word} `)})`,
    values: parts.flatMap(({ values }) => values),
    exact: parts.every(({ exact }) => exact),
  };
};

export function compileFilter(filter: Filter | undefined, columns: Columns): Condition {
  const parts = Object.entries(filter ?? {}).map(([key, term]): Condition => {
    if (term === undefined) return TRUTH;
    if (key === '$and' || key === '$or') {
      const inner = (term as readonly Filter[]).map((one) => compileFilter(one, columns));
      return key === '$and' ? join(inner, 'AND', '1') : join(inner, 'OR', '0');
    }
    const value = valueSql(key, columns);
    return isOperators(term)
      ? operators(value, key, term, columns)
      : operator(value, key, '$eq', term, {}, columns);
  });
  return join(parts, 'AND', '1');
}

function operators(value: string, path: string, terms: Operators, columns: Columns): Condition {
  const parts = Object.entries(terms)
    .filter(([name, operand]) => name !== '$options' && operand !== undefined)
    .map(([name, operand]) => operator(value, path, name, operand, terms, columns));
  return join(parts, 'AND', '1');
}

function operator(
  value: string,
  path: string,
  name: string,
  operand: unknown,
  terms: Operators,
  columns: Columns,
): Condition {
  const raw = path === 'id' ? 'id' : columns.raw?.(path);
  switch (name) {
    case '$eq':
    case '$ne': {
      const not = name === '$ne';
      // IS, not =: a bare column is NULL where the value is missing, and must then count as another value.
      if (raw !== undefined && path !== 'id' && operand !== null)
        return comparison(raw, not ? 'IS NOT' : 'IS', operand);
      return comparison(value, not ? '<>' : '=', operand);
    }
    case '$in':
      return among(value, 'IN', operand as readonly unknown[]);
    case '$nin':
      return among(value, 'NOT IN', operand as readonly unknown[]);
    case '$gt':
      return ordered(value, '>', operand, terms);
    case '$gte':
      return ordered(value, '>=', operand, terms);
    case '$lt':
      return ordered(value, '<', operand, terms);
    case '$lte':
      return ordered(value, '<=', operand, terms);
    case '$exists': {
      const there = raw ?? `json_type(doc,${jsonPath(path)})`;
      return { sql: `${there} IS ${operand ? 'NOT ' : ''}NULL`, values: [], exact: true };
    }
    case '$all':
      return hasAll(path, operand as readonly string[], columns);
    case '$regex':
      return regexSql(
        value,
        { raw, hasNuls: columns.hasNuls?.(path) },
        operand as string,
        terms.$options === 'i',
      );
    case '$not': {
      const inner = operators(value, path, operand as Operators, columns);
      return inner.exact ? { ...inner, sql: `NOT (${inner.sql})` } : ANYTHING;
    }
    default:
      throw new Error(`Not an operator of this filter language: ${name}`);
  }
}

function hasAll(path: string, texts: readonly string[], columns: Columns): Condition {
  const found = texts.length > 0 ? columns.terms?.(path, texts) : undefined;
  if (found) return { ...found, sql: `id IN (${found.sql})` };
  const has = `EXISTS (SELECT 1 FROM json_each(doc,${jsonPath(path)}) WHERE value = ?)`;
  return join(
    texts.map((text) => ({ sql: has, values: [text], exact: true })),
    'AND',
    '0',
  );
}

const comparison = (value: string, sign: string, operand: unknown): Condition => ({
  sql: `${value} ${sign} ?`,
  values: [encode(operand)],
  exact: true,
});

function among(value: string, word: string, operands: readonly unknown[]): Condition {
  // One statement whatever the number of values: it stays prepared, and no limit of variables is met.
  if (operands.length > 16 && operands.every((one) => typeof one === 'string'))
    return {
      sql: `${value} ${word} (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(operands)],
      exact: true,
    };
  return {
    sql: `${value} ${word} (${operands.map(() => '?').join()})`,
    values: operands.map(encode),
    exact: true,
  };
}

/** A comparison within the operand's bracket, so that numbers never match strings. */
function ordered(value: string, sign: string, operand: unknown, terms: Operators): Condition {
  const own = bracket(operand);
  const up = sign.startsWith('>');
  const other = up ? (terms.$lt ?? terms.$lte) : (terms.$gt ?? terms.$gte);
  // A range has a bound at its other end already: SQLite might seek by a second one there.
  const end = bracket(other) === own ? '' : ` AND ${value} ${up ? BOUNDS[own]!.to : BOUNDS[own]!.from}`;
  return { sql: `(${value} ${sign} ?${end})`, values: [encode(operand)], exact: true };
}

/** The condition that a document comes after a cursor in an order. */
export function afterSql(keys: readonly SortKey[], cursor: readonly unknown[], columns: Columns): Condition {
  const sqls = keys.map(({ path }) => valueSql(path, columns));
  const values = cursor.map(encode);
  const signs = keys.map(({ down }) => (down ? '<' : '>'));
  // Row values let SQLite seek to the cursor's place in the index; all keys must have one direction.
  if (new Set(signs).size === 1)
    return {
      sql: `(${sqls.join()}) ${signs[0]} (${sqls.map(() => '?').join()})`,
      values,
      exact: true,
    };
  const steps = keys.map((_, last): Condition => {
    const terms = sqls.slice(0, last + 1).map((sql, i) => `${sql} ${i === last ? signs[i] : '='} ?`);
    return { sql: `(${terms.join(' AND ')})`, values: values.slice(0, last + 1), exact: true };
  });
  return join(steps, 'OR', '0');
}

/** The condition that all given ones hold. */
export const both = (...parts: readonly Condition[]): Condition => join(parts, 'AND', '1');
