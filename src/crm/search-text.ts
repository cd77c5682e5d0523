// Words in values: what CONTAINS_TOKEN and the search text look for. Patterns that both document stores read alike.
import type { Filter } from '../read/document-store';

const MOST_WORDS = 20;

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
/** What is not part of a word; everything beyond ASCII counts as a letter. Written out: escapes differ by engine. */
const EDGE = '[^0-9A-Za-z\u0080-\uffff]';

const wordsOf = (text: string): string[] => text.trim().split(/\s+/).slice(0, MOST_WORDS);

/**
 * A part, then the next within the word. Each finds its nearest place and keeps it (a lookahead is not tried again):
 * trying all places of all parts would take for ever. Only the last is bound by what comes behind it.
 */
const followedBy = (before: string, part: string, index: number, parts: readonly string[]): string =>
  index === parts.length - 1
    ? `${before}[^\\s]*${part}`
    : `${before}(?=(?<part${index}>[^\\s]*?${part}))\\k<part${index}>`;

/** One condition for each word of the value: it stands as a word in the value; `*` stands for any part of a word. */
export function tokenFilter(path: string, value: string): Filter[] {
  return wordsOf(value).map((word) => {
    const core = word.replace(/^\*+|\*+$/g, '');
    const pattern = core.split(/\*+/).map(escaped).reduce(followedBy);
    const start = word.startsWith('*') ? '' : `(^|${EDGE})`;
    const end = word.endsWith('*') ? '' : `(${EDGE}|$)`;
    return { [path]: { $regex: start + pattern + end, $options: 'i' } };
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
