// What goes on beside work ends with it, and is waited for.
import { beside } from '../../../src/supervision/beside';
import { onAbort } from '../../../src/supervision/on-abort';

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => void onAbort(signal, resolve));

/** Goes on until it is told to stop, and a while longer. */
function other() {
  const seen = { ended: false };
  const goOn = async (signal: AbortSignal) => {
    await aborted(signal);
    await new Promise(setImmediate);
    seen.ended = true;
  };
  return { seen, goOn };
}

test.each([
  ['that ends', async () => undefined, undefined],
  ['that is rejected', () => Promise.reject(new Error('broken')), 'broken'],
])('it ends with work %s', async (_, work, message) => {
  const { seen, goOn } = other();
  const outcome = beside(new AbortController().signal, goOn, work).then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(await outcome).toBe(message);
  expect(seen.ended).toBe(true);
});

test('both hear when they are told to stop, also where that was before', async () => {
  for (const when of ['before', 'later']) {
    const { seen, goOn } = other();
    const over = new AbortController();
    if (when === 'before') over.abort();
    const done = beside(over.signal, goOn, aborted);
    over.abort();
    await done;
    expect([when, seen.ended]).toEqual([when, true]);
  }
});
