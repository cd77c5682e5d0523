// Watches the end of the log for all couriers of a process: those that have read it to its end are woken by what comes.
import type { EventStore } from '../eventsourcing/event-store';
import { pause } from '../supervision/pause';
import { woken } from '../supervision/on-abort';

export class LogTail {
  private readonly waiting = new Map<() => void, bigint>();

  constructor(
    private readonly eventStore: EventStore,
    private readonly lookMs: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Looks at the end until the signal aborts; asks the store only where somebody waits. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.waiting.size > 0)
        try {
          const head = await this.eventStore.head();
          for (const [wake, after] of this.waiting) if (head > after) wake();
        } catch (error) {
          this.failed(error);
        }
      await pause(this.lookMs, signal);
    }
  }

  /** Resolves once the log has events after a position, after so many milliseconds, or when the signal aborts. */
  beyond(position: bigint, ms: number, signal: AbortSignal): Promise<void> {
    return woken(signal, ms, (wake) => {
      this.waiting.set(wake, position);
      return () => this.waiting.delete(wake);
    });
  }
}
