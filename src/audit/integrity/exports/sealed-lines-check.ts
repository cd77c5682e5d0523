// Checks an export of the audit log by nothing but a public key, in memory that its length does not change: names the
// first line that was altered, removed, added or moved.
import { z } from 'zod';
import { NoteWrong, openCheckpoint, openNote, verifierOf, type Verifier } from '../checkpoints/notes';
import { firstDifference, type Difference } from '../checks/first-difference';
import { trustedKeys } from '../checks/trusted-keys';
import { hashOfLeaf, type LeafParts } from '../tree/leaf';
import { Frontier, HASH_BYTES, sha256, wholesBetween, type Hash } from '../tree/merkle';
import { LINE_BYTES, SEALED_ROWS, sealText, type RowProof, type Seal, type SealedEnd } from './sealed-lines';

/** The file is not what was exported; the message says which line is wrong, and how. */
export class ExportWrong extends Error {}

const count = z.number().int().nonnegative();
const sealLine = z.strictObject({
  seal: z.strictObject({
    number: count,
    rows: count.max(SEALED_ROWS),
    lines: z.string(),
    skipped: z.array(z.string()),
    previous: z.string().nullable(),
    keys: z.array(z.looseObject({ verifier: z.string() })).optional(),
    end: z
      .strictObject({ rows: count, checkpoint: z.string(), about: z.record(z.string(), z.unknown()) })
      .optional(),
  }),
  note: z.string(),
});
interface Row {
  readonly proof: RowProof;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface Held {
  readonly line: number;
  readonly hash: Hash;
  readonly text: string;
}

export interface ExportCheck {
  readonly rows: number;
  readonly end: SealedEnd;
  /** Leaves of the tree that it rests on. */
  readonly size: number;
  readonly rootHash: string;
}

export class ExportChecking {
  private trusted: Verifier[] | undefined;
  private origin = '';
  private held: Held[] = [];
  private number = 0;
  private line = 0;
  private total = 0;
  private previous: string | null = null;
  private ended: SealedEnd | undefined;
  private readonly frontier = new Frontier();

  constructor(private readonly given: readonly Verifier[]) {}

  /** Takes the next line, without its end. Throws ExportWrong. */
  next(text: string): void {
    this.line++;
    if (this.ended) throw this.wrong('stands behind the end of the export');
    if (!text.startsWith('{"seal":')) {
      this.held.push({ line: this.line, text, hash: sha256(text).subarray(0, LINE_BYTES) });
      // A seal is missing: how many lines follow is not for the file to say.
      if (this.held.length > 2 * SEALED_ROWS)
        throw new ExportWrong(
          `line ${this.held[0]!.line}: no seal follows: lines were added, or the seal removed`,
        );
      return;
    }
    const seal = this.sealIn(text);
    this.compare(seal);
    this.takeIn(seal);
    this.held = [];
    this.number++;
    this.previous = sha256(text).toString('hex');
    if (seal.end) this.end(seal.end);
  }

  /** To be called behind the last line. */
  done(): ExportCheck {
    if (!this.ended)
      throw new ExportWrong(
        `line ${this.line}: the file is cut off here, or the end of the export was removed`,
      );
    const head = this.root(this.ended.checkpoint);
    return { rows: this.total, end: this.ended, size: head.size, rootHash: head.root.toString('hex') };
  }

  private sealIn(text: string): Seal {
    const read = sealLine.safeParse(parsed(text));
    if (!read.success || JSON.stringify(read.data) !== text)
      throw this.wrong('is no seal as they are written');
    const seal = read.data.seal as Seal;
    if (seal.number !== this.number)
      throw this.wrong(`the seal ${this.number} is missing before it, with its rows, or this one was put in`);
    try {
      if (this.trusted === undefined) this.trust(seal);
      if (openNote(read.data.note, this.trusted!).text !== sealText(this.origin, seal))
        throw this.wrong('the seal was altered');
    } catch (error) {
      if (error instanceof NoteWrong) throw this.wrong(`the seal is not signed by the key: ${error.message}`);
      throw error;
    }
    if (seal.previous !== this.previous) throw this.wrong('the seal is that of another export');
    return seal;
  }

  private trust({ keys = [] }: Seal): void {
    const last = keys.at(-1);
    if (!last) throw this.wrong('the first seal names no keys');
    this.origin = verifierOf(last.verifier).name;
    this.trusted = trustedKeys(this.origin, this.given, keys);
    if (this.trusted.length === 0)
      throw this.wrong('the export is of another log than the key, or signed by another key');
  }

  /** Rows as they are with rows as they were sealed. */
  private compare({ lines, rows }: Seal): void {
    const sealed = cut(Buffer.from(lines, 'base64'), LINE_BYTES);
    if (sealed.length !== rows) throw this.wrong('the seal does not seal as many rows as it says');
    const difference = firstDifference(
      sealed,
      this.held.map(({ hash }) => hash),
    );
    if (difference) throw this.saying(difference);
  }

  private saying({ at, how, count: many }: Difference): ExportWrong {
    const line = this.held[at]?.line ?? this.line;
    const [are, were] = many === 1 ? ['1 row', 'was'] : [`${many} rows`, 'were'];
    const id = idIn(this.held[at]?.text);
    const what = {
      altered: `the row${id} was altered`,
      removed: `${are} before it ${were} removed`,
      added: `${are} ${were} added here, the first${id}`,
      moved: `the row${id} stands at another place than it did`,
      'cut-off': `${are} before it ${were} removed`,
    }[how];
    return new ExportWrong(`line ${line}: ${what}`);
  }

  /** The leaves of the rows, and what lies between them, into the tree. */
  private takeIn({ skipped, end }: Seal): void {
    const hashes = skipped.map((text) => Buffer.from(text, 'base64'));
    const skip = (to: number, at: number) => {
      for (const { height } of wholesBetween(this.frontier.size, to)) {
        const hash = hashes.shift();
        if (hash?.length !== HASH_BYTES)
          throw new ExportWrong(`line ${at}: does not lead to the tree of the log`);
        this.frontier.add(hash, height);
      }
    };
    for (const { line, text } of this.held) {
      const row = this.rowIn(text, line);
      const { proof } = row;
      if (proof.index < this.frontier.size)
        throw new ExportWrong(`line ${line}: is not in the order of the log`);
      skip(proof.index, line);
      this.frontier.add(proof.leaf ? hashOfLeaf(proof.leaf) : Buffer.from(proof.leafHash!, 'hex'));
      this.total++;
    }
    if (end) skip(this.root(end.checkpoint).size, this.line);
    if (hashes.length > 0) throw this.wrong('the seal names more of the tree than lies between its rows');
  }

  private rowIn(text: string, line: number): Row {
    // The line is as it was sealed: what it holds has the form in which it was written.
    const row = parsed(text) as Row | undefined;
    const { index, leaf, leafHash } = { ...row?.proof };
    if (!row || !Number.isSafeInteger(index) || (leaf === undefined && leafHash === undefined))
      throw new ExportWrong(`line ${line}: is no row with its proof`);
    if (leaf && !isOfLeaf({ ...row.metadata }, leaf))
      throw new ExportWrong(`line ${line}: the row does not tell of the event of its leaf`);
    return row;
  }

  private root(checkpoint: string) {
    try {
      return openCheckpoint(checkpoint, this.origin, this.trusted!);
    } catch (error) {
      if (error instanceof NoteWrong)
        throw this.wrong(`the checkpoint is not signed by the key: ${error.message}`);
      throw error;
    }
  }

  private end(end: SealedEnd): void {
    if (end.rows !== this.total)
      throw this.wrong(`the export had ${end.rows} rows, the file has ${this.total}`);
    const { root, size } = this.root(end.checkpoint);
    if (size !== this.frontier.size || !root.equals(this.frontier.root()))
      throw this.wrong('the rows do not lead to the root of the tree that was signed');
    this.ended = end;
  }

  private wrong(what: string): ExportWrong {
    return new ExportWrong(`line ${this.line}: ${what}`);
  }
}

/** What a row tells of its event, where it tells of it, is what its leaf says. */
const isOfLeaf = (
  told: Readonly<Record<string, unknown>>,
  { stream, revision, type, recordedAt }: LeafParts,
) =>
  (told.stream ?? stream) === stream &&
  (told.revision ?? revision) === revision &&
  (told.recordedAt ?? recordedAt) === recordedAt &&
  // An event of an earlier shape is told of by its type of today.
  (typeof told.eventType !== 'string' || nameOf(told.eventType) === nameOf(type));

const nameOf = (type: string): string => type.replace(/\.v\d+$/, '');

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
}

function idIn(text: string | undefined): string {
  const id = (parsed(text ?? '') as { id?: unknown } | undefined | null)?.id;
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? ` ${id}` : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
