// The rows of a comparison as CSV: a line for each field that differs, and one for a thing that came or went without any.
import type { Readable } from 'node:stream';
import { BYTE_ORDER_MARK, csvLine } from '../../files/csv-cells';
import { linesOf } from '../../files/lines';
import type { ChangeRow } from '../../point-in-time/changes/change';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

const COLUMNS = ['what', 'kind', 'object_type', 'id', 'other_object_type', 'other_id', 'field', 'from', 'to'];

export async function* csvOf(
  bytes: Readable,
  shown: (row: ChangeRow) => ChangeRow,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  let chunk = BYTE_ORDER_MARK + csvLine(COLUMNS);
  try {
    for await (const line of linesOf(bytes)) {
      signal.throwIfAborted();
      for (const cells of linesOfRow(shown(JSON.parse(line) as ChangeRow))) {
        chunk += csvLine(cells);
        if (chunk.length < CHUNK_CHARS) continue;
        yield chunk;
        chunk = '';
      }
    }
    yield chunk;
  } finally {
    bytes.destroy();
  }
}

function* linesOfRow(row: ChangeRow): Generator<string[], void> {
  const { what, kind, objectType, recordId, name, to, changes } = row;
  const named = [what, kind, objectType, recordId ?? name ?? '', to?.objectType ?? '', to?.recordId ?? ''];
  const fields = Object.entries(changes);
  if (fields.length === 0) yield [...named, '', '', ''];
  for (const [field, both] of fields) yield [...named, field, text(both.from), text(both.to)];
}

const text = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
