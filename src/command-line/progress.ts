// Tells how far a command has come: a line now and then, apart from what it has to say.
import type { Say } from './command';

const EACH_MS = 2_000;

export function progressOf({ error }: Say): (line: string) => void {
  let next = performance.now() + EACH_MS;
  return (line) => {
    if (performance.now() < next) return;
    error(line);
    next = performance.now() + EACH_MS;
  };
}
