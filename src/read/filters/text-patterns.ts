// Patterns of text that every document store answers in linear time: how they are written as regular expressions, and
// read from these again. Everything beyond ASCII counts as a letter. Classes and ends are written out, since escapes
// differ by engine (`$` may stop before a line break).

/** What must bound a found text on one side: anything, the end of the value, of a word, or of an item between `;`. */
export type Edge = 'any' | 'text' | 'word' | 'part';

/** Matches a value that holds one of some texts between two edges. */
export interface LiteralPattern {
  readonly start: Edge;
  readonly end: Edge;
  readonly texts: readonly string[];
}

/** Matches a value that holds all texts of `run`, in order, in one run of characters without white space. */
export interface RunPattern {
  readonly start: 'any' | 'word';
  readonly end: 'any' | 'word';
  readonly run: readonly string[];
}

/**
 * Matches a value by the digits in it, whatever stands between them. A `+` before the digits is one before the first
 * digit of a value; it is told apart only where the value must begin with them.
 */
export interface DigitsPattern {
  readonly start: 'any' | 'text';
  readonly end: 'any' | 'text';
  /** At least two, behind a `+` or not. */
  readonly digits: string;
}

export type TextPattern = LiteralPattern | RunPattern | DigitsPattern;

const LETTER = '0-9A-Za-z\u0080-\uffff';
const TEXT_END = '(?![\\s\\S])';
const STARTS: Readonly<Record<Edge, string>> = {
  any: '',
  text: '^',
  word: `(^|[^${LETTER}])`,
  part: '(^|;)',
};
const ENDS: Readonly<Record<Edge, string>> = {
  any: '',
  text: TEXT_END,
  word: `([^${LETTER}]|$)`,
  part: `(;|${TEXT_END})`,
};

export const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** The regular expression that stands for a pattern. */
export function regexOf(pattern: TextPattern): string {
  if ('run' in pattern) return runRegex(pattern);
  if ('digits' in pattern) return digitsRegex(pattern);
  const { start, end, texts } = pattern;
  const all = [...new Set(texts)].map(escaped);
  return STARTS[start] + (all.length === 1 ? all[0]! : `(?:${all.join('|')})`) + ENDS[end];
}

/** A run is tried once, from its beginning. */
const RUN_START = '(?:^|\\s)';
/** What stands in a run before its first text, where that begins a word. */
const WORD_IN_RUN = `(?:\\S*?[^\\s${LETTER}])??`;
const LATER = '\\S*?';

/**
 * Each text finds its nearest place and keeps it: a lookahead is not tried again, while trying all places of all texts
 * would take for ever. Only the last text is bound by what comes after it.
 */
function runRegex({ start, end, run }: RunPattern): string {
  const parts = run.map((text, i) => {
    const found = (i === 0 && start === 'word' ? WORD_IN_RUN : LATER) + escaped(text);
    return i === run.length - 1 ? found : keptOpening(i) + found + keptEnd(i);
  });
  return RUN_START + parts.join('') + ENDS[end];
}

const keptOpening = (i: number): string => `(?=(?<part${i}>`;
const keptEnd = (i: number): string => `))\\k<part${i}>`;

const BETWEEN = '[^0-9]*';
const PLUS = `^${BETWEEN}\\+${BETWEEN}`;
const NO_PLUS = '^[^0-9+]*';

function digitsRegex({ start, end, digits }: DigitsPattern): string {
  const before = start === 'any' ? '' : digits.startsWith('+') ? PLUS : NO_PLUS;
  const body = digits.replace('+', '').split('').join(BETWEEN);
  return before + body + (end === 'text' ? BETWEEN + TEXT_END : '');
}

const DIGITS = new RegExp(
  `^(${escaped(PLUS)}|${escaped(NO_PLUS)})?([0-9](?:${escaped(BETWEEN)}[0-9])+)(${escaped(BETWEEN + TEXT_END)})?$`,
);

function digitsOf(regex: string): DigitsPattern | undefined {
  const [, before, body, behind] = DIGITS.exec(regex) ?? [];
  if (body === undefined) return undefined;
  return {
    start: before === undefined ? 'any' : 'text',
    end: behind === undefined ? 'any' : 'text',
    digits: (before === PLUS ? '+' : '') + body.replaceAll(BETWEEN, ''),
  };
}

const PLAIN = /[^\\^$.|?*+()[\]{}]+/y;
const ESCAPED = /\\([^\w])/suy;

/** The texts that escaped texts between `|` stand for; undefined where `body` holds anything else. */
function alternatives(body: string): string[] | undefined {
  const texts = [''];
  for (let at = 0; at < body.length;) {
    PLAIN.lastIndex = ESCAPED.lastIndex = at;
    const found = PLAIN.exec(body) ?? ESCAPED.exec(body);
    if (found) texts.push(texts.pop()! + (found[1] ?? found[0]));
    else if (body[at] === '|') texts.push('');
    else return undefined;
    at += found?.[0].length ?? 1;
  }
  return texts;
}

/** The pattern that a regular expression stands for; undefined where `regexOf` would not have written it. */
export function patternOf(regex: string): TextPattern | undefined {
  if (regex.startsWith(RUN_START)) return runOf(regex);
  const digits = digitsOf(regex);
  if (digits) return digits;
  const edges = ['text', 'word', 'part'] as const;
  const start = edges.find((edge) => regex.startsWith(STARTS[edge])) ?? 'any';
  const rest = regex.slice(STARTS[start].length);
  const end = edges.find((edge) => rest.endsWith(ENDS[edge])) ?? 'any';
  const body = rest.slice(0, rest.length - ENDS[end].length);
  const several = body.startsWith('(?:') && body.endsWith(')');
  const texts = alternatives(several ? body.slice(3, -1) : body);
  return texts && (several || texts.length === 1) ? { start, end, texts } : undefined;
}

function runOf(regex: string): RunPattern | undefined {
  const end = regex.endsWith(ENDS.word) ? 'word' : 'any';
  let rest = regex.slice(RUN_START.length, regex.length - ENDS[end].length);
  const run: string[] = [];
  let start: 'any' | 'word' | undefined;
  for (let i = 0; ; i++) {
    const kept = rest.startsWith(keptOpening(i));
    if (kept) rest = rest.slice(keptOpening(i).length);
    const before = [WORD_IN_RUN, LATER].find((text) => rest.startsWith(text));
    if (before === undefined) return undefined;
    start ??= before === WORD_IN_RUN ? 'word' : 'any';
    const length = kept ? rest.indexOf(keptEnd(i)) : rest.length;
    const texts = length < 0 ? undefined : alternatives(rest.slice(before.length, length));
    if (texts?.length !== 1) return undefined;
    run.push(texts[0]!);
    if (!kept) return { start, end, run };
    rest = rest.slice(length + keptEnd(i).length);
  }
}
