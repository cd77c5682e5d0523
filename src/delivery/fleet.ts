// Runs couriers of one kind: one for each receiver that is wanted, in one process at a time. Who holds the lease of the
// kind runs them; another process takes over when it dies.
import type { EventStore } from '../eventsourcing/event-store';
import { WriteConflict, type DocumentStore } from '../read/document-store';
import { alone } from '../read/lease';
import type { Projector } from '../read/projector';
import { beside } from '../supervision/beside';
import type { FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause } from '../supervision/pause';
import { LogTail } from './log-tail';
import type { DeliveryTimes } from './times';

/** Milliseconds between looks for receivers, and until what failed is tried again. */
const LOOK_MS = 1_000;
const RETRY_MS = 5_000;

/** What a fleet runs. */
export interface FleetWork {
  /** The part whose faults are told; it names the lease, too. */
  readonly part: Part;
  /** Name of the projection that lists receivers: they are looked for once it has moved. */
  readonly listed: string;
  /** Ids of the receivers that are to be delivered to now. */
  wanted(): AsyncIterable<string>;
  /**
   * Delivers to one until the signal aborts, or there is nothing to deliver to any more. What it rejects with is told as
   * a fault, unless it is a WriteConflict: another process was at it; then it is begun anew.
   */
  deliver(id: string, tail: LogTail, signal: AbortSignal): Promise<void>;
  /** Removes what is left of receivers that have ended. */
  tidy?(): Promise<void>;
}

export interface FleetParts {
  readonly documents: DocumentStore;
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly faults: FaultReports;
  readonly times: Pick<DeliveryTimes, 'lookMs' | 'lease'>;
}

export class Fleet {
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, { readonly stop: () => void; readonly ended: Promise<void> }>();
  /** Receivers whose courier has failed since it was started: their own rounds tell when they work again. */
  private readonly failing = new Set<string>();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: FleetParts,
    private readonly work: FleetWork,
  ) {}

  start(): void {
    this.loop = this.run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort('shutdown');
    await this.loop;
  }

  private run(signal: AbortSignal): Promise<void> {
    const { documents, eventStore, faults, times } = this.parts;
    const { part } = this.work;
    const tail = new LogTail(eventStore, times.lookMs, (error) => faults.report(part, error));
    return alone({ part, documents, faults, retryMs: RETRY_MS, lease: times.lease }, signal, (held) =>
      beside(
        held,
        (both) => this.watch(tail, both),
        (both) => this.serve(tail, both),
      ),
    );
  }

  /** Watches the log's end for couriers until the signal aborts, and waits until the last of them has ended. */
  private async watch(tail: LogTail, signal: AbortSignal): Promise<void> {
    await tail.watch(signal);
    await Promise.all([...this.running.values()].map((one) => one.ended));
  }

  private async serve(tail: LogTail, signal: AbortSignal): Promise<void> {
    const { projector } = this.parts;
    await this.work.tidy?.();
    while (!signal.aborted) {
      const movement = projector.movement(this.work.listed, signal);
      const moved = new AbortController();
      void movement.happens.then(() => moved.abort());
      await this.look(tail, signal);
      if (this.failing.size === 0) this.parts.faults.clear(this.work.part);
      await pause(LOOK_MS, moved.signal);
      movement.forget();
    }
  }

  /** Starts couriers of receivers that have none, and stops those that are wanted no more. */
  private async look(tail: LogTail, signal: AbortSignal): Promise<void> {
    const wanted = new Set<string>();
    for await (const id of this.work.wanted()) wanted.add(id);
    for (const [id, { stop }] of this.running) if (!wanted.has(id)) stop();
    for (const id of wanted) {
      if (this.running.has(id) || signal.aborted) continue;
      const one = new AbortController();
      const ended = this.courier(id, tail, AbortSignal.any([signal, one.signal])).finally(() =>
        this.running.delete(id),
      );
      this.running.set(id, { stop: () => one.abort('stopped'), ended });
    }
  }

  /** Never rejects. */
  private async courier(id: string, tail: LogTail, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted)
        try {
          return await this.work.deliver(id, tail, signal);
        } catch (error) {
          if (signal.aborted) return;
          // Another process was at it: all is read anew.
          if (!(error instanceof WriteConflict)) {
            this.failing.add(id);
            this.parts.faults.report(this.work.part, error, { id });
          }
          await pause(RETRY_MS, signal);
        }
    } finally {
      this.failing.delete(id);
    }
  }
}
