// One CSV of a backup: its text in chunks, and what the manifest says of it when they have all been read.
import { createHash } from 'node:crypto';
import type { ManifestFile } from './manifest';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

/** Consecutive rows as text, or as its UTF-8. */
export interface Lines {
  readonly text: string | Buffer;
  readonly rows: number;
}

export class CsvFile {
  private readonly hash = createHash('sha256');
  private rows = 0;
  private bytes = 0;

  constructor(
    readonly named: Pick<ManifestFile, 'name' | 'objectType'>,
    private readonly header: string,
    private readonly lines: AsyncIterable<Lines>,
  ) {}

  async *chunks(): AsyncGenerator<Buffer, void> {
    let pending = this.header;
    for await (const { text, rows } of this.lines) {
      this.rows += rows;
      if (typeof text !== 'string') {
        if (pending) yield this.told(Buffer.from(pending, 'utf8'));
        pending = '';
        yield this.told(text);
        continue;
      }
      pending += text;
      if (pending.length < CHUNK_CHARS) continue;
      yield this.told(Buffer.from(pending, 'utf8'));
      pending = '';
    }
    if (pending) yield this.told(Buffer.from(pending, 'utf8'));
  }

  described(): ManifestFile {
    const { named, rows, bytes } = this;
    return { ...named, rows, bytes, sha256: this.hash.digest('hex') };
  }

  private told(chunk: Buffer): Buffer {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    return chunk;
  }
}
