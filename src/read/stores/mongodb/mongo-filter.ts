// Turns filters, sorts and cursors into those of MongoDB: the same language, with documents one level down in `doc`.
import type { Document } from 'mongodb';
import type { Filter } from '../../document-store';
import type { SortKey } from '../../filters/cursor';
import { bracket } from '../../filters/values';

/** A document as it is stored: `doc` is absent and `gone` is set on a tombstone. */
export interface StoredDocument {
  readonly _id: string;
  readonly stamp: bigint;
  readonly doc?: Document;
  readonly gone?: true;
}

export const storedPath = (path: string): string => (path === 'id' ? '_id' : `doc.${path}`);

export function mongoFilter(filter: Filter = {}): Document {
  const terms = Object.entries(filter).filter(([, term]) => term !== undefined);
  const $and = terms.map(([key, term]): Document => {
    if (key !== '$and' && key !== '$or') return { [storedPath(key)]: term };
    const inner = (term as readonly Filter[]).map((one) => mongoFilter(one));
    // MongoDB refuses empty lists.
    if (inner.length === 0) return key === '$and' ? {} : NOTHING;
    return { [key]: inner };
  });
  return $and.length === 0 ? {} : { $and };
}

const NOTHING = { _id: { $in: [] } };

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
