// Which records the rows of a file were about: kept on disk between the pass that writes them and the one that
// associates them with others, a line a row.
import type { Appender, Files } from '../files/files';
import { linesOf } from '../files/lines';
import { folderOf } from './import-errors';

export interface RowIds {
  readonly row: number;
  /** By the places of the plan's records; null where the row made or changed none. */
  readonly ids: readonly (string | null)[];
}

const pathOf = (importId: string, file: number): string => `${folderOf(importId)}/ids-${file}.jsonl`;

export class RowIdsWriter {
  private lines = '';

  private constructor(private readonly appender: Appender) {}

  static async at(files: Files, importId: string, file: number, keepBytes: number): Promise<RowIdsWriter> {
    return new RowIdsWriter(await files.append(pathOf(importId, file), keepBytes));
  }

  add(row: number, ids: readonly (string | null)[]): void {
    if (ids.some((id) => id !== null)) this.lines += `${JSON.stringify([row, ...ids])}\n`;
  }

  /** Bytes that hold every row added so far, once it resolves. */
  async flush(): Promise<number> {
    if (this.lines !== '') {
      const { lines } = this;
      this.lines = '';
      await this.appender.write(lines);
      await this.appender.sync();
    }
    return this.appender.bytes;
  }

  async close(): Promise<void> {
    await this.appender.close();
  }
}

/** In the order of the rows. */
export async function* rowIdsOf(files: Files, importId: string, file: number): AsyncGenerator<RowIds, void> {
  for await (const line of linesOf(files.read(pathOf(importId, file)))) {
    const [row, ...ids] = JSON.parse(line) as [number, ...(string | null)[]];
    yield { row, ids };
  }
}

export const removeRowIds = (files: Files, importId: string, file: number): Promise<void> =>
  files.remove(pathOf(importId, file));
