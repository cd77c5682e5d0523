// A server that closes waits for nobody who has asked for nothing.
import { startApp } from '../../support/servers/app';
import { RawClient } from '../../support/servers/raw-client';

/** Longer than a test may take. */
const LONG_MS = 300_000;

test('a connection that was opened ahead is ended when the server closes, however long headers may take', async () => {
  const app = await startApp({}, { silenceMs: LONG_MS, headersMs: LONG_MS });
  const ahead = await RawClient.open(app.url);
  // Whoever has asked before has been accepted before, too.
  await app.ok('GET', '/health/live');
  await app.restart();
  expect(await ahead.answer()).toBeUndefined();
  await app.close();
});
