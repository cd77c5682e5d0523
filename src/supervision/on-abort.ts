/**
 * Calls `act` once, when the signal aborts; now, where it has aborted before, of which an event listener would never
 * hear. Answers a function that forgets it.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
