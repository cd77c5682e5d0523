// Takes filters apart: the paths that a filter names, and the conditions that all have to hold.
import { createHash } from 'node:crypto';
import type { Filter, Operators, Scalar } from '../document-store';
import { isOperators } from './matcher';

export type Term = Scalar | Operators;

/** Every path that a filter names, whatever the condition. */
export function namedPaths(filter: Filter): string[] {
  return Object.entries(filter).flatMap(([key, term]) => {
    if (term === undefined) return [];
    return key === '$and' || key === '$or' ? (term as readonly Filter[]).flatMap(namedPaths) : [key];
  });
}

export interface Conjuncts {
  /** Conditions on single paths; a path may stand here more than once. */
  readonly terms: readonly (readonly [path: string, term: Term])[];
  /** Lists of filters; one filter of each list has to hold. */
  readonly choices: readonly (readonly Filter[])[];
}

/** The conditions of a filter that have to hold together, including the conditions of nested `$and`s. */
export function conjunctsOf(filter: Filter): Conjuncts {
  const terms: (readonly [string, Term])[] = [];
  const choices: (readonly Filter[])[] = [];
  for (const [key, term] of Object.entries(filter)) {
    if (term === undefined) continue;
    const listed = key === '$and' || key === '$or' ? (term as readonly Filter[]) : undefined;
    if (!listed) terms.push([key, term as Term]);
    else if (key === '$or' && listed.length !== 1) choices.push(listed);
    else
      for (const inner of listed.map(conjunctsOf)) {
        terms.push(...inner.terms);
        choices.push(...inner.choices);
      }
  }
  return { terms, choices };
}

/** The only values that a term lets through; undefined where the term does not list them. */
export function valuesOf(term: Term): readonly Scalar[] | undefined {
  if (!isOperators(term)) return [term];
  const asked = Object.keys(term).filter((name) => term[name as keyof Operators] !== undefined);
  if (asked.length !== 1) return undefined;
  return term.$eq !== undefined ? [term.$eq] : term.$in;
}

const BOUNDS: readonly string[] = ['$gt', '$gte', '$lt', '$lte'];

/** Whether the values that a term lets through are one range of an index. */
export const isRange = (term: Term): boolean =>
  isOperators(term) && Object.keys(term).every((name) => BOUNDS.includes(name));

const LONG_KEY = 1_000;

/** A text that tells filters apart, short for whoever remembers many: a filter may name hundreds of thousands of ids. */
export function filterKey(filter: Filter): string {
  const text = JSON.stringify(filter);
  return text.length <= LONG_KEY ? text : createHash('sha256').update(text).digest('base64');
}
