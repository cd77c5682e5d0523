// Turns the agreed patterns of text into queries that MongoDB's engine (PCRE2, over code points) answers as JavaScript
// tests them, over UTF-16 units: letters are written in all their cases, since the engine knows other pairs of them, and
// classes are written out.
import type { Document } from 'mongodb';
import { casesOf } from '../../filters/letter-case.vocabulary';
import {
  escaped,
  regexOf,
  type Edge,
  type LiteralPattern,
  type TextPattern,
} from '../../filters/text-patterns';

/** Characters that one regular expression holds: a longer one is refused by the server. */
const MOST = 1_000;

export interface TextQuery {
  readonly query: Document;
  /** False: the query lets through more than the pattern, and each value must be tested. */
  readonly exact: boolean;
}

const NOTHING: Document = { _id: { $in: [] } };
const LETTER = '0-9A-Za-z\\x{80}-\\x{10ffff}';
/** What JavaScript takes for white space. */
const WIDE_SPACE =
  '\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const SPACE = `\\x09-\\x0d\\x20${WIDE_SPACE}`;
/** What stands in a run before a word. White space beyond ASCII begins a run, and counts as a letter all the same. */
const WORD_IN_RUN = `(?:(?<![${WIDE_SPACE}])|[^${SPACE}]*?[^${SPACE}${LETTER}])`;
const LATER = `[^${SPACE}]*?`;
const STARTS: Readonly<Record<Edge, string>> = {
  any: '',
  text: '\\A',
  word: `(?:\\A|[^${LETTER}])`,
  part: '(?:\\A|;)',
};
const ENDS: Readonly<Record<Edge, string>> = {
  any: '',
  text: '\\z',
  word: `(?:\\z|[^${LETTER}])`,
  part: '(?:\\z|;)',
};

/** `path` is that of the stored document. */
export function textQuery(path: string, pattern: TextPattern, ignoreCase: boolean): TextQuery {
  if ('digits' in pattern) {
    const exact = pattern.digits.length <= MOST;
    const first = exact
      ? pattern
      : ({ ...pattern, end: 'any', digits: pattern.digits.slice(0, MOST) } as const);
    return { query: { [path]: { $regex: regexOf(first) } }, exact };
  }
  const own = (text: string): string => spelled(text, ignoreCase);
  if ('run' in pattern) {
    const { start, end, run } = pattern;
    if (sizeOf(run) > MOST) return narrowed(path, run, own);
    const parts = run.map((text, i) => {
      const before = i === 0 && start === 'word' ? WORD_IN_RUN : LATER;
      // A text keeps the nearest place that it finds: the engine does not go back into an atomic group.
      return i === run.length - 1 ? before + own(text) : `(?>${before}${own(text)})`;
    });
    return exactly(path, [`(?:\\A|[${SPACE}])${parts.join('')}${ENDS[end]}`]);
  }
  return literalQuery(path, pattern, own);
}

function literalQuery(
  path: string,
  { start, end, texts }: LiteralPattern,
  own: (text: string) => string,
): TextQuery {
  const short = texts.filter((text) => text.length <= MOST);
  const groups = grouped(short).map((some) => `${STARTS[start]}(?:${some.map(own).join('|')})${ENDS[end]}`);
  const found = exactly(path, groups);
  const long = texts.filter((text) => text.length > MOST).map((text) => narrowed(path, [text], own).query);
  return long.length === 0
    ? found
    : { query: { $or: [...(short.length > 0 ? [found.query] : []), ...long] }, exact: false };
}

function exactly(path: string, regexes: readonly string[]): TextQuery {
  const any = regexes.map((regex) => ({ [path]: { $regex: regex } }));
  return { query: any.length === 0 ? NOTHING : any.length === 1 ? any[0]! : { $or: any }, exact: true };
}

/** Values that hold all pieces of some texts. */
function narrowed(path: string, texts: readonly string[], own: (text: string) => string): TextQuery {
  const pieces = texts.flatMap((text) => grouped([...text]).map((letters) => own(letters.join(''))));
  return { query: { $and: pieces.map((piece) => ({ [path]: { $regex: piece } })) }, exact: false };
}

const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

/** Texts in groups of MOST characters at most. */
function grouped(texts: readonly string[]): string[][] {
  const groups: string[][] = [];
  let size = Infinity;
  for (const text of texts) {
    size += text.length + 1;
    if (size > MOST) {
      groups.push([]);
      size = text.length;
    }
    groups.at(-1)!.push(text);
  }
  return groups;
}

/** A text as a part of a regular expression, in which no NUL may stand. */
function spelled(text: string, ignoreCase: boolean): string {
  let all = '';
  for (const letter of text) {
    const cases = ignoreCase ? casesOf(letter) : letter;
    all += letter === '\0' ? '\\x00' : cases === letter ? escaped(letter) : `[${cases}]`;
  }
  return all;
}
