// Conditions on the text of values, in any case and one Unicode form: words, as CONTAINS_TOKEN and the search text find
// them, and whole values.
import type { Filter, Operators } from '../../read/document-store';
import { regexOf, type TextPattern } from '../../read/filters/text-patterns';
import { phoneDigits } from '../../read/filters/letter-case.vocabulary';
import { MOST_WILDCARDS, MOST_WORDS } from '../limits';
import type { PropertyDefinition } from '../properties/property.events';
import { comparisonOf } from '../properties/values/sameness.vocabulary';
import { judgedForm } from './search-key.vocabulary';

const inAnyCase = (pattern: TextPattern): Operators => ({ $regex: regexOf(pattern), $options: 'i' });

/** A condition on the text of a property: on the form by which it is judged, where that is not the value itself. */
const judged = (name: string, condition: Operators): Filter => ({
  $or: [
    { [`forms.${name}`]: condition },
    { $and: [{ [`forms.${name}`]: { $exists: false } }, { [`values.${name}`]: condition }] },
  ],
});

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFC')
    .split(/\s+/)
    .filter((word) => word !== '');

/** In words, what a search text has too many of; undefined where it is within the limits. */
export function excessOf(text: string): string | undefined {
  if (hasTooManyWords(text)) return TOO_MANY_WORDS;
  const wildcards = text.split(/\*+/).length - 1;
  return wildcards > MOST_WILDCARDS ? `may hold at most ${MOST_WILDCARDS} wildcards (*)` : undefined;
}

export const hasTooManyWords = (text: string): boolean => wordsOf(text).length > MOST_WORDS;
export const TOO_MANY_WORDS = `may hold at most ${MOST_WORDS} words`;

/** One condition for each word of `value`, which must stand as a word in a property; `*` stands for any part of a word. */
export function tokenFilter(name: string, value: string): Filter[] {
  const words = wordsOf(value);
  if (words.length === 0) return [{ [`values.${name}`]: { $exists: true } }];
  return words.map((word) => {
    const run = word.split('*').filter((part) => part !== '');
    const start = word.startsWith('*') ? 'any' : 'word';
    const end = word.endsWith('*') ? 'any' : 'word';
    return judged(
      name,
      inAnyCase(run.length > 1 ? { start, end, run } : { start, end, texts: [run[0] ?? ''] }),
    );
  });
}

/** Of a longer run of digits no phone number is found, but where it stands as it is. */
const BARE_DIGITS = /^\+?\d{2,32}$/;
const digitsIn = (word: string): Operators =>
  inAnyCase({ start: word.startsWith('+') ? 'text' : 'any', end: 'any', digits: word });

/** Every word of the search text stands somewhere in one of the properties; bare digits, among those of a phone number. */
export function textFilter(properties: readonly PropertyDefinition[], text: string): Filter | undefined {
  const words = wordsOf(text);
  if (words.length === 0) return undefined;
  const standsIn = (word: string, definition: PropertyDefinition): Filter[] => {
    const found = judged(definition.name, inAnyCase({ start: 'any', end: 'any', texts: [word] }));
    const isNumber = comparisonOf(definition) === 'phone' && BARE_DIGITS.test(word);
    return isNumber ? [found, { [`values.${definition.name}`]: digitsIn(word) }] : [found];
  };
  return { $and: words.map((word) => ({ $or: properties.flatMap((one) => standsIn(word, one)) })) };
}

/** The whole value is one of `texts`, in any case. */
export const oneOf = (name: string, texts: readonly string[]): Filter =>
  judged(
    name,
    inAnyCase({ start: 'text', end: 'text', texts: texts.map((text) => judgedForm(name, text) ?? text) }),
  );

/** The value is one of some phone numbers, however they are written. */
export const oneOfPhones = (name: string, texts: readonly string[]): Filter => {
  const path = `values.${name}`;
  const [numbers, others] = [texts.filter(isDialled), texts.filter((text) => !isDialled(text))];
  const any: Filter[] = numbers.map((text) => ({
    [path]: inAnyCase({ start: 'text', end: 'text', digits: phoneDigits(text) }),
  }));
  if (others.length > 0)
    any.push(
      oneOf(
        name,
        others.map((text) => text.trim()),
      ),
    );
  return any.length === 1 ? any[0]! : { $or: any };
};
const isDialled = (text: string): boolean => phoneDigits(text) !== '';

/** One of the options in the value, separated by `;`, is one of `texts`, in any case. */
export const someChosen = (texts: readonly string[]): Operators =>
  inAnyCase({ start: 'part', end: 'part', texts });

/** The value is one of some lists of options, in any case. */
export const oneChoice = (texts: readonly string[]): Operators =>
  inAnyCase({ start: 'text', end: 'text', texts });
