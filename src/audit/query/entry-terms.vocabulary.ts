// The terms by which an entry is found: words, names of properties, digests of values. An entry lists those it has; a
// query asks for some.
import { foldCase } from '../../read/filters/letter-case.vocabulary';
import type { Described } from '../audit-entry.vocabulary';
import { automatic } from '../audit-wording.vocabulary';

/** Letters as in patterns of text: everything beyond ASCII counts as one. */
const WORD = /[0-9A-Za-z\u0080-\uffff]+/g;
/** Longer words are told apart by their beginning. */
const WORD_LENGTH = 64;
/** Words of a name, properties and values of an entry that are kept: events may hold thousands. */
const MOST = 500;

/** The words of a text, each once. Words that differ in case only are the same. */
export const wordsIn = (text: string): string[] => [
  ...new Set((text.match(WORD) ?? []).map((word) => folded(word.slice(0, WORD_LENGTH)))),
];

/** Lower case, as texts are compared where case is ignored. */
const folded = (text: string): string => foldCase(text).toLowerCase();

export const propertyTerm = (name: string): string => `#${folded(name)}`;
export const valueTerm = (digest: string): string => `=${digest}`;

/** Of one value at a path that no index begins with. */
export const facetTerm = (path: string, value: string): string => `${path}=${value}`;

export const facetsOf = (values: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(values).flatMap(([path, value]) => (value === undefined ? [] : [facetTerm(path, value)]));

/** The form in which whole values are compared: letters that differ in case only are the same. */
export const comparedValue = (value: string): string => foldCase(value.trim());

/** What of an entry is searched for. Properties that every change sets would tell nothing. */
export function termsOf(
  { summary, target, changes = {} }: Pick<Described, 'summary' | 'target' | 'changes'>,
  facets: readonly string[],
  digest: (compared: string) => string,
): string[] {
  const terms = new Set([...facets, ...wordsIn(summary), ...wordsIn(target?.label ?? '').slice(0, MOST)]);
  let left = MOST;
  for (const [name, change] of Object.entries(changes)) {
    if (automatic.has(name)) continue;
    if (left-- === 0) break;
    terms.add(propertyTerm(name));
    for (const word of wordsIn(name)) terms.add(word);
    for (const value of [change.from, change.to])
      if (isValue(value)) terms.add(valueTerm(digest(comparedValue(String(value)))));
  }
  return [...terms];
}

const isValue = (value: unknown): value is string | number | boolean =>
  (typeof value === 'string' && value.trim() !== '') ||
  typeof value === 'number' ||
  typeof value === 'boolean';

/** The terms that stay when the name and the values of what an entry tells of are forgotten. */
export function withoutNames(terms: readonly string[], summary: string): string[] {
  const properties = terms.filter((term) => term.startsWith('#'));
  const facets = terms.filter((term) => term.lastIndexOf('=') > 0);
  return [
    ...new Set([...facets, ...wordsIn(summary), ...properties.flatMap((term) => [term, ...wordsIn(term)])]),
  ];
}
