// The error list of an import: a line of JSON for each thing wrong, in the order of the rows, read again by offset.
import { PassThrough, type Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { pipeline } from 'node:stream/promises';
import type { Files } from '../files/files';
import type { RowError } from './import-row';

export interface ErrorLine extends RowError {
  /** From 0, in the order of the request. */
  readonly file: number;
  readonly fileName: string;
  readonly objectType: string;
  /** As a spreadsheet shows it; 0 is the file as a whole. */
  readonly row: number;
  /** The row's cells: shown on request, never part of a message. */
  readonly cells: readonly string[];
  /** ISO time. */
  readonly at: string;
}

const LINE_FEED = 0x0a;

export const folderOf = (importId: string): string => `imports/${importId}`;
export const errorsPath = (importId: string): string => `${folderOf(importId)}/errors.jsonl`;

export interface ErrorPage {
  readonly lines: readonly ErrorLine[];
  /** Offset of the next page; absent on the last. */
  readonly next?: number;
}

/** Lines from a byte offset on, of the first `bytes` bytes of the list. */
export async function errorPage(
  files: Files,
  path: string,
  { offset, limit, bytes }: { offset: number; limit: number; bytes: number },
): Promise<ErrorPage> {
  const lines: ErrorLine[] = [];
  let read = offset;
  for await (const text of textLines(files, path, offset, bytes)) {
    if (lines.length === limit) return { lines, next: read };
    lines.push(JSON.parse(text) as ErrorLine);
    read += Buffer.byteLength(text) + 1;
  }
  return { lines };
}

/** Split by bytes: what else counts as a line break stands in the texts themselves. */
async function* textLines(files: Files, path: string, offset: number, bytes: number): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  const source = files.read(path, offset, Math.max(bytes, offset));
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
        yield rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
      }
    }
  } finally {
    source.destroy();
  }
}

const columns = ['file', 'row', 'column', 'property', 'error', 'reason'];

/** The whole list as CSV for people: cells that start a formula are escaped, since file names are the customer's. */
export function errorCsv(files: Files, path: string, bytes: number, signal: AbortSignal): Readable {
  const out = new PassThrough();
  const rows = async function* () {
    for await (const text of textLines(files, path, 0, bytes)) {
      const { fileName, row, column, property, type, message } = JSON.parse(text) as ErrorLine;
      yield [fileName, row, column === undefined ? '' : column + 1, property ?? '', type, message];
    }
  };
  const csv = stringify({ header: true, columns, record_delimiter: '\r\n', escape_formulas: true });
  pipeline(rows, csv, out, { signal }).catch(() => out.destroy());
  return out;
}
