// Turns filters, sorts and cursors into those of MongoDB: the same language, with documents one level down in `doc`.
import type { Document } from 'mongodb';
import type { Filter, Operators } from '../../document-store';
import type { SortKey } from '../../filters/cursor';
import { isOperators } from '../../filters/matcher';
import { patternOf } from '../../filters/text-patterns';
import { textTest } from '../../filters/text-test';
import { bracket } from '../../filters/values';
import { textQuery } from './mongo-text';

/** A document as it is stored: `doc` is absent and `gone` is set on a tombstone. */
export interface StoredDocument {
  readonly _id: string;
  readonly stamp: bigint;
  readonly doc?: Document;
  readonly gone?: true;
}

export const storedPath = (path: string): string => (path === 'id' ? '_id' : `doc.${path}`);

/** A condition on a text that is longer than the server's patterns may be: the values that pass `query` are tested. */
export interface LongText {
  readonly path: string;
  readonly query: Document;
  readonly test: (text: string) => boolean;
}

/** By such a condition, as `keyOf` names it: the ids of the documents that it finds. */
export type FoundByText = ReadonlyMap<string, readonly string[]>;

export function mongoFilter(filter: Filter = {}, found: FoundByText = new Map()): Document {
  const terms = Object.entries(filter).filter(([, term]) => term !== undefined);
  const $and = terms.map(([key, term]): Document => {
    if (key !== '$and' && key !== '$or')
      return hasPattern(term) ? textTerm(key, term, found) : { [storedPath(key)]: term };
    const inner = (term as readonly Filter[]).map((one) => mongoFilter(one, found));
    // MongoDB refuses empty lists.
    if (inner.length === 0) return key === '$and' ? {} : NOTHING;
    return { [key]: inner };
  });
  return $and.length === 0 ? {} : { $and };
}

const NOTHING = { _id: { $in: [] } };

const hasPattern = (term: unknown): term is Operators =>
  isOperators(term) && (term.$regex !== undefined || hasPattern(term.$not));

function textTerm(key: string, term: Operators, found: FoundByText): Document {
  const path = storedPath(key);
  const $and = (Object.entries(term) as [string, unknown][]).flatMap(([name, operand]): Document[] => {
    if (name === '$options' || operand === undefined) return [];
    if (name === '$not') return [{ $nor: [mongoFilter({ [key]: operand as Operators }, found)] }];
    if (name !== '$regex') return [{ [path]: { [name]: operand } }];
    const ids = found.get(keyOf(key, term));
    if (ids) return [{ _id: { $in: ids } }];
    const pattern = patternOf(term.$regex!);
    if (pattern) return [textQuery(path, pattern, term.$options === 'i').query];
    return [{ [path]: { $regex: term.$regex, ...(term.$options && { $options: term.$options }) } }];
  });
  return $and.length === 1 ? $and[0]! : { $and };
}

const keyOf = (path: string, { $regex, $options }: Operators): string =>
  `${path} ${$options ?? ''} ${$regex!}`;

/** The conditions of a filter that the server cannot judge alone, by their names. */
export function longTexts(filter: Filter = {}): Map<string, LongText> {
  const all = new Map<string, LongText>();
  const visit = (path: string, term: Operators): void => {
    if (hasPattern(term.$not)) visit(path, term.$not);
    const pattern = term.$regex === undefined ? undefined : patternOf(term.$regex);
    if (!pattern) return;
    const ignoreCase = term.$options === 'i';
    const { query, exact } = textQuery(storedPath(path), pattern, ignoreCase);
    if (!exact) all.set(keyOf(path, term), { path, query, test: textTest(pattern, ignoreCase) });
  };
  for (const [key, term] of Object.entries(filter))
    if (key === '$and' || key === '$or')
      for (const inner of term as readonly Filter[])
        for (const [name, text] of longTexts(inner)) all.set(name, text);
    else if (hasPattern(term)) visit(key, term);
  return all;
}

export const mongoSort = (keys: readonly SortKey[]): Record<string, 1 | -1> =>
  Object.fromEntries(keys.map(({ path, down }) => [storedPath(path), down ? -1 : 1]));

/** MongoDB's types in the order of their values, by bracket; a comparison stays within one of them. */
const TYPES = ['null', 'number', 'string', 'object', 'array', 'bool'];

/** Finds what comes after a cursor in an order: equal to the cursor up to a key, and beyond it at that key. */
export function mongoAfter(keys: readonly SortKey[], cursor: readonly unknown[]): Document {
  const $or = keys.flatMap(({ path, down }, i) => {
    const equal = keys.slice(0, i).map((key, k) => ({ [storedPath(key.path)]: cursor[k] ?? null }));
    return beyond(storedPath(path), cursor[i], down).map((term) => ({ $and: [...equal, term] }));
  });
  return { $or };
}

function beyond(path: string, value: unknown, down: boolean): Document[] {
  const own = bracket(value);
  const within = own === 0 ? [] : [{ [path]: { [down ? '$lt' : '$gt']: value } }];
  if (path === '_id') return within;
  const types = down ? TYPES.slice(1, own) : TYPES.slice(own + 1);
  return [
    ...within,
    ...(types.length > 0 ? [{ [path]: { $type: types } }] : []),
    // Matches missing values as well as null.
    ...(down && own > 0 ? [{ [path]: null }] : []),
  ];
}
