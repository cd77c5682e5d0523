// Reads files of JSON Lines: line by line, or a page of lines from a byte offset.
import type { Readable } from 'node:stream';
import { Refusal } from '../refusals';
import type { Files } from './files';

const NEWLINE = 0x0a;

/** Each line with the offset of the byte after it. Lines are split as bytes: no character is ever cut. */
export async function* linesWithEnds(
  bytes: AsyncIterable<Buffer | string>,
  start = 0,
): AsyncGenerator<{ line: string; end: number }, void> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = start;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const block = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let at = block.indexOf(NEWLINE); at >= 0; at = block.indexOf(NEWLINE, from)) {
      yield { line: block.toString('utf8', from, at), end: offset + at + 1 };
      from = at + 1;
    }
    offset += from;
    rest = block.subarray(from);
  }
  if (rest.length > 0) yield { line: rest.toString('utf8'), end: offset + rest.length };
}

export async function* linesOf(bytes: Readable): AsyncGenerator<string, void> {
  for await (const { line } of linesWithEnds(bytes)) yield line;
}

export interface LinePage<T> {
  readonly docs: T[];
  /** Cursor of the next page: a byte offset, to be taken as opaque. */
  readonly next?: string;
}

export interface PageOptions<T> {
  readonly limit: number;
  readonly after?: string;
  /** Bytes of the file that count, where it is still being written or may be longer than what counts. */
  readonly length?: number;
  readonly matches?: (item: T) => boolean;
}

/**
 * Up to `limit` lines that match. Reads no further than it must; memory holds the page alone. Refuses a cursor of
 * another list with `cursor-invalid`, and a file that is not there though it has a length with `file-missing`.
 */
export async function pageOfLines<T>(
  files: Files,
  path: string,
  options: PageOptions<T>,
): Promise<LinePage<T>> {
  const { limit, matches } = options;
  const length = options.length ?? (await files.stat(path))?.bytes ?? 0;
  if (length > 0 && !(await files.stat(path))) throw new Refusal('file-missing');
  const start = await offsetOf(files, path, options.after ?? '0', length);
  const docs: T[] = [];
  let end = start;
  const bytes = files.read(path, start, length);
  try {
    for await (const found of linesWithEnds(bytes, start)) {
      const item = JSON.parse(found.line) as T;
      // One line further than the page: a next page is promised only if it has something.
      const fits = !matches || matches(item);
      if (fits && docs.length === limit) return { docs, next: String(end) };
      if (fits) docs.push(item);
      end = found.end;
    }
  } finally {
    bytes.destroy();
  }
  return { docs };
}

/** The byte offset of a cursor. Refuses a cursor that does not point just behind a line of this file. */
async function offsetOf(files: Files, path: string, cursor: string, length: number): Promise<number> {
  const offset = /^(0|[1-9]\d{0,15})$/.test(cursor) ? Number(cursor) : NaN;
  if (offset === 0) return 0;
  if (offset <= length)
    for await (const byte of files.read(path, offset - 1, offset) as AsyncIterable<Buffer>)
      if (byte[0] === NEWLINE) return offset;
  throw new Refusal('cursor-invalid');
}
