// Takes rows out of CSV text, piece by piece (RFC 4180, and what people make of it). A row that cannot be read is one
// row: what comes after it is read. Pure.

export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

export interface CsvRow {
  /** The row's number as a spreadsheet shows it: 1 is the first row, which is the header where there is one. */
  readonly number: number;
  readonly cells: readonly string[];
  /** Why the row could not be read, holding nothing of it; its cells are then none. */
  readonly broken?: string;
}

/** Characters of the longest row that is read: an opening quote that is never closed must not fill the memory. */
const LONGEST_ROW = 4 * 1024 * 1024;
/** As many cells as a spreadsheet has columns. */
export const MOST_CELLS = 16_384;

const [QUOTE, NEW_LINE, CARRIAGE_RETURN, BLANK, TAB] = [0x22, 0x0a, 0x0d, 0x20, 0x09];

const TOO_WIDE = `the row has more than ${MOST_CELLS} cells`;
const TOO_LONG = `the row is longer than ${LONGEST_ROW} characters`;
const NOT_CLOSED = 'a quoted field is never closed';
const GOES_ON = 'a quoted field goes on after its closing quotation mark';
const BARE_QUOTE = 'a quotation mark stands in a field that is not quoted';

/** How a row may be read. */
interface Manner {
  /** A quoted cell may hold line breaks. */
  readonly spans: boolean;
  /** A quotation mark inside a cell that is not quoted is a character like any other. */
  readonly bare: boolean;
}
const AS_IT_IS: Manner = { spans: true, bare: true };

type Taken =
  | { readonly cells: readonly string[]; readonly next: number; readonly spans: boolean }
  /** `at`: where it was noticed. `line`: the row ends with the line there, not with the one that it begins with. */
  | { readonly broken: string; readonly at: number; readonly line?: true };

/** The number of columns of a header, without empty ones at its end. */
export const widthOf = (header: readonly string[]): number =>
  header.findLastIndex((name) => name.trim() !== '') + 1;

/** Whether a row has the cells of a header, and none beyond but empty ones. */
export const fitsWidth = (cells: readonly string[], width: number): boolean =>
  cells.length >= width && cells.every((cell, n) => n < width || cell === '');

export class CsvParser {
  private text = '';
  private at = 0;
  private number = 0;
  /** With fewer characters waiting there is no use in looking again: a long row is not read anew with every piece. */
  private enough = 0;
  /** Up to here a quote was open that should not have been: lines are read one by one, and strictly. */
  private doubtful = 0;
  /** What comes is the rest of a row that was too long. */
  private skips = false;

  /** `width`: the number of columns. A row of several lines that has another number has a quote that was never closed. */
  constructor(
    private readonly delimiter: Delimiter,
    private readonly width?: number,
  ) {}

  /** The rows that end in this piece of text, without blank lines; `isLast` where no other piece comes. */
  *rows(piece: string, isLast = false): Generator<CsvRow, void> {
    this.text = this.text.slice(this.at) + piece;
    this.doubtful -= this.at;
    this.at = 0;
    if (this.skips && !this.skip(isLast)) return;
    if (!isLast && this.text.length < this.enough) return;
    this.enough = 0;
    while (this.at < this.text.length) {
      const row = this.next(isLast);
      if (!row) break;
      this.number += 1;
      if (row.broken !== undefined || row.cells.length > 1 || row.cells[0] !== '')
        yield { number: this.number, ...row };
      if (this.skips) return;
    }
    this.enough = Math.min(2 * (this.text.length - this.at), LONGEST_ROW + 1);
  }

  /** Passes over a line; false where it ends later. */
  private skip(isLast: boolean): boolean {
    const end = lineEnd(this.text, this.at, isLast);
    this.skips = end === undefined;
    // What ends with a carriage return may be the whole line: what comes next tells.
    const rest = this.text.endsWith('\r') ? this.text.length - 1 : this.text.length;
    this.at = end ?? Math.max(this.at, rest);
    return end !== undefined;
  }

  private next(isLast: boolean): Omit<CsvRow, 'number'> | undefined {
    const taken = takeRow(this.text, this.at, this.delimiter, this.manner(isLast), isLast);
    if (!taken) return this.text.length - this.at > LONGEST_ROW ? this.tooLong(isLast) : undefined;
    if ('broken' in taken) return this.broken(taken, isLast);
    const { cells, next, spans } = taken;
    if (spans && this.width !== undefined && !fitsWidth(cells, this.width))
      return this.broken({ broken: NOT_CLOSED, at: next - 1 }, isLast);
    this.at = next;
    return { cells };
  }

  private manner(isLast: boolean): Manner {
    if (this.at >= this.doubtful) return AS_IT_IS;
    // In the line where it was noticed, a cell may begin that has several lines.
    const end = lineEnd(this.text, this.at, isLast) ?? this.text.length;
    return { spans: end > this.doubtful, bare: false };
  }

  /** The row ends with its first line: what seemed to belong to it are rows of their own. */
  private broken({ broken, at, line }: Extract<Taken, { broken: string }>, isLast: boolean) {
    const begun = this.at;
    this.at = line ? at : begun;
    this.skip(isLast);
    if (!line) this.doubtful = Math.max(this.doubtful, at);
    return { cells: [], broken };
  }

  private tooLong(isLast: boolean) {
    const spans = lineEnd(this.text, this.at, isLast) !== undefined;
    return this.broken({ broken: spans ? NOT_CLOSED : TOO_LONG, at: this.text.length }, isLast);
  }
}

/** Where the next line begins; undefined where the text ends before that is known. */
function lineEnd(text: string, from: number, isLast: boolean): number | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEW_LINE) return at + 1;
    if (code !== CARRIAGE_RETURN) continue;
    if (at + 1 === text.length && !isLast) return undefined;
    return at + (text.charCodeAt(at + 1) === NEW_LINE ? 2 : 1);
  }
  return isLast ? text.length : undefined;
}

/** The row that begins at `from`; undefined where the text ends before that is known. */
function takeRow(
  text: string,
  from: number,
  delimiter: Delimiter,
  manner: Manner,
  isLast: boolean,
): Taken | undefined {
  const separator = delimiter.charCodeAt(0);
  const cells: string[] = [];
  let spans = false;
  for (let at = from; ;) {
    if (cells.length === MOST_CELLS) return { broken: TOO_WIDE, at, line: true };
    const begin = afterBlanks(text, at, separator);
    if (text.charCodeAt(begin) === QUOTE) {
      const cell = quotedCell(text, begin + 1, manner.spans, isLast);
      if (!cell) return undefined;
      if ('broken' in cell) return cell;
      cells.push(cell.value);
      spans ||= cell.spans;
      at = afterBlanks(text, cell.end, separator);
    } else {
      const end = bareEnd(text, at, separator);
      const value = text.slice(at, end);
      if (!manner.bare && value.includes('"')) return { broken: BARE_QUOTE, at };
      cells.push(value);
      at = end;
    }
    const code = text.charCodeAt(at);
    if (code === separator) at += 1;
    else if (at < text.length && code !== NEW_LINE && code !== CARRIAGE_RETURN)
      return { broken: GOES_ON, at };
    else {
      const next = lineEnd(text, at, isLast);
      return next === undefined ? undefined : { cells, next, spans };
    }
  }
}

function afterBlanks(text: string, from: number, separator: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator || (code !== BLANK && code !== TAB)) break;
  }
  return at;
}

function bareEnd(text: string, from: number, separator: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator || code === NEW_LINE || code === CARRIAGE_RETURN) break;
  }
  return at;
}

const LINE_BREAK = /[\r\n]/;

/** The cell whose quote has been opened before `from`, up to after its closing one. */
function quotedCell(
  text: string,
  from: number,
  maySpan: boolean,
  isLast: boolean,
):
  | { readonly value: string; readonly end: number; readonly spans: boolean }
  | Extract<Taken, { broken: string }>
  | undefined {
  let value = '';
  for (let at = from; ;) {
    const close = text.indexOf('"', at);
    if (!maySpan && LINE_BREAK.test(text.slice(at, close < 0 ? lineEnd(text, at, true) : close)))
      return { broken: NOT_CLOSED, at };
    if (close < 0) return isLast ? { broken: NOT_CLOSED, at: text.length } : undefined;
    value += text.slice(at, close);
    // Another quote may come, and then it is one of the value's.
    if (close + 1 === text.length && !isLast) return undefined;
    if (text.charCodeAt(close + 1) !== QUOTE) return { value, end: close + 1, spans: LINE_BREAK.test(value) };
    value += '"';
    at = close + 2;
  }
}
