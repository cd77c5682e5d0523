// Tells how far a command has come: on a terminal a line that is drawn over, elsewhere a line now and then, apart from
// what the command has to say.
import type { Say } from './command';

const EACH_MS = 2_000;
const DRAWN_EACH_MS = 100;
const CELLS = 24;

export function progressOf({ error, draw }: Say): (line: string) => void {
  const tell = draw ?? error;
  const eachMs = draw ? DRAWN_EACH_MS : EACH_MS;
  // A bar that is shown at once tells that something is under way; a line for what is over at once is too many.
  let next = performance.now() + (draw ? 0 : eachMs);
  return (line) => {
    if (performance.now() < next) return;
    tell(line);
    next = performance.now() + eachMs;
  };
}

/** Such as `[######------]  50 % 500 of 1000 records`; the total may not be known yet, and be 0. */
export function bar(
  { done, total }: { readonly done: number; readonly total: number },
  what: string,
): string {
  const part = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.floor(part * CELLS);
  const percent = `${Math.floor(part * 100)}`.padStart(3);
  return `[${'#'.repeat(full)}${'-'.repeat(CELLS - full)}] ${percent} % ${done} of ${total} ${what}`;
}
