// Reads the rows of a CSV file (RFC 4180) one after another, verbatim.
import { Readable } from 'node:stream';
import { parse, type CsvError } from 'csv-parse';
import iconv from 'iconv-lite';

export const encodings = ['UTF-8', 'ISO-8859-1', 'WINDOWS-1252'] as const;
export type Encoding = (typeof encodings)[number];

export interface CsvRow {
  /** The row's number as a spreadsheet shows it: 1 is the first row, which is the header where there is one. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** The file cannot be read from this row on. The message holds nothing of the file. */
export class CsvBroken extends Error {
  constructor(
    readonly row: number,
    message: string,
  ) {
    super(message);
  }
}

/** Bytes of the longest row that is read: an opening quote that is never closed must not fill the memory. */
const LONGEST_ROW = 4 * 1024 * 1024;
/** As many cells as a spreadsheet has columns. The parser bounds the length of cells, not their number. */
export const MOST_CELLS = 16_384;

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const TOO_WIDE = `the row has more than ${MOST_CELLS} cells`;
const reasons: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quoted field goes on after its closing quotation mark',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'a quoted field goes on after its closing quotation mark',
  INVALID_OPENING_QUOTE: 'a quotation mark stands in a field that is not quoted',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is never closed',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${LONGEST_ROW} bytes`,
};

/**
 * Passes bytes on up to the first row that has more than MOST_CELLS cells, and tells `found` its number: the cells are
 * counted before anything makes strings of them. The characters looked at are the same bytes in every encoding, and
 * quotation marks come in pairs: where they do not, the parser refuses an earlier row.
 */
async function* withoutWideRow(
  source: Readable,
  found: (row: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let row = 1;
  let cells = 1;
  let quoted = false;
  let last = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    // By index: an iterator would make an object of each byte.
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) quoted = !quoted;
      else if (!quoted && byte === COMMA) cells += 1;
      else if (!quoted && (byte === CARRIAGE_RETURN || (byte === NEW_LINE && last !== CARRIAGE_RETURN))) {
        row += 1;
        cells = 1;
      }
      last = byte;
      if (cells > MOST_CELLS) {
        found(row);
        yield bytes.subarray(0, at);
        return;
      }
    }
    yield bytes;
  }
}

/**
 * All rows, including the header, without blank lines. Throws CsvBroken at the row where the file breaks. Destroys
 * `source` when it ends.
 */
export async function* csvRows(source: Readable, encoding: Encoding): AsyncGenerator<CsvRow> {
  let wide = Infinity;
  const bounded = Readable.from(
    withoutWideRow(source, (row) => (wide = row)),
    { objectMode: false },
  );
  const decoded = encoding === 'UTF-8' ? bounded : bounded.pipe(iconv.decodeStream(encoding));
  let parsed = 0;
  let broken: CsvBroken | undefined;
  // As an error of the stream it would overtake earlier rows that wait to be read: it is noted, and the input ends.
  const breaks = (error: CsvError | undefined): undefined => {
    if (broken) return;
    broken = new CsvBroken(parsed + 1, reasons[error?.code ?? ''] ?? 'the row is not well-formed CSV');
    decoded.unpipe(parser);
    setImmediate(() => parser.end());
  };
  const parser = parse({
    bom: true,
    max_record_size: LONGEST_ROW,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: breaks,
    on_record: (cells: string[]) => {
      // The rest of a row that was cut off is not a row.
      if (!broken && parsed + 1 >= wide) broken = new CsvBroken(wide, TOO_WIDE);
      if (!broken) parsed += 1;
      return broken ? null : cells;
    },
  });
  for (const stream of new Set([bounded, decoded]))
    stream.on('error', (error: Error) => parser.destroy(error));
  decoded.pipe(parser);
  let number = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      number += 1;
      if (cells.length > 1 || cells[0] !== '') yield { number, cells };
    }
    if (broken) throw broken;
  } finally {
    source.destroy();
    bounded.destroy();
  }
}

/** The first row; undefined in an empty file. */
export async function firstRow(source: Readable, encoding: Encoding): Promise<readonly string[] | undefined> {
  for await (const row of csvRows(source, encoding)) return row.cells;
  return undefined;
}
