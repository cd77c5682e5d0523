// Receivers that are slow, refuse, hang, lead elsewhere, and come back: nothing is lost, the order of each record stands,
// and no record waits for another.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { pause } from '../../../src/supervision/pause';
import { hurry, Subscribed, SUBSCRIPTIONS } from '../../support/webhooks/subscribed';
import type { TakenMessage } from '../../support/webhooks/webhook-receiver';

const DAY_MS = 24 * 3_600_000;

hurry();
let it: Subscribed;
beforeAll(async () => void (it = await Subscribed.start()));
afterEach(async () => {
  hurry({ giveUpMs: DAY_MS, failuresKeptMs: 30 * DAY_MS, noteMs: DAY_MS });
  await it.unsubscribe();
});
afterAll(() => it.stop());

const subscribe = () => it.subscribe({ events: ['propertyChange'], properties: ['city'] });
const citiesOf = (id: string) => it.receiver.of(id).map(({ propertyValue }) => propertyValue);
const isOf = (id: string) => (one: TakenMessage) => one.objectId === Number(id);

/** A subscription whose receiver took neither of two moves of a contact for so long that they are failures. */
async function failedForADay(): Promise<{ subscription: string; id: string }> {
  const { id: subscription } = await subscribe();
  const id = await it.contact();
  it.receiver.answer = () => 503;
  for (const city of ['A', 'B']) await it.moveTo(id, city);
  await it.until(subscription, ({ delivery }) => delivery.waiting === 2);
  hurry({ giveUpMs: 0 });
  await it.until(subscription, ({ delivery }) => delivery.failures === 2 && delivery.waiting === 0);
  it.receiver.answer = () => 200;
  return { subscription, id };
}

test('a record that is refused waits with all that comes after it, and no other record does', async () => {
  const { id: subscription } = await subscribe();
  const [bad, good] = [await it.contact(), await it.contact()];
  it.receiver.answer = (messages) => (messages.some(isOf(bad)) ? 500 : 200);
  for (const city of ['A', 'B', 'C']) for (const id of [bad, good]) await it.moveTo(id, city);
  await it.receiver.until(() => citiesOf(good).length === 3);
  expect(citiesOf(bad)).toEqual([]);
  const told = await it.until(subscription, ({ delivery }) => delivery.waiting === 3);
  expect(told.delivery).toMatchObject({
    failures: 0,
    lastError: { reason: 'The receiver answered 500' },
  });
  it.receiver.answer = () => 200;
  await it.receiver.until(() => citiesOf(bad).length === 3);
  expect(citiesOf(bad)).toEqual(['A', 'B', 'C']);
  expect(citiesOf(good)).toEqual(['A', 'B', 'C']);
  expect(it.receiver.of(bad)[0]!.attemptNumber).toBeGreaterThan(0);
  await it.until(subscription, ({ delivery }) => delivery.waiting === 0);
});

test('what failed for a day becomes failures, in order, and what comes later goes on; failures are sent again', async () => {
  const { subscription, id } = await failedForADay();
  await it.moveTo(id, 'C');
  await it.receiver.until(() => citiesOf(id).length === 1);
  expect(citiesOf(id)).toEqual(['C']);
  const path = `${SUBSCRIPTIONS}/${subscription}/failures`;
  const failures = await it.app.ok('GET', path);
  expect(failures.results).toMatchObject([
    { objectType: 'contacts', recordId: id, reason: 'The receiver answered 503' },
    { objectType: 'contacts', recordId: id },
  ]);
  await it.app.ok('POST', path, { ids: [failures.results[1]!.id] });
  await it.receiver.until(() => citiesOf(id).length === 2);
  await it.app.ok('POST', path);
  await it.receiver.until(() => citiesOf(id).length === 3);
  expect(citiesOf(id)).toEqual(['C', 'B', 'A']);
  expect((await it.app.ok('GET', path)).results).toEqual([]);
});

test('failures that nobody sends again are deleted when their time is over, and the audit log tells how many', async () => {
  const { subscription, id } = await failedForADay();
  hurry({ giveUpMs: DAY_MS, failuresKeptMs: 0, noteMs: 0 });
  await it.moveTo(id, 'C');
  await it.until(subscription, ({ delivery }) => delivery.failures === 0);
  await it.receiver.until(() => citiesOf(id).length > 0);
  expect(citiesOf(id)).toEqual(['C']);
  const rows = await it.app.ok(
    'GET',
    `/audit/v1/entries?targetId=${subscription}&action=PURGE&includeNonUser=true`,
  );
  expect(rows.results).toMatchObject([{ actor: { type: 'system', id: 'webhooks' } }]);
  const entry = await it.app.ok('GET', `/audit/v1/entries/${rows.results[0]!.id}`);
  expect(entry).toMatchObject({ changes: { failures: { from: null, to: 2 } } });
});

test('a receiver that hangs is given up, and gets everything once it comes back', async () => {
  const { id: subscription } = await subscribe();
  const ids = await Promise.all(['1', '2', '3'].map(() => it.contact()));
  it.receiver.answer = () => 'hang';
  for (const city of ['A', 'B']) for (const id of ids) await it.moveTo(id, city);
  const told = await it.until(subscription, ({ delivery }) => delivery.lastError !== null && delivery.down);
  expect(told.delivery.lastError?.reason).toBe('The receiver did not answer in time');
  it.receiver.answer = () => 200;
  await it.receiver.until(() => ids.every((id) => citiesOf(id).length >= 2));
  for (const id of ids) expect(citiesOf(id)).toEqual(['A', 'B']);
  await it.until(subscription, ({ delivery }) => !delivery.down && delivery.waiting === 0);
});

test('a slow receiver holds up itself alone, and the log is its queue', async () => {
  const { id: subscription } = await subscribe();
  const ids = await Promise.all(Array.from({ length: 20 }, () => it.contact({ city: 'A' })));
  it.receiver.answer = async () => (await pause(200), 200);
  for (const id of ids) await it.moveTo(id, 'B');
  await it.receiver.until(() => ids.every((id) => citiesOf(id).length === 2));
  for (const id of ids) expect(citiesOf(id)).toEqual(['A', 'B']);
  expect((await it.read(subscription)).delivery.waiting).toBe(0);
});

test('a redirect is a failure, wherever it leads', async () => {
  let visits = 0;
  const elsewhere = createServer((_, response) => void (visits++, response.end()));
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  try {
    const { id: subscription } = await subscribe();
    const { port } = elsewhere.address() as AddressInfo;
    it.receiver.answer = () => ({ redirect: `http://127.0.0.1:${port}/` });
    const id = await it.contact({ city: 'A' });
    const told = await it.until(subscription, ({ delivery }) => delivery.lastError !== null);
    expect(told.delivery.lastError?.reason).toBe('The receiver answered 302: redirects are not followed');
    it.receiver.answer = () => 200;
    await it.receiver.until(() => citiesOf(id).length === 1);
    expect(visits).toBe(0);
  } finally {
    elsewhere.close();
  }
});

test('a process that starts again goes on where it was, with what waits', async () => {
  const { id: subscription } = await subscribe();
  const id = await it.contact();
  it.receiver.answer = () => 500;
  for (const city of ['A', 'B']) await it.moveTo(id, city);
  await it.until(subscription, ({ delivery }) => delivery.waiting === 2);
  await it.app.restart();
  it.receiver.answer = () => 200;
  await it.moveTo(id, 'C');
  await it.receiver.until(() => citiesOf(id).length >= 3);
  expect(citiesOf(id)).toEqual(['A', 'B', 'C']);
});

test('however a receiver fails, every event comes, and none before an earlier one of its record', async () => {
  const { id: subscription } = await subscribe();
  const ids = await Promise.all(['1', '2', '3', '4'].map(() => it.contact()));
  const run = async (seed: number, changes: readonly number[]) => {
    const random = fc.sample(fc.integer({ min: 0, max: 99 }), { seed, numRuns: 500 });
    let asked = 0;
    const came = new Set<number>();
    const wrong: string[] = [];
    const sent = new Map<string, string[]>();
    it.receiver.taken.length = 0;
    const before = new Map(ids.map((id) => [Number(id), -1n]));
    it.receiver.answer = (messages) => {
      const luck = asked < random.length ? random[asked++]! : 0;
      if (luck >= 60) return luck >= 97 ? 'hang' : luck >= 80 ? 500 : { redirect: 'http://10.0.0.1/' };
      for (const { objectId, position, eventId, propertyValue } of messages) {
        if (came.has(eventId)) continue;
        came.add(eventId);
        const at = BigInt(position);
        if (at <= before.get(objectId)!) wrong.push(`${objectId}: ${propertyValue} came late`);
        before.set(objectId, at);
      }
      return 200;
    };
    for (const [n, which] of changes.entries()) {
      const id = ids[which]!;
      const city = `${seed}-${n}`;
      sent.set(id, [...(sent.get(id) ?? []), city]);
      await it.moveTo(id, city);
    }
    await it.receiver.until(() => came.size >= changes.length, 30_000);
    await it.until(subscription, ({ delivery }) => delivery.waiting === 0);
    expect(wrong).toEqual([]);
    for (const [id, cities] of sent) expect([...new Set(citiesOf(id))]).toEqual(cities);
  };
  const changes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 25 });
  await fc.assert(fc.asyncProperty(fc.nat(), changes, run), { numRuns: 8, endOnFailure: true });
  expect((await it.read(subscription)).delivery.failures).toBe(0);
  expect(it.receiver.wrong).toEqual([]);
}, 120_000);

test('without the setting nothing leaves for private addresses, by name or number', async () => {
  const closed = await Subscribed.start({ WEBHOOKS_PRIVATE: 'off' });
  try {
    const body = { objectTypes: ['contacts'], events: ['creation'] };
    for (const url of [
      ...['http://127.0.0.1:1/', 'http://[::1]/', 'http://0x7f.1/', 'http://[::ffff:10.0.0.1]/'],
      ...['http://169.254.169.254/latest', 'http://localhost:1/', 'http://100.64.0.1/', 'http://[fd00::1]/'],
    ]) {
      const answer = await closed.app.api('POST', SUBSCRIPTIONS, { ...body, url });
      expect([url, answer.body.subCategory]).toEqual([url, 'ADDRESS_REFUSED']);
    }
    // The name of this machine is looked up when it is sent to, and only then told to be private.
    const { id } = await closed.subscribe({ url: `http://ip6-localhost:${closed.receiver.port}/` });
    await closed.contact();
    const told = await closed.until(id, ({ delivery }) => delivery.lastError !== null);
    expect(told.delivery.lastError?.reason).toMatch(/private|not found/);
    expect(closed.receiver.requests).toEqual([]);
  } finally {
    await closed.stop();
  }
});
