// The live end of EventStoreDB's $all as pages: whatever has arrived while the last page was handled is the next one.
import { once } from 'node:events';
import {
  START as FROM_START,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import type { StoredEvent } from '../event';
import { at, isVisible, toStored } from './eventstoredb.events';

/** Unfiltered: the server's filtered checkpoints cannot be relied on, so system events are skipped here. */
export async function* livePages(
  client: EventStoreDBClient,
  after: bigint,
  signal: AbortSignal,
  size: number,
): AsyncGenerator<StoredEvent[]> {
  while (!signal.aborted) {
    const live = new Live(client, after, size);
    try {
      for (let page; (page = await live.next(signal)); after = live.last) if (page.length > 0) yield page;
    } catch (error) {
      // The server holds 32 events for a subscriber that is busy when they come, and drops it at the next one.
      if (!wasTooSlow(error)) throw error;
      after = live.last;
    } finally {
      await live.end();
    }
  }
}

class Live {
  private readonly subscription: AllStreamSubscription;
  private failure: Error | undefined;

  constructor(
    client: EventStoreDBClient,
    /** Last position received, of system events too. */
    public last: bigint,
    private readonly size: number,
  ) {
    this.subscription = client.subscribeToAll(
      { fromPosition: last < 0n ? FROM_START : at(last), requiresLeader: true },
      { highWaterMark: size },
    );
    // Without a listener an error between two pages would end the process.
    this.subscription.on('error', (error: Error) => (this.failure = error));
  }

  /** What has arrived, waited for if there is nothing yet (the page may be empty then); undefined when aborted. */
  async next(signal: AbortSignal): Promise<StoredEvent[] | undefined> {
    const page: StoredEvent[] = [];
    let resolved: AllStreamResolvedEvent | null;
    while (page.length < this.size && (resolved = this.subscription.read() as typeof resolved)) {
      const { event } = resolved;
      if (!event) continue;
      this.last = event.position.commit;
      if (isVisible(event)) page.push(toStored(event));
    }
    if (page.length > 0) return signal.aborted ? undefined : page;
    if (this.failure) throw this.failure;
    if (this.subscription.readableEnded || this.subscription.destroyed)
      throw new Error('The subscription ended');
    await this.arrival(signal);
    return signal.aborted ? undefined : page;
  }

  async end(): Promise<void> {
    await this.subscription.unsubscribe();
  }

  /** Resolves when there is something to read, when it ended, failed, or the signal aborts. */
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
