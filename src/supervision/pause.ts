// Ways to wait: pauses that end when a loop is told to stop, and turns of the event loop that are left to other work.
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

/**
 * Lets other work have its turn in the midst of long work. Called while input is handled, a first `setImmediate` goes
 * on before the event loop looks at further input; a second goes on after that.
 */
export async function othersFirst(): Promise<void> {
  await atOnce();
  await atOnce();
}
