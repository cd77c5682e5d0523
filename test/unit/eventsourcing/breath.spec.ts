// Long work lets others have their turns, however many do as much.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { breathe } from '../../../src/eventsourcing/breath';

/** Work in pieces that hold the thread for a while; what it is told between two turns of the event loop, at most. */
async function mostBetweenTurns(work: (piece: (ms: number) => void) => Promise<unknown>): Promise<number> {
  let [pieces, most, running] = [0, 0, true];
  const watch = () => {
    most = Math.max(most, pieces);
    pieces = 0;
    if (running) setImmediate(watch);
  };
  setImmediate(watch);
  await work((ms) => {
    for (const began = performance.now(); performance.now() - began < ms;);
    pieces++;
  });
  await nextTurn();
  running = false;
  return most;
}

const LONG_MS = 12;
const together = (work: () => Promise<void>) => Promise.all(Array.from({ length: 10 }, work));

test('between two turns of the event loop one long piece of work is done, whoever does it', async () => {
  const most = await mostBetweenTurns((piece) =>
    together(async () => {
      for (let n = 0; n < 5; n++) {
        await breathe();
        piece(LONG_MS);
      }
    }),
  );
  expect(most).toBe(1);
});

test('whoever waits for nothing but what is known already has done its piece before the next one begins', async () => {
  const most = await mostBetweenTurns((piece) =>
    together(async () => {
      await breathe();
      for (let n = 0; n < 5; n++) await Promise.resolve();
      piece(LONG_MS);
    }),
  );
  expect(most).toBe(1);
});
