// Compiles the patterns of the filter language to SQL: literal text, anchored or between word edges. Any other pattern
// is left to JavaScript, after a test in SQL that costs little.
import { folded, TEXT_END, WORD_EDGE } from '../document-store';
import type { Condition } from './sqlite-filter';

type Edge = 'any' | 'text' | 'word';

interface Literal {
  readonly start: Edge;
  readonly end: Edge;
  /** One of them. */
  readonly texts: readonly string[];
}

interface Sql {
  readonly sql: string;
  readonly values: string[];
}

const PART = String.raw`(?:[^\\^$.|?*+()[\]{}]|\\[^\w])*`;
const LITERAL = new RegExp(`^${PART}$`, 'su');
const ALTERNATIVES = new RegExp(String.raw`^\(\?:${PART}(?:\|${PART})*\)$`, 'su');
/** SQLite takes patterns of up to 50,000 bytes; a letter may become a class of several. */
const LONGEST = 2_000;

/**
 * `raw`: the column of a value that stands there as it is, NULL where it is missing. What SQLite's own patterns cannot
 * see there is text behind a NUL character.
 */
export function regexSql(
  value: string,
  raw: string | undefined,
  pattern: string,
  ignoreCase: boolean,
): Condition {
  const literal = literalOf(pattern);
  const column = raw ?? value;
  const fits = literal?.texts.every((text) => text.length <= LONGEST && !text.includes('\0'));
  if (!literal || !fits) return { sql: `typeof(${column}) = 'text'`, values: [], exact: false };
  const found =
    raw === undefined || !ignoreCase ? byBytes(column, literal, ignoreCase) : byPattern(raw, literal);
  return { ...found, sql: `(${found.sql} AND typeof(${column}) = 'text')` };
}

function literalOf(pattern: string): Literal | undefined {
  let body = pattern;
  const cut = (word: string, edge: Edge, at: 'start' | 'end'): Edge | undefined => {
    if (!(at === 'start' ? body.startsWith(word) : body.endsWith(word))) return undefined;
    body = at === 'start' ? body.slice(word.length) : body.slice(0, -word.length);
    return edge;
  };
  const start = cut(WORD_EDGE.start, 'word', 'start') ?? cut('^', 'text', 'start') ?? 'any';
  const end = cut(WORD_EDGE.end, 'word', 'end') ?? cut(TEXT_END, 'text', 'end') ?? 'any';
  const several = ALTERNATIVES.test(body) ? body.slice(3, -1).split(/(?<!\\)\|/) : [body];
  if (!several.every((text) => LITERAL.test(text))) return undefined;
  return { start, end, texts: several.map((text) => text.replace(/\\(.)/gsu, '$1')) };
}

/** By substrings: for JSON, where a value is not at hand as a column. SQLite folds ASCII only, JavaScript all letters. */
function byBytes(value: string, { start, end, texts }: Literal, ignoreCase: boolean): Condition {
  if (ignoreCase && texts.some(beyondAscii)) return { sql: '1', values: [], exact: false };
  const fold = (sql: string) => (ignoreCase ? `lower(${sql})` : sql);
  const one = () => {
    if (start === 'text' && end === 'text') return `${fold(value)} = ${fold('?')}`;
    return `instr(${fold(value)},${fold('?')}) ${start === 'text' ? '= 1' : '> 0'}`;
  };
  const exact = start !== 'word' && (end === 'any' || (end === 'text' && start === 'text'));
  return { sql: `(${texts.map(one).join(' OR ')})`, values: texts, exact };
}

/** By SQLite's patterns, which fold as they compare and allocate nothing. */
function byPattern(raw: string, { start, end, texts }: Literal): Condition {
  if (start === 'text' && end === 'text') {
    const [plain, other] = [texts.filter((text) => !beyondAscii(text)), texts.filter(beyondAscii)];
    const parts = [
      ...(plain.length > 0 ? [`${raw} COLLATE NOCASE IN (${plain.map(() => '?').join()})`] : []),
      ...other.map(() => `${raw} GLOB ?`),
    ];
    return { sql: `(${parts.join(' OR ')})`, values: [...plain, ...other.map(classes)], exact: true };
  }
  const each = texts.map((text) => between(raw, start, end, text));
  return {
    sql: `(${each.map(({ sql }) => sql).join(' OR ')})`,
    values: each.flatMap(({ values }) => values),
    exact: true,
  };
}

/** Most words stand between blanks: what costs little is tried first. */
function between(raw: string, start: Edge, end: Edge, text: string): Sql {
  const like = likeOf(raw, text);
  const found = all(hint(raw, text), like(start === 'text' ? '' : '%', end === 'text' ? '' : '%'));
  if (start !== 'word' && end !== 'word') return found;
  const starts = start === 'word' ? ['% ', ''] : start === 'text' ? [''] : ['%'];
  const ends = end === 'word' ? [' %', ''] : end === 'text' ? [''] : ['%'];
  const usual = starts.flatMap((before) => ends.map((behind) => like(before, behind)));
  const before = start === 'word' ? `*${NO_LETTER}` : start === 'text' ? ' ' : '*';
  const behind = end === 'word' ? `${NO_LETTER}*` : end === 'text' ? ' ' : '*';
  return {
    sql: `(${found.sql} AND (${usual.map(({ sql }) => sql).join(' OR ')} OR ' '||${raw}||' ' GLOB ?))`,
    values: [...found.values, ...usual.flatMap(({ values }) => values), before + classes(text) + behind],
  };
}

const all = (...parts: readonly Sql[]): Sql => ({
  sql: parts.map(({ sql }) => sql).join(' AND '),
  values: parts.flatMap(({ values }) => values),
});

/**
 * What a value must hold to match at all. GLOB tries classes of letters at every place, which costs ten times as much
 * as a look for bytes: for ASCII letters in a row, else for two letters in any of their cases.
 */
function hint(raw: string, text: string): Sql {
  if (!beyondAscii(text)) return { sql: '1', values: [] };
  const [plain = ''] = (text.match(/[0-9A-Za-z]{2,}/g) ?? []).sort((one, other) => other.length - one.length);
  if (plain !== '') return { sql: `${raw} LIKE ?`, values: [`%${plain}%`] };
  const cases = [...text].map((letter) => [...(letters().get(folded(letter)) ?? letter)]);
  const pairs = cases.map((own, i) => own.flatMap((one) => (cases[i + 1] ?? ['']).map((next) => one + next)));
  const wanted = (pairs.length > 1 ? pairs.slice(0, -1) : pairs).reduce((best, pair) =>
    pair.length < best.length ? pair : best,
  );
  return { sql: `(${wanted.map(() => `instr(${raw},?)`).join(' OR ')})`, values: wanted };
}

const NO_LETTER = '[^0-9A-Za-z\u0080-\u{10ffff}]';

function likeOf(raw: string, text: string): (before: string, behind: string) => Sql {
  if (beyondAscii(text)) {
    const glob = (wild: string) => wild.replace('%', '*');
    return (before, behind) => ({
      sql: `${raw} GLOB ?`,
      values: [glob(before) + classes(text) + glob(behind)],
    });
  }
  const escape = /[%_\\]/.test(text);
  const escaped = escape ? text.replace(/[%_\\]/g, '\\$&') : text;
  return (before, behind) => ({
    sql: `${raw} LIKE ?${escape ? ` ESCAPE '\\'` : ''}`,
    values: [before + escaped + behind],
  });
}

const beyondAscii = (text: string): boolean => /[^\x00-\x7f]/.test(text);

/** The text as a pattern of GLOB in which each letter stands for all its cases. */
const classes = (text: string): string => [...text].map((letter) => classOf(letter)).join('');

function classOf(letter: string): string {
  const same = letters().get(folded(letter));
  if (same !== undefined) return `[${same}]`;
  return '*?['.includes(letter) ? `[${letter}]` : letter;
}

let byFold: ReadonlyMap<string, string> | undefined;

/** Letters that are one but for their case, by their folded form. */
function letters(): ReadonlyMap<string, string> {
  if (byFold) return byFold;
  const found = new Map<string, string>();
  for (let unit = 0; unit < 0x10000; unit++) {
    const letter = String.fromCharCode(unit);
    const fold = folded(letter);
    if (fold !== letter) found.set(fold, (found.get(fold) ?? fold) + letter);
  }
  return (byFold = found);
}
