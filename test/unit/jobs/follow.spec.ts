// Following something to its end, for those who watch it.
import { setImmediate as turn } from 'node:timers/promises';
import { follow } from '../../../src/jobs/follow';

test('gives each new state once, and the end last', async () => {
  const states = ['queued', 'queued', 'done', 'never'];
  const seen: string[] = [];
  const following = follow(
    async () => states.shift()!,
    (state) => state === 'done',
    new AbortController().signal,
  );
  for await (const state of following) seen.push(state);
  expect(seen).toEqual(['queued', 'done']);
});

test('looks no more once who follows has left, though nothing has changed', async () => {
  const leaving = new AbortController();
  let looks = 0;
  const following = follow(
    async () => ++looks && 'queued',
    () => false,
    leaving.signal,
  );
  await following.next();
  const next = following.next();
  await turn();
  leaving.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(looks).toBeLessThanOrEqual(2);
});
