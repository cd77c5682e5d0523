// Bounds the disk space of uploads: those on disk and those being written, by all processes together.
import { Refusal } from '../refusals';
import type { Files } from './files';

/** Where uploads lie, and which of the files there they are. */
export interface UploadPlace {
  readonly folder: string;
  readonly isUpload: (name: string) => boolean;
}

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
    private readonly places: readonly UploadPlace[],
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
      const used = this.places.map(({ folder, isUpload }) => this.files.usage(folder, isUpload));
      const [free, ...uploads] = await Promise.all([this.files.free(), ...used]);
      this.onDisk = { uploads: uploads.reduce((sum, bytes) => sum + bytes, 0), free };
      this.since -= before;
      this.lookedAt = Date.now();
    };
    return (this.looking ??= seen().finally(() => (this.looking = undefined)));
  }
}
