// Ways to wait: pauses that end when a loop is told to stop, answers that are waited for no longer than they may take,
// and turns of the event loop that are left to other work.
import { setImmediate as atOnce, setTimeout as after } from 'node:timers/promises';

/** Resolves after so many milliseconds, or as soon as the signal aborts: whoever waited looks at the signal. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  // `after` rejects for no other reason than the signal.
  after(ms, undefined, signal && { signal }).catch(() => undefined);

/** How time passes; tests have clocks of their own. */
export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  readonly pause: typeof pause;
}
export const realTime: Clock = { now: () => performance.now(), pause };

/** Work took longer than it may. */
export class TooLate extends Error {
  constructor() {
    super('No answer in time');
  }
}

/** What work resolves with. Rejects with TooLate after so many milliseconds: what comes later concerns nobody. */
export const within = <T>(ms: number, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    // An answer that came while this thread was held up counts: it is read before the work counts as too late.
    const late = () => setImmediate(() => reject(new TooLate()));
    const timer = setTimeout(late, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/**
 * Lets other work have its turn in the midst of long work. Called while input is handled, a first `setImmediate` goes
 * on before the event loop looks at further input; a second goes on after that.
 */
export async function othersFirst(): Promise<void> {
  await atOnce();
  await atOnce();
}
