// Makes the JSON Lines of an export of the audit log such that a stranger finds what was changed in them: each row has
// its place in the tree, and below every thousand rows stands a seal, which is signed.
import type { RawEvent } from '../../../eventsourcing/event';
import { checkpointText, signedNote, statement, type NoteKey } from '../checkpoints/notes';
import type { NamedKey } from '../checks/trusted-keys';
import { hashOfLeaf, leafParts, type LeafParts } from '../tree/leaf';
import type { LogTree } from '../tree/log-tree';
import { sha256, wholesBetween, type Hash } from '../tree/merkle';

/** Rows that a seal seals. */
export const SEALED_ROWS = 1_000;
/** Bytes of a line's hash in a seal: by them the line that is wrong is told. */
export const LINE_BYTES = 16;

/** What a row has under `proof`. */
export interface RowProof {
  /** The leaf of the tree that tells of the row's event. */
  readonly index: number;
  /** Left out, with `leafHash` in its place, where the record is erased or its values are hidden from the requester. */
  readonly leaf?: LeafParts;
  readonly leafHash?: string;
}

export interface Seal {
  /** Of the seals of a file, from 0 on. */
  readonly number: number;
  /** The rows above it, up to the seal before. */
  readonly rows: number;
  /** The first bytes of the SHA-256 of each of these lines, without its line end; base64. */
  readonly lines: string;
  /** Hashes of the subtrees that lie between the leaves of the rows, in their order: with them all leads to the root. */
  readonly skipped: readonly string[];
  /** SHA-256 of the seal's line before, in hex; null of the first. */
  readonly previous: string | null;
  /** Of the first seal: the keys that have signed the log, oldest first. */
  readonly keys?: readonly NamedKey[];
  /** Of the last seal. */
  readonly end?: SealedEnd;
}

export interface SealedEnd {
  readonly rows: number;
  /** The tree that the file rests on, signed as a checkpoint is. */
  readonly checkpoint: string;
  /** What was asked for, and what else whoever made the file tells of it. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface Sealing {
  readonly origin: string;
  readonly key: NoteKey;
  readonly keys: readonly NamedKey[];
  /** Must have taken in all of the rows. */
  readonly tree: LogTree;
  /** Leaves of the tree that the file rests on: rows are of these. */
  readonly size: number;
}

export class SealedLines {
  private number = 0;
  private total = 0;
  /** The first leaf that no row and no skipped subtree stands for yet. */
  private next = 0;
  private previous: string | null = null;
  private lines: Hash[] = [];
  private skipped: string[] = [];

  constructor(private readonly sealing: Sealing) {}

  /**
   * The line of a row, and the seal below it where one is due; each with its end. Rows come in the order of the log.
   * `hidden`: nothing is told of the event beside the hash of its leaf.
   */
  async row(row: object, event: RawEvent, hidden = false): Promise<string> {
    const { tree } = this.sealing;
    const index = await tree.indexOf(event.position);
    if (index === undefined || index < this.next || index >= this.sealing.size)
      throw new Error('A row is not of the tree that its file rests on, or not in the order of the log');
    await this.skip(index);
    this.next = index + 1;
    const leaf = leafParts(event);
    const proof: RowProof = hidden ? { index, leafHash: hashOfLeaf(leaf).toString('hex') } : { index, leaf };
    const line = JSON.stringify({ ...row, proof });
    this.lines.push(sha256(line).subarray(0, LINE_BYTES));
    this.total++;
    return `${line}\n${this.lines.length === SEALED_ROWS ? this.seal() : ''}`;
  }

  /** The last line, with which the file is whole. */
  async end(about: SealedEnd['about']): Promise<string> {
    const { tree, size, origin, key } = this.sealing;
    await this.skip(size);
    const checkpoint = signedNote(checkpointText(origin, { size, root: await tree.rootAt(size) }), key);
    return this.seal({ rows: this.total, checkpoint, about });
  }

  private async skip(to: number): Promise<void> {
    for (const whole of wholesBetween(this.next, to))
      this.skipped.push((await this.sealing.tree.subtree(whole)).toString('base64'));
    this.next = to;
  }

  private seal(end?: SealedEnd): string {
    const { origin, key, keys } = this.sealing;
    const seal: Seal = {
      number: this.number,
      rows: this.lines.length,
      lines: Buffer.concat(this.lines).toString('base64'),
      skipped: this.skipped,
      previous: this.previous,
      ...(this.number === 0 && { keys }),
      ...(end && { end }),
    };
    const line = JSON.stringify({ seal, note: signedNote(sealText(origin, seal), key) });
    this.previous = sha256(line).toString('hex');
    this.number++;
    this.lines = [];
    this.skipped = [];
    return `${line}\n`;
  }
}

/** What is signed of a seal. */
export const sealText = (origin: string, seal: Seal): string =>
  statement(origin, 'export', seal.number, sha256(JSON.stringify(seal)).toString('base64'));
