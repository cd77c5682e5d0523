// Writes the cells of CSV files that people open in a spreadsheet: RFC 4180, and no cell is taken for a formula.

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

/** One cell, quoted where it has to be. */
export function cell(value: string): string {
  if (value === '') return value;
  const safe = !PLAIN.test(value) && FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;
