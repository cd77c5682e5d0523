// How long one still has to wait after too many attempts, counted down.
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/errors';

/** Seconds left of the wait that the server asked for; 0 where there is none. */
export function useWait(error: unknown): number {
  const wait = error instanceof ApiError && error.status === 429 ? (error.retryAfter ?? 1) : 0;
  const [since, setSince] = useState<{ readonly error: unknown; readonly at: number }>();
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (wait === 0) return;
    const start = Date.now();
    const beat = setInterval(() => {
      setSince({ error, at: start });
      setNow(Date.now());
      if (Date.now() - start > wait * 1000) clearInterval(beat);
    }, 250);
    return () => clearInterval(beat);
  }, [error, wait]);
  const passed = since && since.error === error ? (now - since.at) / 1000 : 0;
  return Math.max(0, Math.ceil(wait - passed));
}
