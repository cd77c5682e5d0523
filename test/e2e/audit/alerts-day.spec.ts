// A day of an account, with ten incidents among what people usually do: all of them are told, and hardly anything else,
// though the server ends in the midst of it.
import { randomUUID } from 'node:crypto';
import { eventsOf, numbersOf, planted, usualDays } from '../../support/random/random-day';
import { App, ownLog, startApp } from '../../support/servers/app';

const seed = Number(process.env.DAY_SEED ?? 11);
const DAY_MS = 24 * 3_600_000;
/** A Wednesday, and the weeks before it. */
const DAY = Date.UTC(2026, 4, 13);
const WEEKS = 5;
const PAGE = 400;

const account = {
  people: Array.from({ length: 24 }, (_, n) => String(7_000 + n)),
  key: '6001',
};

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

type Events = ReturnType<typeof eventsOf>;
async function write(events: Events): Promise<void> {
  const stream = `day-${randomUUID()}`;
  for (let at = 0; at < events.length; at += PAGE)
    await app.engine.eventStore.append(stream, events.slice(at, at + PAGE), at - 1);
}

interface Incident {
  readonly id: string;
  readonly alertId: string;
  readonly count: number;
  readonly link: string;
  readonly by: string;
}
const alertsOf = async () =>
  (await app.ok<{ results: { id: string }[] }>('GET', '/audit/v1/alerts')).results.map(({ id }) => id);
async function incidents(): Promise<Incident[]> {
  const found: Incident[] = [];
  for (const id of await alertsOf())
    found.push(
      ...(await app.ok<{ results: Incident[] }>('GET', `/audit/v1/alerts/${id}/incidents?limit=200`)).results,
    );
  return found;
}

/** Until the watch has read the log so far: it tells what it finds in events, so these come to be read, too. */
async function watched(): Promise<void> {
  const { eventStore, documents } = app.engine;
  for (;;) {
    const head = await eventStore.head();
    const seen = await documents.checkpoint('alert-watch_v1');
    if (seen !== undefined && seen >= head) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('ten incidents of a day are told, at most two besides, each once, whatever ends in between', async () => {
  const { id: roles } = await app.ok('POST', '/audit/v1/alerts', {
    name: 'Roles handed around',
    filter: { q: 'category:SECURITY_ACTIVITY action:UPDATE "role"' },
    per: 'actor',
    threshold: 5,
    windowMinutes: 60,
  });
  const random = numbersOf(seed);
  await write([...usualDays(account, DAY - WEEKS * 7 * DAY_MS, WEEKS * 7, random, 0.03)].flatMap(eventsOf));
  await watched();
  expect((await incidents()).map(({ alertId, by }) => `${alertId} ${by}`)).toEqual([]);

  const plan = planted(account, DAY);
  const day = [...usualDays(account, DAY, 1, random, 0.6), ...plan.flatMap(({ acts }) => acts)].sort(
    (a, b) => a.time - b.time,
  );
  const events = day.flatMap(eventsOf);
  const half = Math.floor(events.length / 2);
  await write(events.slice(0, half));
  await app.restart();
  await write(events.slice(half));
  await watched();

  const found = await incidents();
  const expected = plan.map(({ alert }) => (alert === 'roles' ? roles : alert)).sort();
  const told = found.map(({ alertId }) => alertId);
  for (const alertId of expected) {
    const at = told.indexOf(alertId);
    expect([alertId, at >= 0]).toEqual([alertId, true]);
    told.splice(at, 1);
  }
  expect(told.length).toBeLessThanOrEqual(2);

  // Whoever may be told is told of each, once.
  const kinds = async () =>
    (await app.ok('GET', '/notifications/v1/notifications?limit=200')).results.filter((one) =>
      String(one['kind']).startsWith('ALERT_'),
    );
  while ((await kinds()).length < found.length) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await kinds()).toHaveLength(found.length);

  // Each leads to its rows.
  for (const { link, count } of found.filter(({ by }) => by === 'threshold')) {
    const { results } = await app.ok('GET', `${link}&limit=200`);
    expect(results.length).toBeGreaterThanOrEqual(Math.min(count, 200));
  }

  // All is known again from the log alone, and nothing is told again.
  await app.engine.documents.drop('alert-watch_v1');
  await app.engine.documents.dropCheckpoint('alert-watch_v1');
  await app.restart();
  await watched();
  expect((await incidents()).map(({ id }) => id).sort()).toEqual(found.map(({ id }) => id).sort());
});
