// Reads the rows of a CSV file one after another, verbatim.
import type { Readable } from 'node:stream';
import iconv from 'iconv-lite';
import { CsvParser, type CsvRow } from './csv-parser';
import type { CsvFormat, Encoding } from './csv-format';

/** The file cannot be read from this row on. The message holds nothing of the file. */
export class CsvBroken extends Error {
  constructor(
    readonly row: number,
    message: string,
  ) {
    super(message);
  }
}

/** How programs write CSV, Strata among them. */
const BY_PROGRAM: CsvFormat = { encoding: 'UTF-8', delimiter: ',' };

/** The text of a file, without its byte order mark, in pieces; the last one is told. Destroys `source` when it ends. */
async function* pieces(source: Readable, encoding: Encoding): AsyncGenerator<readonly [string, boolean]> {
  const decoder = iconv.getDecoder(encoding);
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array | string>)
      yield [
        typeof chunk === 'string'
          ? chunk
          : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)),
        false,
      ];
    yield [decoder.end() ?? '', true];
  } finally {
    source.destroy();
  }
}

/**
 * All rows, including the header, without blank lines and without empty rows at the end. A row that cannot be read says
 * why, and those after it are read. `width`: the number of columns, as far as it is known.
 */
export async function* csvRows(
  source: Readable,
  { encoding, delimiter }: CsvFormat,
  width?: number,
): AsyncGenerator<CsvRow> {
  const parser = new CsvParser(delimiter, width);
  const empty = new EmptyRows();
  for await (const [piece, isLast] of pieces(source, encoding))
    for (const row of parser.rows(piece, isLast)) {
      if (empty.keeps(row)) continue;
      yield* empty.kept();
      yield row;
    }
}

/** All rows of a file that a program has written: throws CsvBroken at the first that cannot be read. */
export async function* soundRows(source: Readable, format = BY_PROGRAM): AsyncGenerator<CsvRow> {
  for await (const row of csvRows(source, format)) {
    if (row.broken !== undefined) throw new CsvBroken(row.number, row.broken);
    yield row;
  }
}

/** The first row; undefined in an empty file. Throws CsvBroken where it cannot be read. */
export async function firstRow(
  source: Readable,
  format = BY_PROGRAM,
): Promise<readonly string[] | undefined> {
  for await (const { cells } of soundRows(source, format)) return cells;
  return undefined;
}

/** The beginning of a file as text, of at most so many characters. */
export async function beginningOf(source: Readable, encoding: Encoding, most: number): Promise<string> {
  let text = '';
  for await (const [piece] of pieces(source, encoding)) {
    text += piece;
    if (text.length >= most) break;
  }
  return text.slice(0, most);
}

/**
 * The first rows of a text that a file begins with, as `csvRows` has them; a row that the text may end within is none.
 * `isWhole`: it is the whole file.
 */
export function* firstRows(
  text: string,
  isWhole: boolean,
  parser: CsvParser,
  most: number,
): Generator<CsvRow, void> {
  const empty = new EmptyRows();
  for (const row of parser.rows(text, isWhole)) {
    if (empty.keeps(row)) continue;
    for (const one of empty.kept()) if (--most >= 0) yield one;
    if (--most >= 0) yield row;
    if (most <= 0) return;
  }
}

interface Run {
  readonly number: number;
  readonly length: number;
  rows: number;
}

/** Empty rows, kept until another row comes: at the end of a file they are none. Alike ones lie together. */
class EmptyRows {
  private static readonly MOST_RUNS = 10_000;
  private runs: Run[] = [];

  keeps({ number, cells, broken }: CsvRow): boolean {
    if (broken !== undefined || cells.some((cell) => cell !== '')) return false;
    const last = this.runs.at(-1);
    if (last && last.length === cells.length && last.number + last.rows === number) last.rows += 1;
    else if (this.runs.length === EmptyRows.MOST_RUNS) return false;
    else this.runs.push({ number, length: cells.length, rows: 1 });
    return true;
  }

  *kept(): Generator<CsvRow, void> {
    const { runs } = this;
    this.runs = [];
    for (const { number, length, rows } of runs)
      for (let n = 0; n < rows; n++) yield { number: number + n, cells: Array<string>(length).fill('') };
  }
}
