// Ids: decimal numbers of at most 15 digits, which spreadsheets keep, and none is given twice. A process takes a block
// of them by an event and draws from it; what it has not drawn when it ends is lost. Those of before had 16 digits.
import { randomInt } from 'node:crypto';
import type { Decider } from './decider';
import { eventsOf, type EventOf, type Meta } from './event';
import type { IdEvents } from './id.events';
import type { Streams } from './streams';

/** Of 11 digits: the most that Excel writes into a CSV in full where nobody has set the format of the cells. */
const FIRST = 10_000_000_000;
const MOST_DIGITS = 15;
const LAST = 10 ** MOST_DIGITS - 1;
/** Seconds of the fastest import: an event for so many ids is no burden, and losing them is none either. */
const BLOCK = 10_000;

/** Where the next block begins. */
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

/** Longer ids are never given: there is nothing to pass by. */
export function passIds({ next }: IdBlocks, upTo: string): EventOf<IdEvents>[] {
  const passes = upTo.length <= MOST_DIGITS && Number(upTo) >= next;
  return passes ? [ev('account.ids-passed.v1', { upTo })] : [];
}

/** Id number `index` of a row that begins with `first`. Rows of 16 digits, of before, have ids two apart. */
export const idAt = (first: string, index: number): string =>
  String(Number(first) + (first.length > MOST_DIGITS ? 2 : 1) * index);

interface Block {
  readonly first: number;
  next: number;
  readonly end: number;
}

/** The ids of one process: each greater than the one drawn before. */
export class RecordIds {
  /** In hand: drawn from the first, and the next one is fetched before that is used up. */
  private blocks: Block[] = [];
  private taking: Promise<void> | undefined;

  /** `meta` is called for each block taken, since nobody asked for it. */
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

  /** Another for an id of this process that turned out to be taken, by what was brought in under ids of its own. */
  redraw(taken: string): Promise<string> {
    // Its neighbours are likely to be taken, too.
    const id = Number(taken);
    this.blocks = this.blocks.filter(({ first, end }) => id < first || id >= end);
    return this.draw();
  }

  /** A block of its own: first of `size` ids in a row. The same command is given the same block again. */
  async block(size: number, meta: Meta): Promise<string> {
    const take = (state: IdBlocks) => takeBlock(state, size);
    const { events } = await this.streams.change(idBlocks, ID_BLOCKS, take, meta, { mayRepeat: true });
    for (const { type, data } of events) if (type === 'account.id-block-taken.v1') return data.first;
    throw new Error('The command has changed the ids otherwise before');
  }

  /** No id up to this one is given from now on, but for those of blocks that other processes have in hand. */
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
    // What goes wrong with it is told to whoever then has to wait.
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

/** Ids that leave as 32-bit numbers in HubSpot's shapes are drawn from below this. */
export const SMALL_ID_LIMIT = 2 ** 31;

/** An id of 10 digits, for what there are so few of that two hardly ever meet. */
export const smallId = (): string => String(randomInt(1_000_000_000, SMALL_ID_LIMIT));
