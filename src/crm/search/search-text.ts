// Conditions on the text of values, in any case: words, as CONTAINS_TOKEN and the search text find them, and whole
// values.
import type { Filter, Operators } from '../../read/document-store';
import { regexOf, type TextPattern } from '../../read/filters/text-patterns';
import { MOST_WILDCARDS, MOST_WORDS } from '../limits';

const inAnyCase = (pattern: TextPattern): Operators => ({ $regex: regexOf(pattern), $options: 'i' });

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** In words, what a search text has too many of; undefined where it is within the limits. */
export function excessOf(text: string): string | undefined {
  if (hasTooManyWords(text)) return TOO_MANY_WORDS;
  const wildcards = text.split(/\*+/).length - 1;
  return wildcards > MOST_WILDCARDS ? `may hold at most ${MOST_WILDCARDS} wildcards (*)` : undefined;
}

export const hasTooManyWords = (text: string): boolean => wordsOf(text).length > MOST_WORDS;
export const TOO_MANY_WORDS = `may hold at most ${MOST_WORDS} words`;

/** One condition for each word of `value`, which must stand as a word at `path`; `*` stands for any part of a word. */
export function tokenFilter(path: string, value: string): Filter[] {
  const words = wordsOf(value);
  if (words.length === 0) return [{ [path]: { $exists: true } }];
  return words.map((word) => {
    const run = word.split('*').filter((part) => part !== '');
    const start = word.startsWith('*') ? 'any' : 'word';
    const end = word.endsWith('*') ? 'any' : 'word';
    return {
      [path]: inAnyCase(run.length > 1 ? { start, end, run } : { start, end, texts: [run[0] ?? ''] }),
    };
  });
}

/** Every word of the search text stands somewhere in one of the properties. */
export function textFilter(properties: readonly string[], text: string): Filter | undefined {
  const words = wordsOf(text);
  if (words.length === 0) return undefined;
  return {
    $and: words.map((word) => ({
      $or: properties.map((name) => ({
        [`values.${name}`]: inAnyCase({ start: 'any', end: 'any', texts: [word] }),
      })),
    })),
  };
}

/** The whole value is one of `texts`, in any case. */
export const oneOf = (texts: readonly string[]): Operators =>
  inAnyCase({ start: 'text', end: 'text', texts });

/** One of the options in the value, separated by `;`, is one of `texts`, in any case. */
export const someChosen = (texts: readonly string[]): Operators =>
  inAnyCase({ start: 'part', end: 'part', texts });
