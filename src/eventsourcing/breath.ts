// Long work in pieces: whoever does it lets the event loop, and others who do as much, have their turns in between.

/** Milliseconds that pieces may hold the thread for, one after the other. */
const SLICE_MS = 10;

const waiting: (() => void)[] = [];
/** When the slice that runs began. */
let since = 0;

/**
 * To be awaited before each piece of long work. Of all who wait, one goes on at a time; what it does then, up to where it
 * waits for something else, is over before the clock is looked at for the next.
 */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    if (waiting.push(resolve) === 1) process.nextTick(next);
  });

function next(): void {
  if (performance.now() - since < SLICE_MS) goOn();
  else setImmediate(begin);
}

function begin(): void {
  since = performance.now();
  goOn();
}

function goOn(): void {
  waiting.shift()!();
  // A tick that is asked for from a microtask comes after all microtasks, and so after the piece.
  if (waiting.length > 0) queueMicrotask(() => process.nextTick(next));
}
