// Whether the server can be reached, as the last request found it.
import { useSyncExternalStore } from 'react';

let isReached = true;
const listeners = new Set<() => void>();

export function noteReached(reached: boolean): void {
  if (reached === isReached) return;
  isReached = reached;
  listeners.forEach((listener) => listener());
}

function onReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useReached = (): boolean => useSyncExternalStore(onReach, () => isReached);
