// How values of documents are found and ordered, the same in every document store: by MongoDB's order of types.
import type { Doc } from '../document-store';

/** The value at a dotted path; undefined where there is none. Does not look into arrays. */
export function valueAt(doc: Doc, path: string): unknown {
  let value: unknown = doc;
  // No list of keys is made: this runs for every indexed path of every document written.
  for (let from = 0, dot = 0; dot >= 0; from = dot + 1) {
    dot = path.indexOf('.', from);
    const key = dot < 0 ? path.slice(from) : path.slice(from, dot);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** MongoDB's bracket of a value: a comparison never matches a value of another bracket. Missing counts as null. */
export const bracket = (value: unknown): number => {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return 5;
  return Array.isArray(value) ? 4 : 3;
};

/** Compares by the bytes of UTF-8 without making them: UTF-16 has the same order but for units above the surrogates. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/** Order of two values: by bracket, then by value; strings by their UTF-8 bytes, as both stores do. */
export function compare(a: unknown, b: unknown): number {
  const brackets = bracket(a) - bracket(b);
  if (brackets !== 0) return brackets;
  if (typeof a === 'string') return compareTexts(a, b as string);
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (a === undefined || a === null) return 0;
  return Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b)));
}
