/**
 * Calls `act` once, when the signal aborts; now, where it has aborted before, of which an event listener would never
 * hear. Answers a function that forgets it.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}

/**
 * Resolves when it is woken, when the signal aborts, or after so many milliseconds where they are given. `listen` hears
 * what wakes it, and answers a function by which whoever would call that forgets it.
 */
export async function woken(
  signal: AbortSignal,
  ms: number | undefined,
  listen: (wake: () => void) => () => void,
): Promise<void> {
  let wake!: () => void;
  const happens = new Promise<void>((resolve) => (wake = resolve));
  const timer = ms === undefined ? undefined : setTimeout(wake, ms);
  const forgets = [listen(wake), onAbort(signal, wake)];
  await happens;
  for (const forget of forgets) forget();
  clearTimeout(timer);
}

/** For `woken`: by whoever wakes all of a set. */
export const wakenBy =
  (wakeUps: Set<() => void>) =>
  (wake: () => void): (() => void) => {
    wakeUps.add(wake);
    return () => wakeUps.delete(wake);
  };
