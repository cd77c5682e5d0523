// A file of notes, one below the other with an empty line between. A process that dies while it appends leaves the
// beginning of a note behind, and appends that note again: the beginning counts for nothing.
import { open, type FileHandle } from 'node:fs/promises';

const NEWLINE = 0x0a;

export async function appendNote(path: string, note: string): Promise<void> {
  const handle = await open(path, 'a+', 0o644);
  try {
    const begun = (await lastByte(handle)) ?? NEWLINE;
    await handle.appendFile(`${begun === NEWLINE ? '' : '\n'}${note}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function lastByte(handle: FileHandle): Promise<number | undefined> {
  const { size } = await handle.stat();
  if (size === 0) return undefined;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}

/** The notes in such a file, each of which begins where its origin stands in a line of its own. */
export function notesIn(text: string, origin: string): string[] {
  const starts = [...text.matchAll(new RegExp(`^${escaped(origin)}$`, 'gm'))].map(({ index }) => index);
  const notes = starts.map((start, at) => `${untilSigned(text.slice(start, starts[at + 1]))}\n`);
  return notes.filter((note, at) => !notes[at + 1]?.startsWith(note.replace(TORN, '')));
}

/** White space, and what is left of a character whose bytes are not all there. */
const TORN = /[\s\uFFFD]+$/;

/** Up to its last signature: behind it may stand a beginning that was too short to show its origin. */
function untilSigned(note: string): string {
  const last = note.lastIndexOf('\n— ');
  const end = last < 0 ? -1 : note.indexOf('\n', last + 1);
  return (end < 0 ? note : note.slice(0, end)).trimEnd();
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
