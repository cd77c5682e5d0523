// Follows server-sent events: the progress of a job, or notifications as they come.
import { useEffect, useRef } from 'react';

/** Calls `onValue` with each event for as long as `path` is given. The browser connects again by itself. */
export function useEvents<T>(path: string | undefined, onValue: (value: T) => void): void {
  const latest = useRef(onValue);
  useEffect(() => {
    latest.current = onValue;
  });
  useEffect(() => {
    if (path === undefined) return;
    const source = new EventSource(path, { withCredentials: true });
    source.onmessage = ({ data }) => latest.current(JSON.parse(data as string) as T);
    return () => source.close();
  }, [path]);
}
