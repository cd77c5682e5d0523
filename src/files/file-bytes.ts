// The bytes of a file as a stream that opens the file when it is first read: one that nobody comes to read holds nothing
// open, unlike a stream of node:fs, which opens at once and closes only where it is read to its end or destroyed.
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

const CHUNK = 65_536;

export class FileBytes extends Readable {
  private handle: FileHandle | undefined;
  private reading: Promise<void> | undefined;

  /** From the byte `at` up to the byte `end`, which is left out. */
  constructor(
    private readonly path: string,
    private at = 0,
    private readonly end = Infinity,
  ) {
    super({ highWaterMark: CHUNK });
  }

  override _read(): void {
    this.reading = this.next().then(
      (chunk) => void (this.destroyed || this.push(chunk)),
      (error: unknown) => void this.destroy(error as Error),
    );
  }

  /** Closes once the read under way has ended: its descriptor must not be another file's by then. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const closed = Promise.resolve(this.reading).then(() => this.handle?.close());
    closed.then(
      () => done(error),
      (failed: unknown) => done(error ?? (failed as Error)),
    );
  }

  /** Null at the end. */
  private async next(): Promise<Buffer | null> {
    this.handle ??= await open(this.path, 'r');
    const length = Math.min(CHUNK, this.end - this.at);
    if (length <= 0) return null;
    const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(length), 0, length, this.at);
    this.at += bytesRead;
    if (bytesRead === 0) return null;
    // What is kept of a chunk must not keep a much larger buffer with it.
    return bytesRead < length ? Buffer.from(buffer.subarray(0, bytesRead)) : buffer;
  }
}
