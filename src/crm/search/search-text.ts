// Text in values, in any case: words, as CONTAINS_TOKEN and the search text look for them, and whole values. Patterns
// of the forms that both document stores answer fast.
import { TEXT_END, WORD_EDGE, type Filter, type Operators } from '../../read/document-store';

const MOST_WORDS = 20;

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
const wordsOf = (text: string): string[] => text.trim().split(/\s+/).slice(0, MOST_WORDS);

/**
 * A part, then the next within the word. Each finds its nearest place and keeps it (a lookahead is not tried again):
 * trying all places of all parts would take for ever. Only the last is bound by what comes behind it.
 */
const followedBy = (before: string, part: string, index: number, parts: readonly string[]): string =>
  index === parts.length - 1
    ? `${before}[^\\s]*${part}`
    : `${before}(?=(?<part${index}>[^\\s]*?${part}))\\k<part${index}>`;

/** Conditions for each word of the value: it stands as a word in the value; `*` stands for any part of a word. */
export function tokenFilter(path: string, value: string): Filter[] {
  return wordsOf(value).flatMap((word) => {
    const parts = word
      .replace(/^\*+|\*+$/g, '')
      .split(/\*+/)
      .map(escaped);
    const start = word.startsWith('*') ? '' : WORD_EDGE.start;
    const end = word.endsWith('*') ? '' : WORD_EDGE.end;
    const patterns = [start + parts.reduce(followedBy) + end];
    // Text that must stand there in any case is looked for faster than a pattern of several parts.
    if (parts.length > 1) patterns.unshift(...parts);
    return patterns.map(($regex): Filter => ({ [path]: { $regex, $options: 'i' } }));
  });
}

/** Every word of the search text stands somewhere in one of the properties. */
export function textFilter(properties: readonly string[], text: string): Filter | undefined {
  const words = wordsOf(text).filter((word) => word !== '');
  if (words.length === 0) return undefined;
  return {
    $and: words.map((word) => ({
      $or: properties.map((name) => ({ [`values.${name}`]: { $regex: escaped(word), $options: 'i' } })),
    })),
  };
}

/** The whole value is one of these, in any case. */
export const oneOf = (texts: readonly string[]): Operators => ({
  $regex: `^(?:${[...new Set(texts)].map(escaped).join('|')})${TEXT_END}`,
  $options: 'i',
});

/** One of the values that `;` parts is this one, in any case. */
export const chosen = (value: string): Operators[] => {
  const own = escaped(value);
  return [`^${own}${TEXT_END}`, `^${own};`, `;${own};`, `;${own}${TEXT_END}`].map(($regex) => ({
    $regex,
    $options: 'i',
  }));
};
