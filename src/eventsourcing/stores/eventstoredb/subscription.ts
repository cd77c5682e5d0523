// A live subscription to EventStoreDB's $all stream, as pages: what arrives while one page is handled makes up the
// next.
import { once } from 'node:events';
import {
  START as FROM_START,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import type { StoredEvent } from '../../event';
import { PAGE_BYTES } from '../../event-store';
import { sizeOf } from '../../size-of';
import { at, type OneLog } from './stored-events';

/**
 * Pages of at most `size` events of the log after a position. Subscribes without a filter: the server's checkpoints of
 * filtered subscriptions cannot be relied on, so events of the server and of other logs are skipped here.
 */
export async function* livePages(
  client: EventStoreDBClient,
  log: OneLog,
  after: bigint,
  signal: AbortSignal,
  size: number,
): AsyncGenerator<StoredEvent[]> {
  while (!signal.aborted) {
    const live = new Live(client, log, after, size);
    try {
      for (let page; (page = await live.next(signal)); after = live.last) if (page.length > 0) yield page;
    } catch (error) {
      // The server holds 32 events for a busy subscriber, and drops that subscriber when one more comes.
      if (!wasTooSlow(error)) throw error;
      after = live.last;
    } finally {
      await live.end();
    }
  }
}

/** Events that the client buffers beside the page: few, since it does not count their bytes. */
const UNTAKEN = 32;

class Live {
  private page: StoredEvent[] = [];
  private bytes = 0;
  private readonly subscription: AllStreamSubscription;
  private failure: Error | undefined;

  constructor(
    client: EventStoreDBClient,
    private readonly log: OneLog,
    /** Position of the last event received, of the log or not. */
    public last: bigint,
    private readonly size: number,
  ) {
    this.subscription = client.subscribeToAll(
      { fromPosition: last < 0n ? FROM_START : at(last), requiresLeader: true },
      { highWaterMark: UNTAKEN },
    );
    // Without a listener an error between two pages would end the process.
    this.subscription.on('error', (error: Error) => (this.failure = error));
    this.subscription.on('readable', () => this.take());
  }

  /**
   * The events that have arrived. Where there are none, waits for some and gives an empty page; undefined when aborted.
   */
  async next(signal: AbortSignal): Promise<StoredEvent[] | undefined> {
    this.take();
    const { page } = this;
    if (page.length > 0) {
      this.page = [];
      this.bytes = 0;
      return signal.aborted ? undefined : page;
    }
    if (this.failure) throw this.failure;
    if (this.subscription.readableEnded || this.subscription.destroyed)
      throw new Error('The subscription ended');
    await this.arrival(signal);
    return signal.aborted ? undefined : [];
  }

  /** Takes what has arrived into the page as far as there is room; the rest waits at the server. */
  private take(): void {
    let resolved: AllStreamResolvedEvent | null;
    while (
      this.page.length < this.size &&
      this.bytes < PAGE_BYTES &&
      (resolved = this.subscription.read() as typeof resolved)
    ) {
      const { event } = resolved;
      if (!event) continue;
      this.last = event.position.commit;
      if (!this.log.isVisible(event)) continue;
      this.page.push(this.log.toStored(event));
      this.bytes += sizeOf(event.data);
    }
  }

  async end(): Promise<void> {
    await this.subscription.unsubscribe();
  }

  /** Resolves when the subscription has something to read, has ended or failed, or when the signal aborts. */
  private async arrival(signal: AbortSignal): Promise<void> {
    const settled = new AbortController();
    const options = { signal: AbortSignal.any([signal, settled.signal]) };
    try {
      await Promise.race(['readable', 'end', 'close'].map((name) => once(this.subscription, name, options)));
    } catch {
      // Aborted or failed: the caller looks at both.
    } finally {
      settled.abort();
    }
  }
}

const GRPC_ABORTED = 10;
const wasTooSlow = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === GRPC_ABORTED;
