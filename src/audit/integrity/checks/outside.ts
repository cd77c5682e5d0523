// Reads checkpoints that were kept elsewhere: signed notes one below the other, or JSON with a `note` in each object.
import { notesIn } from '../checkpoints/note-file';
import { NoteWrong, openCheckpoint, type Verifier } from '../checkpoints/notes';
import type { SignedTree } from './checkpoint-check';

/** The trees that they tell of. Throws NoteWrong where one is not signed by a trusted key. */
export function treesOutside(text: string, origin: string, trusted: readonly Verifier[]): SignedTree[] {
  const notes = /^\s*[{[]/.test(text) ? notesInJson(text) : notesIn(text, origin);
  if (notes.length === 0) throw new NoteWrong('The file holds no checkpoints of this log');
  return notes.map((note) => {
    const head = opened(note, origin, trusted);
    return { ...head, by: `the checkpoint of ${head.size} leaves that was kept outside` };
  });
}

function opened(note: string, origin: string, trusted: readonly Verifier[]) {
  try {
    return openCheckpoint(note, origin, trusted);
  } catch (error) {
    if (!(error instanceof NoteWrong)) throw error;
    // Of a key that follows the given one the log itself tells, unless its end was cut off.
    throw new NoteWrong(`a checkpoint that was kept outside: ${error.message} (give all keys by --key)`);
  }
}

/** One JSON text, or a line for each. */
function notesInJson(text: string): string[] {
  const values = parsedWhole(text) ?? text.split('\n').flatMap((line) => parsedWhole(line) ?? []);
  const notes: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (typeof (value as { note?: unknown }).note === 'string') notes.push((value as { note: string }).note);
    else for (const inner of Object.values(value)) look(inner);
  };
  look(values);
  return notes;
}

function parsedWhole(text: string): unknown {
  try {
    return [JSON.parse(text)];
  } catch {
    return undefined;
  }
}
