// A lease has one holder at a time among the processes over a shared store, by compare-and-set. A holder shows that it
// is alive by the beats it writes, and whoever waits for the lease times these by its own clock: clocks need not agree.
import { randomUUID } from 'node:crypto';
import type { FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause, realTime, type Clock } from '../supervision/pause';
import { WriteConflict, type DocumentStore } from './document-store';

export interface LeaseTimes {
  /** Milliseconds between the beats of a holder. */
  readonly beatMs: number;
  /** Milliseconds between the looks of whoever waits: a lease that is given back is taken so soon. */
  readonly lookMs: number;
  /** Milliseconds for which the beat must stand still until somebody else may take the lease. */
  readonly deadAfterMs: number;
}

/** With these the successor of a dead holder works within 20 s, on a busy machine too. */
export const LEASE_TIMES: LeaseTimes = { beatMs: 3_000, lookMs: 1_000, deadAfterMs: 12_000 };

interface Beat {
  readonly holder: string;
  readonly beat: number;
}

export class Lease {
  private readonly holder = randomUUID();
  private beats = 0;
  private readonly key: string;
  private readonly part: Part;

  constructor(
    private readonly documents: DocumentStore,
    name: string,
    private readonly faults: FaultReports,
    private readonly times = LEASE_TIMES,
    private readonly clock: Clock = realTime,
  ) {
    this.key = `lease:${name}`;
    this.part = `lease:${name}`;
  }

  /**
   * Waits for the lease and runs `work` while it is held; `held` aborts when the lease is lost or `signal` aborts.
   * Rejects only with what `work` rejects with: a store that does not answer is asked again.
   */
  async hold(signal: AbortSignal, work: (held: AbortSignal) => Promise<void>): Promise<void> {
    const first = await this.take(signal);
    if (!first) return;
    const lost = new AbortController();
    const ended = new AbortController();
    const beating = this.beat(first, ended.signal, lost);
    try {
      await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      ended.abort();
      const last = await beating;
      if (last) await this.giveBack(last);
    }
  }

  /** A beat unlike any before, whoever held the lease since: others time how long they see the same beat. */
  private nextBeat(): Beat {
    return { holder: this.holder, beat: ++this.beats };
  }

  private async take(signal: AbortSignal): Promise<Beat | undefined> {
    const { lookMs, deadAfterMs } = this.times;
    let seen: { text: string; since: number } | undefined;
    while (!signal.aborted) {
      try {
        const other = await this.documents.getState<Beat>(this.key);
        const text = JSON.stringify(other) ?? '';
        const now = this.clock.now();
        if (seen?.text !== text) seen = { text, since: now };
        const free = !other || other.holder === this.holder || now - seen.since >= deadAfterMs;
        const mine = this.nextBeat();
        const taken = free && (await this.documents.compareAndSet(this.key, other, mine));
        // Where the answer came late, or to a paused process, the lease may be another's by now: it is asked for again.
        if (taken && this.clock.now() - now < deadAfterMs / 2) {
          this.faults.clear(this.part);
          return mine;
        }
      } catch (error) {
        this.faults.report(this.part, error);
      }
      await this.clock.pause(lookMs, signal);
    }
    return undefined;
  }

  /**
   * Beats until told to end; resolves with the last beat written, or with undefined where the lease was lost. A store
   * that does not answer leaves the lease in doubt: the lease is given up long before another process may take it,
   * however long an answer takes to come.
   */
  private async beat(first: Beat, ended: AbortSignal, lost: AbortController): Promise<Beat | undefined> {
    const { beatMs, deadAfterMs } = this.times;
    const over = AbortSignal.any([ended, lost.signal]);
    let last = first;
    let doubt = new AbortController();
    const doubted = () => {
      doubt.abort();
      const { signal } = (doubt = new AbortController());
      void this.clock.pause(deadAfterMs / 2, signal).then(() => signal.aborted || lost.abort());
    };
    doubted();
    try {
      for (;;) {
        await this.clock.pause(beatMs, over);
        if (lost.signal.aborted) return undefined;
        if (ended.aborted) return last;
        const next = await this.write(last);
        if (next === 'lost') lost.abort();
        else if (next) {
          last = next;
          doubted();
        }
      }
    } finally {
      doubt.abort();
    }
  }

  /** Writes the next beat. Resolves with the beat that stands then, undefined where the store did not answer. */
  private async write(last: Beat): Promise<Beat | 'lost' | undefined> {
    const next = this.nextBeat();
    try {
      const kept = await this.documents.compareAndSet(this.key, last, next);
      // An earlier beat may have been written though its answer never came.
      const standing = kept ? next : await this.documents.getState<Beat>(this.key);
      this.faults.clear(this.part);
      return standing?.holder === this.holder ? standing : 'lost';
    } catch (error) {
      this.faults.report(this.part, error);
      return undefined;
    }
  }

  private async giveBack(last: Beat): Promise<void> {
    try {
      await this.documents.compareAndSet(this.key, last, undefined);
    } catch (error) {
      // Whoever waits takes the lease when its beat has stood still for long enough.
      this.faults.report(this.part, error);
    }
  }
}

/** Work of a part that one process does at a time; the part names the lease, too. */
export interface Alone {
  readonly part: Part;
  readonly documents: DocumentStore;
  readonly faults: FaultReports;
  /** Milliseconds until work that was rejected is begun anew. */
  readonly retryMs: number;
  readonly lease?: LeaseTimes;
}

/**
 * Does work, again and again, until the signal aborts: on a shared store in one process at a time, where another takes
 * over when that one dies. What the work rejects with is told as a fault, unless it is a WriteConflict: another process
 * was at it, and all is read anew.
 */
export async function alone(
  { part, documents, faults, retryMs, lease: times }: Alone,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lease = new Lease(documents, part, faults, times);
  while (!signal.aborted)
    try {
      if (documents.exclusive) await work(signal);
      else await lease.hold(signal, work);
    } catch (error) {
      if (!(error instanceof WriteConflict)) faults.report(part, error);
      await pause(retryMs, signal);
    }
}
