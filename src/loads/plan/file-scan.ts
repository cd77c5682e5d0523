// Reads a CSV of the ZIP once, before anything is written: whether it can be read to its end, how many rows it has, which
// owners its values name, and what the values of columns that no property has look like.
import { Readable } from 'node:stream';
import { isRecordId, compareIds } from '../../crm/records/record.vocabulary';
import { CsvBroken, firstRow, soundRows } from '../../imports/rows/csv-rows';
import { breathe } from '../../eventsourcing/breath';
import { LoadFailed } from './load-plan';
import type { ValueKind } from './value-kinds';

/** Digits of the highest id that the ids given here are moved beyond: there must be some left. */
const MOST_DIGITS = 14;
/** Different owners that are looked for. */
const MOST_OWNERS = 10_000;

export type Open = () => Promise<Readable>;

export interface Scan {
  readonly id: number | undefined;
  readonly owners: readonly number[];
  /** What columns without a property hold, by their index. */
  readonly kinds: ReadonlyMap<number, ValueKind>;
  readonly signal: AbortSignal;
  readonly report: (rows: number) => void;
}

export interface Scanned {
  readonly rows: number;
  readonly highestId: string | undefined;
  readonly owners: ReadonlySet<string>;
}

export async function headerOf(name: string, open: Open): Promise<readonly string[]> {
  const header = await readable(name, async () => firstRow(await open()));
  if (!header) throw new LoadFailed(`${name}: is empty`);
  return header;
}

export const scanned = (name: string, open: Open, scan: Scan): Promise<Scanned> =>
  readable(name, async () => {
    let rows = 0;
    let highestId: string | undefined;
    const owners = new Set<string>();
    for await (const { number, cells } of soundRows(wellEncoded(name, await open()))) {
      scan.signal.throwIfAborted();
      if (number === 1) continue;
      await breathe();
      rows = number - 1;
      const id = scan.id === undefined ? '' : (cells[scan.id] ?? '').trim();
      if (isRecordId(id) && id.length <= MOST_DIGITS && (!highestId || compareIds(id, highestId) > 0))
        highestId = id;
      for (const column of scan.owners)
        for (const owner of (cells[column] ?? '').split(';'))
          if (owner.trim() !== '' && owners.size < MOST_OWNERS) owners.add(owner.trim());
      for (const [column, kind] of scan.kinds) kind.see(cells[column] ?? '');
      scan.report(rows);
    }
    return { rows, highestId, owners };
  });

async function readable<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CsvBroken)
      throw new LoadFailed(`${name}: row ${error.row} cannot be read: ${error.message}`);
    throw error;
  }
}

/** Passes bytes on that are UTF-8. */
function wellEncoded(name: string, source: Readable): Readable {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const seen = (chunk?: Uint8Array) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new LoadFailed(`${name}: is not UTF-8`);
    }
  };
  async function* bytes() {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      seen(chunk);
      yield chunk;
    }
    seen();
  }
  return Readable.from(bytes(), { objectMode: false });
}
