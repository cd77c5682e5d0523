// Gives ids: decimal numbers of at most 15 digits, which spreadsheets keep exactly, none of them given twice. A process
// takes a block of ids by an event and draws from the block; ids not drawn when the process ends are lost. Earlier
// versions of Strata gave ids of 16 digits.
import { createHash, randomInt } from 'node:crypto';
import type { Decider } from './decider';
import { eventsOf, type EventOf, type Meta } from './event';
import type { IdEvents } from './id.events';
import type { Streams } from './streams';

/** The first id has 11 digits, the most that Excel writes into a CSV in full where nobody has set a format of cells. */
const FIRST = 10_000_000_000;
const MOST_DIGITS = 15;
const LAST = 10 ** MOST_DIGITS - 1;
/**
 * Ids in a block: seconds of the fastest import. An event for so many ids is no burden, and losing them is none either.
 */
const BLOCK = 10_000;

/** The state of `account-ids`: the first id of the next block. */
export interface IdBlocks {
  readonly next: number;
}

export const ID_BLOCKS = 'account-ids';

export const idBlocks: Decider<IdBlocks, IdEvents> = {
  initial: { next: FIRST },
  evolve: {
    'account.id-block-taken.v1': (_, { first, size }) => ({ next: Number(first) + size }),
    'account.ids-passed.v1': (_, { upTo }) => ({ next: Number(upTo) + 1 }),
  },
};

const ev = eventsOf<IdEvents>();

export function takeBlock({ next }: IdBlocks, size: number): EventOf<IdEvents>[] {
  if (next + size - 1 > LAST) throw new Error(`There are no ids of ${MOST_DIGITS} digits left`);
  return [ev('account.id-block-taken.v1', { first: String(next), size })];
}

/** Gives no id up to `upTo` any more. Ids of more digits than MOST_DIGITS never are: passing one changes nothing. */
export function passIds({ next }: IdBlocks, upTo: string): EventOf<IdEvents>[] {
  const passes = upTo.length <= MOST_DIGITS && Number(upTo) >= next;
  return passes ? [ev('account.ids-passed.v1', { upTo })] : [];
}

/**
 * The id at an index of a block that begins with `first`. Blocks of 16 digits, of earlier versions, have ids two apart.
 */
export const idAt = (first: string, index: number): string =>
  String(Number(first) + (first.length > MOST_DIGITS ? 2 : 1) * index);

interface Block {
  readonly first: number;
  next: number;
  readonly end: number;
}

/** Draws the ids that one process gives: each is greater than the one drawn before. */
export class RecordIds {
  /** The blocks in hand: ids are drawn from the first, and the second is taken before the first is used up. */
  private blocks: Block[] = [];
  private taking: Promise<void> | undefined;

  /** `meta` makes the metadata of each block that is taken to draw from: no request has asked for that block. */
  constructor(
    private readonly streams: Streams,
    private readonly meta: () => Meta,
    private readonly size = BLOCK,
  ) {}

  /** First of `count` ids in a row; waits only where no block in hand has so many. Rejects as `streams.change` does. */
  async draw(count = 1): Promise<string> {
    for (;;) {
      const first = this.drawn(count);
      if (first !== undefined) return String(first);
      await this.take(count);
    }
  }

  /** Draws an id in place of `taken`, which this process drew though a record brought in under its own id has it. */
  redraw(taken: string): Promise<string> {
    // The other ids of the block are likely to be taken, too.
    const id = Number(taken);
    this.blocks = this.blocks.filter(({ first, end }) => id < first || id >= end);
    return this.draw();
  }

  /**
   * Takes a block for the caller alone: the first of `size` ids in a row. A repeated command gets the same block again.
   */
  async block(size: number, meta: Meta): Promise<string> {
    const take = (state: IdBlocks) => takeBlock(state, size);
    const { events } = await this.streams.change(idBlocks, ID_BLOCKS, take, meta, { mayRepeat: true });
    for (const { type, data } of events) if (type === 'account.id-block-taken.v1') return data.first;
    throw new Error('The command has changed the ids otherwise before');
  }

  /** From now on gives no id up to `upTo`. Blocks that other processes have in hand are not affected. */
  async pass(upTo: string, meta: Meta): Promise<void> {
    await this.streams.change(idBlocks, ID_BLOCKS, (state) => passIds(state, upTo), meta, {
      mayRepeat: true,
    });
    this.blocks = this.blocks.filter(({ first }) => first > Number(upTo));
  }

  private drawn(count: number): number | undefined {
    while (this.blocks[0] && this.blocks[0].end - this.blocks[0].next < count) this.blocks.shift();
    const [block, ahead] = this.blocks;
    if (!block) return undefined;
    const first = block.next;
    block.next += count;
    // An error of taking ahead is not lost: the caller that finds no id left takes a block itself, and is told.
    if (!ahead && block.end - block.next < this.size / 2) this.take().catch(() => undefined);
    return first;
  }

  private take(count = 1): Promise<void> {
    const take = async () => {
      const size = Math.max(this.size, count);
      const first = Number(await this.block(size, this.meta()));
      this.blocks.push({ first, next: first, end: first + size });
    };
    return (this.taking ??= take().finally(() => (this.taking = undefined)));
  }
}

/** Ids that HubSpot's shapes show as 32-bit numbers must be below this limit. */
export const SMALL_ID_LIMIT = 2 ** 31;
const LEAST_SMALL_ID = 1_000_000_000;

/** A random id of 10 digits, for kinds of things of which there are so few that two hardly ever draw the same id. */
export const smallId = (): string => String(randomInt(LEAST_SMALL_ID, SMALL_ID_LIMIT));

/** The same, always the same for the same text: for what a command that is repeated makes. */
export const smallIdOf = (text: string): string => {
  const drawn = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return String(LEAST_SMALL_ID + (drawn % (SMALL_ID_LIMIT - LEAST_SMALL_ID)));
};
