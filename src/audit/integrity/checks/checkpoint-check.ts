// Checks the checkpoints that lie in a log: that each is signed by a trusted key, follows the one before, and was not
// changed since the next one was signed.
import type { RawEvent } from '../../../eventsourcing/event';
import { isCheckpointOf, type SignedCheckpoint } from '../tree/tree-building';
import type { Hash } from '../tree/merkle';
import { MARK_BYTES, marksText } from '../checkpoints/signing';
import { NoteWrong, openCheckpoint, openNote, originOf, type Verifier } from '../checkpoints/notes';

/** The log is not what was signed; the message says which event, or which checkpoint, is wrong. */
export class LogWrong extends Error {}

/** A tree that was signed. */
export interface SignedTree {
  readonly size: number;
  readonly root: Hash;
  /** Where it was signed, in words. */
  readonly by: string;
}

export interface CheckedCheckpoint extends SignedTree {
  /** The size of the checkpoint before. */
  readonly from: number;
  /** Short hashes of the leaves between the two. */
  readonly marks: readonly Uint8Array[];
}

/** Goes through the checkpoints of a log in their order; throws LogWrong at the first that is wrong. */
export class CheckpointCheck {
  private before: { readonly size: number; readonly event?: RawEvent } = { size: 0 };
  private count = 0;

  constructor(
    private readonly logId: string,
    private readonly trusted: readonly Verifier[],
  ) {}

  next(event: RawEvent): CheckedCheckpoint {
    const { revision, position } = event;
    const name = `checkpoint ${this.count}`;
    const wrong = (what: string) => new LogWrong(`${name} (position ${position}): ${what}`);
    if (revision !== this.count) throw wrong('one before it is missing, or was put in');
    if (!isCheckpointOf(this.logId, event)) throw wrong('is an event of another type');
    const { size, rootHash, note, leaves } = signedIn(event, wrong);
    try {
      const origin = originOf(this.logId);
      const head = openCheckpoint(note, origin, this.trusted);
      if (head.size !== size || head.root.toString('hex') !== rootHash)
        throw wrong('does not say what its signed note says');
      if (size <= this.before.size) throw wrong('does not cover more than the one before it');
      const { text } = openNote(leaves.note, this.trusted);
      const marks = marksIn(leaves.hashes);
      const signed = { from: this.before.size, to: size, hashes: leaves.hashes, before: this.before.event };
      if (text !== marksText(origin, signed) || marks.length !== size - this.before.size)
        throw wrong('the marks of its leaves, or the checkpoint before it, are not those that it signed');
      const from = this.before.size;
      this.before = { size, event };
      this.count++;
      return { size, root: head.root, from, marks, by: name };
    } catch (error) {
      if (error instanceof NoteWrong) throw wrong(error.message);
      throw error;
    }
  }
}

function signedIn({ data }: RawEvent, wrong: (what: string) => LogWrong): SignedCheckpoint {
  const text = Buffer.from(data).toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrong('is no JSON');
  }
  const { size, rootHash, note, leaves } = { ...(parsed as SignedCheckpoint | null) };
  const isShaped =
    typeof size === 'number' &&
    [rootHash, note, leaves?.hashes, leaves?.note].every((part) => typeof part === 'string') &&
    // What is read leaves out what was written beside it.
    JSON.stringify({ size, rootHash, note, leaves: { hashes: leaves!.hashes, note: leaves!.note } }) === text;
  if (!isShaped) throw wrong('has not the form of a checkpoint');
  return parsed as SignedCheckpoint;
}

function marksIn(hashes: string): Uint8Array[] {
  const bytes = Buffer.from(hashes, 'base64');
  // Base64 in which bits that nobody reads were changed is not what was signed.
  if (bytes.toString('base64') !== hashes) return [];
  return Array.from({ length: bytes.length / MARK_BYTES }, (_, n) =>
    bytes.subarray(n * MARK_BYTES, (n + 1) * MARK_BYTES),
  );
}
