// Bounds the disk space of uploads: those on disk and those being written, by all processes together.
import type { Files } from '../../files/files';
import { Refusal } from '../../refusals';
import { IMPORTS_FOLDER, isUpload } from '../passes/import-errors';

/** Milliseconds until uploads by other processes show. */
const LOOKED_MS = 10_000;
/** Bytes that stay free on the disk, for the log and everything else. */
const SPARE_BYTES = 256 * 1024 * 1024;

export class UploadQuota {
  /** Bytes of uploads, and free bytes, as last seen on the disk. */
  private onDisk = { uploads: 0, free: 0 };
  /** Bytes received since then. */
  private since = 0;
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly files: Files,
    private readonly most: number,
  ) {}

  /** Rejects with `upload-quota` where this many further bytes would be too many. */
  async expect(bytes: number): Promise<void> {
    if (Date.now() - this.lookedAt >= LOOKED_MS) await this.look();
    if (this.hasRoom(bytes)) return;
    // Imports may have ended meanwhile, and their uploads have been deleted.
    await this.look();
    if (!this.hasRoom(bytes)) throw new Refusal('upload-quota');
  }

  /** Passes the bytes of an upload on; rejects with `upload-quota` where they become too many. */
  async *counted(upload: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of upload) {
      await this.expect(chunk.length);
      this.since += chunk.length;
      yield chunk;
    }
  }

  private hasRoom(bytes: number): boolean {
    const { uploads, free } = this.onDisk;
    const more = this.since + bytes;
    return uploads + more <= this.most && more <= free - SPARE_BYTES;
  }

  private look(): Promise<void> {
    const seen = async (): Promise<void> => {
      const before = this.since;
      const [uploads, free] = await Promise.all([
        this.files.usage(IMPORTS_FOLDER, isUpload),
        this.files.free(),
      ]);
      this.onDisk = { uploads, free };
      this.since -= before;
      this.lookedAt = Date.now();
    };
    return (this.looking ??= seen().finally(() => (this.looking = undefined)));
  }
}
