// Writes the cells of CSV files that people open in a spreadsheet: RFC 4180, and no cell is taken for a formula. Takes the
// guard off again where such a file comes back.

/**
 * Heads the last column of an export. It stays where a spreadsheet saves the file again, and no property has this name:
 * only in such a file are the guards of formulas ours.
 */
export const EXPORT_MARK = 'strata:export';

/** Begins a CSV file: without it spreadsheets take UTF-8 for an older encoding. */
export const BYTE_ORDER_MARK = '\ufeff';

const QUOTED = /[",\r\n]/;
/**
 * What a spreadsheet may begin a formula with, the forms of full width among them, and whatever it may pass over
 * before: white space, control and invisible characters. `escape_formulas` of csv-stringify looks at the first
 * character alone.
 */
const FORMULA = /^[\s\p{C}\p{Z}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/u;
/** A cell by which nothing can be computed: a number below zero stays a number. */
const NUMBER = /^\s*[+-]?\d+(?:\.\d+)?\s*$/;

/** Most cells begin with a letter or a digit: what comes after cannot make them a formula. */
const PLAIN = /^[0-9A-Za-z]/;

const GUARD = "'";

/** Whether a value begins a formula, behind any guards: one that looks as if it were guarded gets a guard of its own. */
function beginsFormula(value: string): boolean {
  const bare = value.startsWith(GUARD) ? value.replace(/^'+/, '') : value;
  return !PLAIN.test(bare) && FORMULA.test(bare) && !NUMBER.test(bare);
}

/** The value of a cell that `cell` has written, its quotes taken off. */
export const unguarded = (text: string): string =>
  text.startsWith(GUARD) && beginsFormula(text.slice(GUARD.length)) ? text.slice(GUARD.length) : text;

/** One cell, quoted where it has to be. */
export function cell(value: string): string {
  if (value === '') return value;
  const safe = beginsFormula(value) ? GUARD + value : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;
