// Waiting: for loops that are to end when they are told to, and for others to have their turn.
import { setImmediate as atOnce, setTimeout as after } from 'node:timers/promises';

/** Resolves after so many milliseconds, or as soon as the signal aborts: whoever waited looks at the signal. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  // It rejects for no other reason than the signal.
  after(ms, undefined, signal && { signal }).catch(() => undefined);

/** The passing of time: another one in tests. */
export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  readonly pause: typeof pause;
}
export const realTime: Clock = { now: () => performance.now(), pause };

/**
 * Lets others have their turn in the midst of long work. Where it is called from what came in, one `setImmediate` goes on
 * before anything else that has come in since is looked at; the second goes on after that.
 */
export async function othersFirst(): Promise<void> {
  await atOnce();
  await atOnce();
}
