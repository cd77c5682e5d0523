// Cuts long work into pieces, so that the event loop and other long work have their turns between two pieces.

/** Milliseconds that consecutive pieces may hold the thread for before the event loop has its turn. */
const SLICE_MS = 10;

const waiting: (() => void)[] = [];
/** When the event loop last had its turn, by `performance.now()`. */
let since = 0;

/**
 * To be awaited before each piece of long work. Of all callers that wait, one goes on at a time: its piece, up to its
 * next await, is over before the clock is read for the next caller.
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
