// Writes down what has come of a round: what waits from now on, what waits no more, and what is given up.
import { doubled } from '../../delivery/times';
import type { Item, Part } from '../telling/log-items';
import type { Posted } from './posting';
import type { CourierTimes } from './times';
import type { HeadDocument, Waits } from './waits';

/** A record that is tried again: its first items that wait. */
export interface Retry {
  readonly head: HeadDocument;
  readonly items: readonly Item[];
  /** Positions of items of which nothing is wanted any more. */
  readonly gone: readonly bigint[];
  /** More of its items wait behind these. */
  readonly hasMore: boolean;
}

interface Sent {
  readonly part: Part;
  /** Items of the part that were sent at once. The part's other items wait behind their record's first. */
  readonly fresh: readonly Item[];
  readonly retries: readonly Retry[];
  readonly failed: ReadonlyMap<Item, string>;
}

const PAGE = 500;
/** Records that are given up in one round of a receiver that takes nothing. */
const MOST_GIVEN_UP = 200;

export class Settling {
  givenUp = 0;

  constructor(
    private readonly waits: Waits,
    private readonly times: CourierTimes,
    private readonly resumedAt: string | null,
    private readonly now: Date,
  ) {}

  /**
   * Rounds in a row in which the receiver took nothing. One record that fails, or those that are known to fail by
   * themselves, say nothing of the receiver.
   */
  down(before: number, { taken, failed }: Posted, fresh: readonly Item[], retries: readonly Retry[]): number {
    if (taken > 0) return 0;
    if (before > 0) return failed.size > 0 ? before + 1 : before;
    const suspects = [...fresh, ...retries.flatMap(({ head, items }) => (head.alone < 2 ? items : []))];
    const keys = new Set(suspects.filter((item) => failed.has(item)).map(({ key }) => key));
    return keys.size > 1 ? 1 : 0;
  }

  async settle({ part, fresh, retries, failed }: Sent, down: number): Promise<void> {
    const isFresh = new Set(fresh);
    const behind = part.items.filter((item) => !isFresh.has(item));
    for (const { key, position } of behind) this.waits.putItem(key, position);
    const toGiveUp = [
      ...this.settleFresh(fresh, failed, down),
      ...this.settleRetries(retries, failed, new Set(behind.map(({ key }) => key)), down),
    ];
    await this.waits.commit();
    const all = new Map(toGiveUp.map((head) => [head.key, head]));
    if (down > 0)
      for (const head of await this.waits.longFailing(this.longAgo(), MOST_GIVEN_UP))
        if (this.isOver(head.since)) all.set(head.key, head);
    for (const head of all.values()) await this.giveUp(head);
  }

  private settleFresh(fresh: readonly Item[], failed: ReadonlyMap<Item, string>, down: number) {
    const heads = new Map<string, Omit<HeadDocument, 'id'>>();
    for (const item of fresh) {
      const reason = failed.get(item);
      if (reason === undefined) continue;
      this.waits.putItem(item.key, item.position);
      if (!heads.has(item.key))
        heads.set(item.key, this.failing(item.key, { tries: 0, alone: 0, since: null }, reason, down));
    }
    for (const head of heads.values()) this.waits.putHead(head);
    return [...heads.values()].filter(({ since }) => this.isOver(since));
  }

  private settleRetries(
    retries: readonly Retry[],
    failed: ReadonlyMap<Item, string>,
    behind: ReadonlySet<string>,
    down: number,
  ) {
    const over: Omit<HeadDocument, 'id'>[] = [];
    for (const { head, items, gone, hasMore } of retries) {
      const { key } = head;
      const wrong = items.findIndex((item) => failed.has(item));
      const taken = wrong < 0 ? items : items.slice(0, wrong);
      for (const position of [...gone, ...taken.map((item) => item.position)])
        this.waits.removeItem(key, position);
      if (wrong >= 0) {
        const before = taken.length > 0 ? { tries: 0, alone: 0, since: null } : head;
        const next = this.failing(key, before, failed.get(items[wrong]!)!, down);
        this.waits.putHead(next);
        if (this.isOver(next.since)) over.push(next);
      } else if (hasMore || behind.has(key)) this.waits.putHead(goingOn(key, this.now));
      else this.waits.removeHead(key);
    }
    return over;
  }

  private failing(
    key: string,
    before: Pick<HeadDocument, 'tries' | 'alone' | 'since'>,
    reason: string,
    down: number,
  ): Omit<HeadDocument, 'id'> {
    // While the receiver takes nothing, its records are not to blame: they are all due once it takes something again.
    const alone = down > 0 ? Math.max(before.alone, 1) : before.alone + 1;
    const pauseMs = down > 0 ? 0 : doubled(this.times.againMs, alone);
    return {
      ...{ kind: 'head', key, tries: before.tries + 1, alone, reason },
      since: before.since ?? this.now.toISOString(),
      dueAt: new Date(this.now.getTime() + pauseMs).toISOString(),
    };
  }

  private longAgo(): string {
    return new Date(this.now.getTime() - this.times.giveUpMs).toISOString();
  }

  private isOver(since: string | null): boolean {
    if (since === null) return false;
    const counted = this.resumedAt !== null && this.resumedAt > since ? this.resumedAt : since;
    return counted <= this.longAgo();
  }

  /** What failed for too long, and all that waits behind it, become failures, in their order. */
  private async giveUp({ key, tries, reason }: Omit<HeadDocument, 'id'>): Promise<void> {
    const failed = { failedAt: this.now.toISOString(), tries, ...(reason !== null && { reason }) };
    for (;;) {
      const positions = await this.waits.itemsOf(key, PAGE);
      for (const position of positions) this.waits.putItem(key, position, failed);
      this.givenUp += positions.length;
      if (positions.length < PAGE) this.waits.removeHead(key);
      await this.waits.commit();
      if (positions.length < PAGE) return;
    }
  }
}

/** A record whose first item waits to be tried for the first time. */
export const goingOn = (key: string, now: Date): Omit<HeadDocument, 'id'> => ({
  ...{ kind: 'head', key, tries: 0, alone: 0, since: null, reason: null },
  dueAt: now.toISOString(),
});
