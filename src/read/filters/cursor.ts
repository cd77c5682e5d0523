// Sort orders and keyset cursors, the same in every document store: a cursor holds the sort values and the id of a
// page's last document.
import { Refusal } from '../../refusals';
import type { Doc, Sort } from '../document-store';
import { compare, valueAt } from './values';

export interface SortKey {
  readonly path: string;
  readonly down: boolean;
}

/**
 * The whole order of a sort: `id` ends it, in the direction of the last path, so that one index serves it both ways.
 */
export function sortKeys(sort: Sort = []): readonly SortKey[] {
  const keys: SortKey[] = [];
  for (const path of sort) {
    const key = path.startsWith('-') ? { path: path.slice(1), down: true } : { path, down: false };
    keys.push(key);
    if (key.path === 'id') return keys;
  }
  return [...keys, { path: 'id', down: keys.at(-1)?.down ?? false }];
}

/** The place of a document in an order: its values at the keys. */
export const positionOf = (doc: Doc, keys: readonly SortKey[]): unknown[] =>
  keys.map(({ path }) => valueAt(doc, path) ?? null);

/** Compares two places in an order. */
export function comparePositions(
  one: readonly unknown[],
  other: readonly unknown[],
  keys: readonly SortKey[],
): number {
  for (const [i, { down }] of keys.entries()) {
    const order = compare(one[i], other[i]);
    if (order !== 0) return down ? -order : order;
  }
  return 0;
}

export const cursorAfter = (doc: Doc, keys: readonly SortKey[]): string =>
  Buffer.from(JSON.stringify(positionOf(doc, keys))).toString('base64url');

/** The values of a cursor. Refuses with `cursor-invalid` what cannot be a cursor of this order. */
export function cursorValues(cursor: string, keys: readonly SortKey[]): unknown[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString(), withoutOperators);
  } catch {
    throw new Refusal('cursor-invalid');
  }
  if (!Array.isArray(values) || values.length !== keys.length || typeof values.at(-1) !== 'string')
    throw new Refusal('cursor-invalid');
  return values;
}

/** Clients send cursors back, and may have written one themselves: no value may become an operator of MongoDB. */
function withoutOperators(key: string, value: unknown): unknown {
  if (key.startsWith('$')) throw new Refusal('cursor-invalid');
  return value;
}
