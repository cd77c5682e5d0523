// Writes entries to a file, line by line, and begins another one where it is full. What is written is synced before it
// counts as sent. A line that a crash has torn stays, ended, and comes again whole.
import { constants, type Stats } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NotDelivered } from '../../../delivery/sender';
import type { Files } from '../../../files/files';
import type { FileTarget } from '../stream-grants';
import type { Line, Sink } from './sink';

/** Whoever collects logs is another user of the machine more often than not, of a group that the operator chooses. */
const MODE = 0o640;
const APPENDING = constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW;
/**
 * A full file is called by the id of the entry that came after it; where entries come again, by the last such name and a
 * number. Names sort as the files were written.
 */
const FULL = /^\.\d{20}(?:-\d+)?$/;
const ID_ENDS = 21;
const LINE_END = 0x0a;

export class FileSink implements Sink {
  private readonly path: string;

  constructor(
    files: Files,
    private readonly target: FileTarget,
  ) {
    this.path = files.pathOf(target.path);
  }

  async send(lines: readonly Line[], signal: AbortSignal): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o750 });
      for (let next = 0; next < lines.length;) {
        signal.throwIfAborted();
        next = await this.append(lines, next);
      }
    } catch (error) {
      signal.throwIfAborted();
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new NotDelivered(`The file could not be written (${code})`);
    }
  }

  close(): void {
    // No file is held open between batches: whoever moves it away finds it whole.
  }

  /** Writes lines from one on as long as the file has room, and one at least; resolves with the line to go on with. */
  private async append(lines: readonly Line[], from: number): Promise<number> {
    const file = await open(this.path, APPENDING, MODE);
    try {
      const status = await file.stat();
      const torn = await isTorn(file, status);
      const room = this.target.maxBytes - status.size;
      let size = 0;
      let to = from;
      const texts: string[] = [];
      for (; to < lines.length; to++) {
        const text = `${lines[to]!.text}\n`;
        size += Buffer.byteLength(text);
        if (size > room && (to > from || status.size > 0)) break;
        texts.push(text);
      }
      if (texts.length > 0) {
        await file.appendFile(`${torn ? '\n' : ''}${texts.join('')}`);
        await file.datasync();
      }
      if (to < lines.length) await this.turn(lines[to]!.id);
      if (status.size === 0) await syncFolder(this.path);
      return to;
    } finally {
      await file.close();
    }
  }

  /** Puts the full file aside and deletes the oldest of too many. */
  private async turn(nextId: string): Promise<void> {
    const [folder, name] = [dirname(this.path), basename(this.path)];
    const full = (await readdir(folder))
      .filter((one) => one.startsWith(name))
      .map((one) => one.slice(name.length))
      .filter((end) => FULL.test(end))
      .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
    const last = full.at(-1);
    // Where lines come again, names must not take the place of, or count as older than, those that are there.
    const next = `.${nextId}`;
    full.push(last === undefined || next > last ? next : behind(last));
    await rename(this.path, `${this.path}${full.at(-1)!}`);
    for (const old of full.slice(0, Math.max(full.length - this.target.keep, 0)))
      await rm(join(folder, `${name}${old}`), { force: true });
  }
}

/** What ends of names are sorted by: the number behind an id may have any number of digits. */
const rank = (end: string): string => `${end.slice(0, ID_ENDS)}-${end.slice(ID_ENDS + 1).padStart(20, '0')}`;

/** The next end of a name behind another one. */
const behind = (end: string): string =>
  `${end.slice(0, ID_ENDS)}-${String(Number(end.slice(ID_ENDS + 1) || 1) + 1).padStart(6, '0')}`;

async function isTorn(file: FileHandle, { size }: Stats): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== LINE_END;
}

/** The name of a new file must survive a crash as what stands in it does. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
