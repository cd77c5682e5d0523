// Compiles the patterns of the filter language to SQL: literal text, anchored or between word edges. Any other pattern
// is left to JavaScript, after a test in SQL that costs little.
import { casesOf } from '../../filters/letter-case.vocabulary';
import { patternOf, type Edge, type LiteralPattern, type TextPattern } from '../../filters/text-patterns';
import type { Condition } from './sqlite-condition';

interface Sql {
  readonly sql: string;
  readonly values: string[];
}

/**
 * Characters that SQL looks for at most; of a longer text it looks for a piece. SQLite's search takes as many steps at
 * each character of a value as the text has characters.
 */
const LONGEST = 200;
/** Alternatives that are written out; more are looked up in a list, where SQL can do that, or left to JavaScript. */
const MOST = 16;

/**
 * `raw` is the column where a value stands as it is, NULL where it is missing. SQLite's own patterns do not see the
 * text of such a column after a NUL character: with `hasNuls` JavaScript tests the values that have one.
 */
export function regexSql(
  value: string,
  { raw, hasNuls = false }: { readonly raw: string | undefined; readonly hasNuls?: boolean | undefined },
  regex: string,
  ignoreCase: boolean,
): Condition {
  const column = raw ?? value;
  const isText = `typeof(${column}) = 'text'`;
  const pattern = patternOf(regex);
  if (!pattern) return { sql: isText, values: [], exact: false };
  const found = sqlOf(pattern, value, raw, ignoreCase);
  if (!hasNuls) return { ...found, sql: `(${found.sql} AND ${isText})` };
  const isCut = `instr(CAST(${column} AS BLOB), x'00') > 0`;
  return { ...found, sql: `((${found.sql} OR ${isCut}) AND ${isText})`, exact: false };
}

function sqlOf(pattern: TextPattern, value: string, raw: string | undefined, ignoreCase: boolean): Condition {
  if ('run' in pattern) return holding(pattern.run, value, raw, ignoreCase);
  if ('digits' in pattern) return raw === undefined ? ANYTHING : byDigits(raw, pattern.digits);
  const { start, end, texts } = pattern;
  // A NUL ends what SQLite's patterns see of a text.
  if (texts.some((text) => text.includes('\0'))) return ANYTHING;
  const listed = start === 'text' && end === 'text' && ignoreCase && !texts.some(beyondAscii);
  if (!listed && texts.length === 1 && texts[0]!.length > LONGEST)
    return holding(texts, value, raw, ignoreCase);
  if (!(listed && raw !== undefined) && (texts.length > MOST || texts.some((text) => text.length > LONGEST)))
    return ANYTHING;
  if (start === 'part' || end === 'part') return byParts(pattern, value, raw, ignoreCase);
  return raw === undefined || !ignoreCase
    ? byBytes(raw ?? value, pattern, ignoreCase)
    : byPattern(raw, pattern);
}

/** The first of the digits in their order, whatever stands anywhere: what is left is few, and tested in JavaScript. */
const byDigits = (column: string, digits: string): Condition => ({
  sql: `${column} GLOB ?`,
  values: [`*${digits.replace('+', '').slice(0, MOST).split('').join('*')}*`],
  exact: false,
});

const ANYTHING: Condition = { sql: '1', values: [], exact: false };

/** With a `;` added at either end of a value, each of its items stands between two `;`. */
function byParts(
  { start, end, texts }: LiteralPattern,
  value: string,
  raw: string | undefined,
  ignoreCase: boolean,
): Condition {
  if (start !== end) return ANYTHING;
  const within = (column: string) => `(';'||${column}||';')`;
  const parts: LiteralPattern = { start: 'any', end: 'any', texts: texts.map((text) => `;${text};`) };
  return sqlOf(parts, within(value), raw && within(raw), ignoreCase);
}

/** What a value that holds all these texts must hold: a piece of each text. */
function holding(
  texts: readonly string[],
  value: string,
  raw: string | undefined,
  ignoreCase: boolean,
): Condition {
  const parts = texts
    .map((text) => text.split('\0')[0]!.slice(0, LONGEST))
    // A cut must not part the two units of a character.
    .map((text) => text.replace(/[\ud800-\udbff]$/, ''))
    .filter((text) => text !== '')
    .map((text) => sqlOf({ start: 'any', end: 'any', texts: [text] }, value, raw, ignoreCase));
  return {
    sql: parts.length === 0 ? '1' : `(${parts.map(({ sql }) => sql).join(' AND ')})`,
    values: parts.flatMap(({ values }) => values),
    exact: false,
  };
}

/**
 * Tests by substrings: for JSON, where the value has no column. SQLite ignores the case of ASCII letters only,
 * JavaScript that of all letters.
 */
function byBytes(value: string, { start, end, texts }: LiteralPattern, ignoreCase: boolean): Condition {
  if (ignoreCase && texts.some(beyondAscii)) return ANYTHING;
  const fold = (sql: string) => (ignoreCase ? `lower(${sql})` : sql);
  const one = () => {
    if (start === 'text' && end === 'text') return `${fold(value)} = ${fold('?')}`;
    return `instr(${fold(value)},${fold('?')}) ${start === 'text' ? '= 1' : '> 0'}`;
  };
  const exact = (start === 'any' && end === 'any') || (start === 'text' && (end === 'any' || end === 'text'));
  return { sql: `(${texts.map(one).join(' OR ')})`, values: texts, exact };
}

/** Tests by SQLite's patterns (LIKE and GLOB), which ignore case as they compare and allocate nothing. */
function byPattern(raw: string, { start, end, texts }: LiteralPattern): Condition {
  if (start === 'text' && end === 'text') {
    const [plain, other] = [texts.filter((text) => !beyondAscii(text)), texts.filter(beyondAscii)];
    // One statement whatever the number of values, where they are many.
    const listed = plain.length > MOST ? 'SELECT value FROM json_each(?)' : plain.map(() => '?').join();
    const parts = [
      ...(plain.length > 0 ? [`${raw} COLLATE NOCASE IN (${listed})`] : []),
      ...other.map(() => `${raw} GLOB ?`),
    ];
    const values = [...(plain.length > MOST ? [JSON.stringify(plain)] : plain), ...other.map(classes)];
    return { sql: `(${parts.join(' OR ')})`, values, exact: true };
  }
  const each = texts.map((text) => between(raw, start, end, text));
  return {
    sql: `(${each.map(({ sql }) => sql).join(' OR ')})`,
    values: each.flatMap(({ values }) => values),
    exact: true,
  };
}

/** Tests for a text between two edges. Most words stand between blanks: the cheap test for blanks comes first. */
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
 * What a value must hold to match at all: ASCII letters in a row, or else two letters in any of their cases. GLOB tries
 * classes of letters at every place, which costs ten times as much as a search for bytes.
 */
function hint(raw: string, text: string): Sql {
  if (!beyondAscii(text)) return { sql: '1', values: [] };
  const [plain = ''] = (text.match(/[0-9A-Za-z]{2,}/g) ?? []).sort((one, other) => other.length - one.length);
  if (plain !== '') return { sql: `${raw} LIKE ?`, values: [`%${plain}%`] };
  const cases = [...text].map((letter) => [...casesOf(letter)]);
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
  const same = casesOf(letter);
  if (same !== letter) return `[${same}]`;
  return '*?['.includes(letter) ? `[${letter}]` : letter;
}
