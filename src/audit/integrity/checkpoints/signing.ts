// Signs the tree: once a thousand events are not covered, or a minute after the first of them, and never while nothing
// happens. The checkpoint is an event that the tree leaves out, appended at the revision of the one before it: a process
// that dies in between, or one more that signs, loses and doubles none.
import { systemMeta } from '../../../caller';
import type { NewEvent, RawEvent } from '../../../eventsourcing/event';
import { eventId } from '../../../eventsourcing/event-ids';
import { NO_STREAM, WrongRevision, type EventStore } from '../../../eventsourcing/event-store';
import { hashOfLeaf, leafParts } from '../tree/leaf';
import type { LogTree } from '../tree/log-tree';
import { sha256 } from '../tree/merkle';
import type { SignedCheckpoint } from '../tree/tree-building';
import { checkpointStream } from './checkpoint.decider';
import { checkpointText, signedNote, statement, type NoteKey } from './notes';
import type { SigningKeys } from './signing-keys';

export interface SigningTimes {
  /** Leaves that are not covered, with which a checkpoint is due at the end of the log, and in the midst of it. */
  readonly most: number;
  readonly mostBehind: number;
  /** Milliseconds after the first leaf that is not covered. */
  readonly afterMs: number;
}
/** A log that was never signed is covered by checkpoints of `mostBehind`, each of whose events has room for its marks. */
export const SIGNING: SigningTimes = { most: 1_000, mostBehind: 8_000, afterMs: 60_000 };

/** Bytes of a leaf's hash by which it is told apart from others. */
export const MARK_BYTES = 8;

/** The log is not the one that was signed: no other tree is signed over it. */
export class TreeDiffers extends Error {}

interface Last {
  readonly revision: number;
  readonly size: number;
}

const NOTHING_SIGNED: Last = { revision: NO_STREAM, size: 0 };

export class Signing {
  private last: Last | undefined;
  private uncoveredSince: number | undefined;
  private differs = false;

  constructor(
    private readonly eventStore: EventStore,
    private readonly keys: SigningKeys,
    private readonly times = SIGNING,
  ) {}

  /** Compares what was signed with the tree, which has come as far. Rejects with TreeDiffers. */
  async check(
    tree: LogTree,
    leaves: number,
    signed: readonly (SignedCheckpoint | undefined)[],
  ): Promise<void> {
    for (const checkpoint of signed) {
      const isOurs =
        checkpoint !== undefined &&
        checkpoint.size <= leaves &&
        (await tree.rootAt(checkpoint.size)).toString('hex') === checkpoint.rootHash;
      if (!isOurs) this.differs = true;
    }
    if (this.differs) throw new TreeDiffers();
  }

  /**
   * Signs the tree of so many leaves where that is due. `since` is when its first new leaf was recorded; `end`: the log
   * goes no further. True where a checkpoint was appended.
   */
  async consider(
    tree: LogTree,
    { leaves, since, end }: { leaves: number; since: number | undefined; end: boolean },
  ): Promise<boolean> {
    if (this.differs) throw new TreeDiffers();
    this.last ??= await this.lastSigned();
    const uncovered = leaves - this.last.size;
    if (uncovered <= 0) {
      this.uncoveredSince = undefined;
      return false;
    }
    // After a start nobody knows how long it has waited: long enough.
    this.uncoveredSince ??= Math.min(since ?? 0, Date.now());
    const isLate = Date.now() - this.uncoveredSince >= this.times.afterMs;
    const isDue = end ? isLate || uncovered >= this.times.most : uncovered >= this.times.mostBehind;
    return isDue && this.sign(tree, this.last, leaves);
  }

  /** What is known of the last checkpoint is read again. */
  forget(): void {
    this.last = undefined;
  }

  private async sign(tree: LogTree, last: Last, size: number): Promise<boolean> {
    const key = await this.keys.current();
    const root = await tree.rootAt(size);
    const data: SignedCheckpoint = {
      size,
      rootHash: root.toString('hex'),
      note: signedNote(checkpointText(this.keys.origin, { size, root }), key),
      leaves: await this.marks(tree, key, last, size),
    };
    const meta = systemMeta('checkpoints');
    const type = 'checkpoint.signed.v1';
    const event: NewEvent = { id: eventId(meta.commandId, this.stream, 0, { type, data }), type, data, meta };
    try {
      // The stream is never folded, and grows for years: it is appended to without being read.
      const { revision } = await this.eventStore.append(this.stream, [event], last.revision);
      this.last = { revision, size };
      this.uncoveredSince = undefined;
      return true;
    } catch (error) {
      // What came of it is not known, or another process was faster.
      this.forget();
      if (error instanceof WrongRevision) return false;
      throw error;
    }
  }

  private async marks(
    tree: LogTree,
    key: NoteKey,
    last: Last,
    to: number,
  ): Promise<SignedCheckpoint['leaves']> {
    const leaves = await tree.leaves(last.size, to);
    const hashes = Buffer.concat(leaves.map((leaf) => leaf.subarray(0, MARK_BYTES))).toString('base64');
    const [before] = last.size > 0 ? (await this.eventStore.readRaw(this.stream, last.revision)).events : [];
    const text = marksText(this.keys.origin, { from: last.size, to, hashes, before });
    return { hashes, note: signedNote(text, key) };
  }

  private async lastSigned(): Promise<Last> {
    const [event] = (await this.eventStore.readBack(this.stream)).events;
    if (!event) return NOTHING_SIGNED;
    return { revision: event.revision, size: (event.data as SignedCheckpoint).size };
  }

  private get stream(): string {
    return checkpointStream(this.eventStore.logId);
  }
}

export interface Marks {
  readonly from: number;
  readonly to: number;
  readonly hashes: string;
  /** The checkpoint before, whose event lies outside the tree: the next one signs it as a whole. */
  readonly before: RawEvent | undefined;
}

export const marksText = (origin: string, { from, to, hashes, before }: Marks): string =>
  statement(
    origin,
    'leaves',
    from,
    to,
    sha256(Buffer.from(hashes, 'base64')).toString('base64'),
    before ? hashOfLeaf(leafParts(before)).toString('base64') : '-',
  );
