// Something that has a state and an end, looked at again and again: what is sent to who follows it.
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 250;

/** Each state that differs from the one before; the last is the one that has ended. */
export async function* follow<T>(
  read: () => Promise<T>,
  hasEnded: (state: T) => boolean,
): AsyncGenerator<T, void> {
  for (let seen = ''; ; await pause(LOOK_MS)) {
    const state = await read();
    const text = JSON.stringify(state);
    if (text !== seen) yield state;
    if (hasEnded(state)) return;
    seen = text;
  }
}
