// Follows something that has a state and an end, such as a job, by reading its state again and again.
import { pause } from '../supervision/pause';

const LOOK_MS = 250;

/** Each state that differs from the state before, the last of them the end; no more once the signal aborts. */
export async function* follow<T>(
  read: () => Promise<T>,
  hasEnded: (state: T) => boolean,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  for (let seen = ''; !signal.aborted; await pause(LOOK_MS, signal)) {
    const state = await read();
    const text = JSON.stringify(state);
    if (text !== seen) yield state;
    if (hasEnded(state)) return;
    seen = text;
  }
}
