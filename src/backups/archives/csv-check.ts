// Counts the rows of a CSV as it streams by, and compares its header with what was expected of it.
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** Bytes of one row: a record has at most so many values of at most 65,536 characters. */
export const MOST_ROW_BYTES = 256 * 1024 * 1024;

/**
 * Rows below the header, or the error that ended it: of a file whose hash is another the hash is to be told, not what
 * became of its rows. `see` is given all bytes in any case.
 */
export async function rowsOf(
  source: Readable,
  columns: readonly string[] | undefined,
  see: (chunk: Buffer) => void,
): Promise<number | Error> {
  let rows = -1;
  let failed: Error | undefined;
  const counting = parse({
    record_delimiter: '\r\n',
    max_record_size: MOST_ROW_BYTES,
    on_record: (row: string[]) => {
      if (++rows === 0 && columns) compare(row, columns);
      return null;
    },
  });
  counting.on('error', (error) => (failed ??= error)).resume();
  const ended = new Promise((resolve) => counting.once('close', resolve));
  for await (const chunk of source) {
    see(chunk as Buffer);
    if (!failed && !counting.write(chunk))
      await new Promise((resolve) => counting.once('drain', resolve).once('error', resolve));
  }
  if (!failed) counting.end();
  await ended;
  return failed ?? (rows < 0 ? new Error('it has no header') : rows);
}

function compare(header: readonly string[], columns: readonly string[]): void {
  const at = header.findIndex((name, i) => name !== columns[i]);
  if (at >= 0)
    throw new Error(`its column ${at + 1} is ${header[at]}, and was to be ${columns[at] ?? 'none'}`);
  if (header.length < columns.length) throw new Error(`it lacks the column ${columns[header.length]}`);
}
