// One holder at a time over a shared store, by compare-and-set. Holders are told alive by the beats they write, timed
// by the clock of whoever waits: clocks need not agree.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DocumentStore } from './document-store';

const BEAT_MS = 3_000;
/** A lease whose beat has stood still for so long may be taken. */
const DEAD_AFTER_MS = 15_000;

interface Beat {
  readonly holder: string;
  readonly beat: number;
}

export class Lease {
  private readonly holder = randomUUID();
  private readonly key: string;

  constructor(
    private readonly documents: DocumentStore,
    name: string,
    private readonly beatMs = BEAT_MS,
    private readonly deadAfterMs = DEAD_AFTER_MS,
  ) {
    this.key = `lease:${name}`;
  }

  /** Runs `work` while the lease is held; its signal aborts when the lease is lost or `signal` aborts. */
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
      if (last) await this.documents.compareAndSet(this.key, last, undefined).catch(() => false);
    }
  }

  private async take(signal: AbortSignal): Promise<Beat | undefined> {
    const mine = { holder: this.holder, beat: 0 };
    let seen: { text: string; since: number } | undefined;
    while (!signal.aborted) {
      const other = await this.documents.getState<Beat>(this.key);
      const text = JSON.stringify(other) ?? '';
      const now = performance.now();
      if (seen?.text !== text) seen = { text, since: now };
      if (!other || now - seen.since >= this.deadAfterMs)
        if (await this.documents.compareAndSet(this.key, other, mine)) return mine;
      await pause(this.beatMs, undefined, { signal }).catch(() => {});
    }
    return undefined;
  }

  /** Beats until told to end; returns the last beat written, none if the lease was lost. */
  private async beat(first: Beat, ended: AbortSignal, lost: AbortController): Promise<Beat | undefined> {
    let last = first;
    let lastAt = performance.now();
    for (;;) {
      await pause(this.beatMs, undefined, { signal: ended }).catch(() => {});
      if (ended.aborted) return last;
      const next = { holder: this.holder, beat: last.beat + 1 };
      const kept = await this.documents.compareAndSet(this.key, last, next).catch(() => undefined);
      if (kept) [last, lastAt] = [next, performance.now()];
      // A store that does not answer leaves the lease in doubt: given up before another may take it.
      else if (kept === false || performance.now() - lastAt > this.deadAfterMs / 2) {
        lost.abort();
        return undefined;
      }
    }
  }
}
