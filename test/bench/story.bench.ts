// Bench of a custom object type whose n records go through everything a record can go through; prints counts and times
// of each step.
import { startApp } from '../support/servers/app';
import { carStory } from '../support/story';
import type { Figure } from './run';

/** Fails at the first count that is wrong. */
export async function run({ n = 100_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const app = await startApp({ SESSION_TTL: '24h' });
  try {
    await app.setUpTwoFactor();
    await carStory(app, n, ({ what, seconds, counts }) => {
      emit({ n, what, seconds: Math.round(seconds * 10) / 10, ...counts });
    });
  } finally {
    await app.close();
  }
}
