// Keeps uploads, ZIPs, exports and restore plans: files on disk, named by paths below one folder.
import { createHash, randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, truncate, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { Refusal } from '../refusals';
import type { Round } from '../supervision/aside';
import { FileBytes } from './file-bytes';
import { onAbort } from '../supervision/on-abort';

export interface Written {
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
}

/** The path is absolute, empty or leaves the folder. */
export class PathRefused extends Error {}

/** Ends the name of a file that is still being written; nobody asks for such a name. */
const PART = '.part';

/** Writes at the end of a file that others may read meanwhile; what was written before `sync` survives a crash. */
export class Appender {
  private constructor(
    private readonly handle: FileHandle,
    private length: number,
  ) {}

  static async at(path: string, keepBytes: number): Promise<Appender> {
    const handle = await open(path, 'a');
    await truncate(path, keepBytes);
    return new Appender(handle, keepBytes);
  }

  /** Bytes in the file. */
  get bytes(): number {
    return this.length;
  }

  async write(data: string | Uint8Array): Promise<void> {
    const buffer = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    await this.handle.appendFile(buffer);
    this.length += buffer.length;
  }

  async sync(): Promise<void> {
    await this.handle.datasync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

export class Files {
  /** Absolute path of the folder, for another instance over the same files in a thread. */
  readonly root: string;

  constructor(folder: string) {
    this.root = resolve(folder);
  }

  /** The absolute path of a file, for tools that need one. Throws PathRefused where it would leave the folder. */
  pathOf(path: string): string {
    const real = resolve(this.root, path);
    if (!path || isAbsolute(path) || path.includes('\0') || !real.startsWith(this.root + sep))
      throw new PathRefused('Not a path below the files folder');
    return real;
  }

  /**
   * Writes a whole file: it stands under its name, synced, when the promise resolves, and never before. On an error or
   * an abort nothing of it is left and the source is destroyed. An older file of that name is replaced.
   */
  async write(
    path: string,
    source: Readable | AsyncIterable<Uint8Array | string>,
    signal?: AbortSignal,
  ): Promise<Written> {
    const stop = () =>
      'destroy' in source && source.on('error', () => undefined).destroy(signal?.reason as Error);
    const final = this.pathOf(path);
    const part = `${final}.${randomBytes(6).toString('hex')}${PART}`;
    await this.makeFolder(dirname(final));
    const handle = await open(part, 'wx');
    const forget = signal && onAbort(signal, stop);
    try {
      const written = await copy(source, handle, signal);
      await handle.sync();
      await handle.close();
      await rename(part, final);
      await syncFolder(dirname(final));
      return written;
    } catch (error) {
      stop();
      // The first error counts, not one of closing.
      await handle.close().catch(() => undefined);
      await rm(part, { force: true });
      throw error;
    } finally {
      forget?.();
    }
  }

  /**
   * Opens a file to append to, cut to its first `keepBytes` bytes (0: from the beginning); made where it is missing.
   */
  async append(path: string, keepBytes: number): Promise<Appender> {
    const real = this.pathOf(path);
    await this.makeFolder(dirname(real));
    const appender = await Appender.at(real, keepBytes);
    await syncFolder(dirname(real));
    return appender;
  }

  /**
   * Byte stream from `start` (inclusive) to `end` (exclusive). Opens the file when it is first read, so that nobody has to
   * destroy a stream that was never begun; errors with ENOENT then where there is no such file.
   */
  read(path: string, start = 0, end?: number): Readable {
    if (end !== undefined && end <= start) return Readable.from([]);
    return new FileBytes(this.pathOf(path), start, end);
  }

  async stat(path: string): Promise<{ bytes: number; modifiedAt: Date } | undefined> {
    try {
      const found = await stat(this.pathOf(path));
      return found.isFile() ? { bytes: found.size, modifiedAt: found.mtime } : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The files among some that nobody has written to for so many milliseconds; what is not there is not among them. */
  async olderThan(paths: readonly string[], ageMs: number, now: Date): Promise<string[]> {
    const old: string[] = [];
    for (const path of paths) {
      const found = await this.stat(path);
      if (found && now.getTime() - found.modifiedAt.getTime() > ageMs) old.push(path);
    }
    return old;
  }

  /** Refuses with `file-missing` a file that is not whole on the disk, as where only the log came to a new machine. */
  async mustBeThere({ path, bytes }: { readonly path: string; readonly bytes: number }): Promise<void> {
    if ((await this.stat(path))?.bytes !== bytes) throw new Refusal('file-missing');
  }

  /** Gives a finished file its name; both paths lie below the folder. */
  async rename(from: string, to: string): Promise<void> {
    const final = this.pathOf(to);
    await this.makeFolder(dirname(final));
    await rename(this.pathOf(from), final);
    await syncFolder(dirname(final));
  }

  /** Names in a folder, sorted; none where there is no such folder. Files still being written are left out. */
  async list(folder: string): Promise<string[]> {
    const names = (await entriesOf(this.pathOf(folder))).map(({ name }) => name);
    return names.filter((name) => !name.endsWith(PART)).sort();
  }

  /** Bytes of the files in a folder and below it that count by their name, files still being written included. */
  async usage(folder: string, counts: (name: string) => boolean): Promise<number> {
    let bytes = 0;
    for (const entry of await entriesOf(this.pathOf(folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) bytes += await this.usage(path, counts);
      else if (counts(entry.name)) bytes += (await this.stat(path))?.bytes ?? 0;
    }
    return bytes;
  }

  /** Bytes left on the disk. */
  async free(): Promise<number> {
    await this.makeFolder(this.root);
    const { bavail, bsize } = await statfs(this.root);
    return bavail * bsize;
  }

  /** Removes a file, or a folder with all in it; harmless where there is none. */
  async remove(path: string): Promise<void> {
    const real = this.pathOf(path);
    await rm(real, { recursive: true, force: true });
    await syncFolder(dirname(real)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  /** Removes all of several files or folders that can be removed; rejects with the first error. */
  async removeAll(paths: readonly string[]): Promise<void> {
    const failed: unknown[] = [];
    for (const path of paths) await this.remove(path).catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  }

  /**
   * Removes files that a crash left half written; call it at start, before anything writes. Where other processes may
   * write meanwhile, `unchangedSince` spares the files that have changed since.
   */
  async sweep({ each }: Pick<Round, 'each'>, unchangedSince?: Date): Promise<void> {
    const left = async (path: string): Promise<void> => {
      if (!unchangedSince || (await changedAt(path)) < unchangedSince.getTime())
        await rm(path, { force: true });
    };
    const within = async (folder: string): Promise<void> => {
      for (const entry of await entriesOf(folder)) {
        const path = join(folder, entry.name);
        const name = relative(this.root, path);
        if (entry.isDirectory()) await each(name, () => within(path));
        else if (entry.isFile() && entry.name.endsWith(PART)) await each(name, () => left(path));
      }
    };
    await within(this.root);
  }

  private async makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    // A new folder is lost in a crash, too, unless the folder that lists it is synced.
    for (let made = first && folder; made && made.length >= first!.length; made = dirname(made))
      await syncFolder(dirname(made));
  }
}

async function copy(
  source: Readable | AsyncIterable<Uint8Array | string>,
  handle: FileHandle,
  signal?: AbortSignal,
): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  // The next chunk is made while one is written.
  let writing: Promise<unknown> = Promise.resolve();
  try {
    signal?.throwIfAborted();
    for await (const chunk of source as AsyncIterable<Uint8Array | string>) {
      signal?.throwIfAborted();
      const buffer = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
      hash.update(buffer);
      bytes += buffer.length;
      await writing;
      writing = handle.appendFile(buffer);
      // Its error is told where it is awaited.
      writing.catch(() => undefined);
    }
    await writing;
    signal?.throwIfAborted();
  } finally {
    await writing.catch(() => undefined);
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The entries of a folder; none where there is no such folder. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** When a file last changed, milliseconds since the epoch; Infinity where it has been given its name meanwhile. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return Infinity;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
