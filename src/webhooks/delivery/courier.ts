// Delivers to one subscription: reads the log on from where it is, posts what is wanted, and tries again what was not
// taken. In a round, what is new and what is due again are sent side by side; what has come of them is written down before
// the next. A process that dies in the midst sends again what it had sent in that round: with the same ids of events.
import { breathe } from '../../eventsourcing/breath';
import { Streams } from '../../eventsourcing/streams';
import type { DocumentStore } from '../../read/document-store';
import { WriteConflict } from '../../read/document-store';
import { sizeOf } from '../../eventsourcing/size-of';
import { SEES_NOTHING_SENSITIVE } from '../../crm/properties/values/sensitivity';
import type { Vault } from '../../vault/vault';
import type { Bounds, Item, LogItems, Part } from '../telling/log-items';
import type { Messages } from '../telling/messages';
import { webhook, webhookStream, type LiveWebhook } from '../webhook.decider';
import { grantOf } from '../webhook-grants';
import { act } from './acting';
import { changeCourierState, courierState, type CourierState } from './courier-states';
import { lanesOf } from './lanes';
import { post, type Posted } from './posting';
import type { Sender } from '../../delivery/sender';
import { Settling, type Retry } from './settling';
import type { CourierTimes } from './times';
import { Waits, type HeadDocument } from './waits';

export interface CourierParts {
  readonly documents: DocumentStore;
  readonly streams: Streams;
  readonly vault: Vault;
  readonly logItems: LogItems;
  readonly messages: Messages;
  readonly sender: Sender;
  readonly times: CourierTimes;
  readonly portalId: number;
  readonly counted: (outcome: 'delivered' | 'failed' | 'given-up', items: number) => void;
}

/**
 * What is taken from the log in a round, by each of fifty couriers at once; of a receiver that takes nothing,
 * what is tried of new things.
 */
const CHUNK: Bounds = { rows: 400, size: 256 * 1024, events: 5_000 };
const PROBE: Bounds = { rows: 1, size: 1, events: 5_000 };
/** Items that wait at most; while there are as many, the log is read no further. */
const MOST_WAITING = 10_000;
/** Records tried again in a round: some by themselves, the others together. */
const RETRIES = { alone: 4, together: 100, items: 200 };
/** Milliseconds until it is written down how far the log was read where nothing in it was wanted. */
const KEPT_MS = 5_000;

/** `full`: nothing is due, and so much waits that nothing more is taken on. */
export type Round = 'ended' | 'busy' | 'idle' | 'down' | 'full';

export class Courier {
  /** Rounds in a row in which the receiver took nothing. */
  down = 0;
  private keptAt = performance.now();
  private news = false;

  private constructor(
    readonly webhookId: string,
    private readonly parts: CourierParts,
    readonly waits: Waits,
    private state: CourierState,
    /** How far the log was read; never before `state.reached`. */
    public place: bigint,
  ) {}

  /** Undefined where there is no such subscription (any more). */
  static async open(webhookId: string, parts: CourierParts): Promise<Courier | undefined> {
    const { documents, streams } = parts;
    const { state: live, revision } = await streams.load(webhook, webhookStream(webhookId));
    if (live.status !== 'live') return undefined;
    const waits = await Waits.open(documents, webhookId);
    let state = await courierState(documents, webhookId);
    if (!state) {
      state = {
        ...{ reached: String(live.after), acted: revision },
        ...{ deliveredAt: null, error: null, down: false },
      };
      if (!(await changeCourierState(documents, webhookId, undefined, state))) throw new WriteConflict();
    }
    return new Courier(webhookId, parts, waits, state, BigInt(state.reached));
  }

  async round(signal: AbortSignal): Promise<Round> {
    const { streams, logItems } = this.parts;
    const { state: live, revision } = await streams.load(webhook, webhookStream(this.webhookId));
    if (live.status !== 'live' || live.paused) {
      await this.keep({});
      return 'ended';
    }
    if (revision > this.state.acted) {
      const movedTo = await act(streams, this.waits, this.webhookId, this.state.acted, new Date());
      if (movedTo !== undefined) this.place = movedTo;
      await this.keep({ acted: revision });
    }
    const retries = await this.retries(live);
    const hasRoom = this.waits.waiting < MOST_WAITING;
    const part: Part = hasRoom
      ? await logItems.after(this.place, live, this.down > 0 ? PROBE : CHUNK, signal)
      : { items: [], upTo: this.place, end: true };
    const heads = await this.waits.heads(new Set(part.items.map(({ key }) => key)));
    const fresh = part.items.filter(({ key }) => !heads.has(key));
    const posted = await this.post(fresh, retries, signal);
    await this.settle(live, part, { fresh, retries, posted });
    if (this.down > 0) return 'down';
    if (!hasRoom && posted.sent === 0) return 'full';
    if (!part.end || posted.sent > 0) return 'busy';
    // What was asked of it since the round began may lie in what was read: nothing behind it would wake the courier.
    const { revision: now } = await streams.load(webhook, webhookStream(this.webhookId));
    return now > revision ? 'busy' : 'idle';
  }

  /** Writes down how far it is, where that is due or something else has changed. */
  async keep(change: Partial<Omit<CourierState, 'reached'>>): Promise<void> {
    const after = { ...this.state, ...change, reached: String(this.place) };
    if (JSON.stringify(after) === JSON.stringify(this.state)) return;
    if (!(await changeCourierState(this.parts.documents, this.webhookId, this.state, after)))
      throw new WriteConflict();
    this.state = after;
    this.keptAt = performance.now();
  }

  /** Whether anything was sent since this was asked before. */
  takeNews(): boolean {
    const { news } = this;
    this.news = false;
    return news;
  }

  private async retries(live: LiveWebhook): Promise<readonly Retry[]> {
    const now = new Date().toISOString();
    const isProbe = this.down > 0;
    const together = await this.waits.due(now, false, isProbe ? 1 : RETRIES.together);
    const alone =
      isProbe && together.length > 0 ? [] : await this.waits.due(now, true, isProbe ? 1 : RETRIES.alone);
    const retries: Retry[] = [];
    const left = { items: RETRIES.items, size: CHUNK.size };
    for (const head of [...alone, ...together]) {
      if (left.items <= 0 || left.size <= 0) break;
      await breathe();
      const retry = await this.retry(live, head, left.items);
      left.items -= retry.items.length;
      left.size -= sizeOf(retry.items.map(({ rows }) => rows));
      retries.push(retry);
    }
    return retries;
  }

  /** What failed is tried by itself; behind what was taken, the record's items go on together. */
  private async retry(live: LiveWebhook, head: HeadDocument, most: number): Promise<Retry> {
    const goesOn = head.since === null;
    const taken = goesOn ? most : 1;
    const positions = await this.waits.itemsOf(head.key, taken + 1);
    const items: Item[] = [];
    const gone: bigint[] = [];
    let size = CHUNK.size;
    let looked = 0;
    for (const position of positions.slice(0, taken)) {
      const item = await this.parts.logItems.at(position, head.key, live);
      looked++;
      if (item) items.push(item);
      else gone.push(position);
      if (item && (size -= sizeOf(item.rows)) < 0) break;
    }
    return { head, items, gone, hasMore: looked < positions.length };
  }

  private async post(
    fresh: readonly Item[],
    retries: readonly Retry[],
    signal: AbortSignal,
  ): Promise<Posted & { readonly sent: number }> {
    const { vault, messages, sender, portalId } = this.parts;
    const again = retries.flatMap(({ items }) => items);
    const sent = fresh.length + again.length;
    if (sent === 0) return { taken: 0, failed: new Map(), sent };
    const grant = await grantOf(vault, this.webhookId);
    if (!grant) throw new Error('The vault has nothing of a subscription');
    const worded = await messages.of([...again, ...fresh], SEES_NOTHING_SENSITIVE, portalId, signal);
    const isAlone = ({ head }: Retry) => head.alone >= 2;
    const itemsOf = (some: readonly Retry[]) => some.flatMap(({ items }) => items);
    const lanes = [
      ...lanesOf(itemsOf(retries.filter(isAlone)), worded, { apart: true }),
      ...lanesOf(itemsOf(retries.filter((retry) => !isAlone(retry))), worded),
      ...lanesOf(fresh, worded),
    ];
    const tries = new Map(
      retries.flatMap(({ head, items }) => items.slice(0, 1).map((item) => [item, head.tries] as const)),
    );
    const to = { webhookId: this.webhookId, grant, triesOf: (item: Item) => tries.get(item) ?? 0 };
    return { ...(await post(sender, lanes, to, signal)), sent };
  }

  private async settle(
    live: LiveWebhook,
    part: Part,
    {
      fresh,
      retries,
      posted,
    }: { fresh: readonly Item[]; retries: readonly Retry[]; posted: Posted & { sent: number } },
  ): Promise<void> {
    const { times, counted } = this.parts;
    const now = new Date();
    const settling = new Settling(this.waits, times, live.resumedAt, now);
    this.down = settling.down(this.down, posted, fresh, retries);
    await settling.settle({ part, fresh, retries, failed: posted.failed }, this.down);
    // What waits is written down before the log counts as read.
    this.place = part.upTo;
    const failed = posted.failed.size;
    const [reason] = posted.failed.values();
    this.news ||= posted.sent > 0;
    counted('delivered', posted.sent - failed);
    counted('failed', failed);
    counted('given-up', settling.givenUp);
    if (posted.sent === 0 && part.items.length === 0 && performance.now() - this.keptAt < KEPT_MS) return;
    await this.keep({
      down: this.down > 0,
      ...(posted.sent > failed && { deliveredAt: now.toISOString() }),
      ...(reason !== undefined && { error: { at: now.toISOString(), reason } }),
    });
  }
}
