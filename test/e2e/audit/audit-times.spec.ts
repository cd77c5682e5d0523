// When the audit log says that something was done: when it was, whatever the request was before. And whoever asks for
// what is new sees each entry once, whatever the clocks of those who wrote them said.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { startApp, type App } from '../../support/servers/app';
import { event } from '../../support/read-side';
import { meta } from '../../support/spec';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const contact = '/crm/v3/objects/contacts';
/** A time after which nothing has been done yet. */
async function mark(): Promise<string> {
  const now = Date.now();
  while (Date.now() === now) await new Promise(setImmediate);
  return new Date().toISOString();
}
const changesOf = async (id: string) =>
  (
    await app.ok<{ results: { occurredAt: string }[] }>(
      'GET',
      `/audit/v1/entries?targetId=${id}&category=PROPERTY_VALUE`,
    )
  ).results;

describe('a request repeated under one Idempotency-Key', () => {
  test('has a time of its own where it is the first to change something', async () => {
    const { id } = await app.ok('POST', contact, { properties: { firstname: 'Ada' } });
    const patch = (firstname: string, key?: string) =>
      app.ok<{ updatedAt: string; properties: { lastmodifieddate: string } }>(
        'PATCH',
        `${contact}/${id}`,
        { properties: { firstname } },
        key === undefined ? {} : { 'idempotency-key': key },
      );
    const key = randomUUID();
    await patch('Ada', key);
    expect(await changesOf(id)).toEqual([]);
    const since = await mark();
    await patch('Augusta');
    const repeated = await patch('Ada', key);
    const [last, ...others] = await changesOf(id);
    expect(others).toHaveLength(1);
    expect(last!.occurredAt >= since).toBe(true);
    expect(repeated.updatedAt).toBe(last!.occurredAt);
    expect(repeated.properties.lastmodifieddate).toBe(last!.occurredAt);
  });

  test('keeps the time of what it did first', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const create = () => app.ok<{ id: string; createdAt: string }>('POST', contact, { properties: {} }, key);
    const first = await create();
    await mark();
    expect(await create()).toEqual(first);
  });
});

const MINUTE_MS = 60_000;
const START = Date.UTC(2024, 4, 1, 10);
const iso = (time: number) => new Date(time).toISOString();

interface Told {
  readonly id: string;
  readonly position: string;
  readonly occurredAt: string;
}

/** What two writers did in turn: each by a clock of its own, up to hours wrong, that may be set back. */
const deeds = fc.array(fc.record({ writer: fc.nat(1), passed: fc.integer({ min: -5, max: 20 }) }), {
  minLength: 1,
  maxLength: 12,
});
const clocks = fc.tuple(fc.constant(0), fc.integer({ min: -300, max: 300 }));

/** Writes as processes with wrong clocks would; the entries that it makes, oldest first. */
async function write(userId: string, times: readonly number[]): Promise<Told[]> {
  const stream = `apikey-${randomUUID()}`;
  const events = times.map((time) => ({
    ...event('apikey.revoked.v1', { keyId: userId, userId }),
    id: randomUUID(),
    meta: {
      ...meta,
      commandId: randomUUID(),
      actor: { type: 'user' as const, id: userId, userId },
      at: iso(time),
    },
  }));
  for (const [n, one] of events.entries()) await app.engine.eventStore.append(stream, [one], n - 1);
  const { events: stored } = await app.engine.eventStore.read(stream);
  return stored.map(({ position, meta: { at } }) => ({
    id: String(position).padStart(20, '0'),
    position: String(position),
    occurredAt: at,
  }));
}

async function ask(query: string, after?: string) {
  const headers = after === undefined ? {} : { 'x-strata-after': after };
  const found = await app.ok<{ results: Told[]; paging?: { next: { after: string } } }>(
    'GET',
    `/audit/v1/entries?${query}`,
    undefined,
    headers,
  );
  const results = found.results.map(({ id, position, occurredAt }) => ({ id, position, occurredAt }));
  return { results, next: found.paging?.next.after };
}

test('who asks for what follows the last entry they saw sees each once, in the order of the log', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ deeds, limit: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 4 }),
      clocks,
      async (rounds, skew) => {
        const userId = randomUUID();
        const expected: Told[] = [];
        const seen: Told[] = [];
        let now = START;
        for (const { deeds, limit } of rounds) {
          const times = deeds.map(
            ({ writer, passed }) => (now += passed * MINUTE_MS) + skew[writer]! * MINUTE_MS,
          );
          expected.push(...(await write(userId, times)));
          for (let more: string | undefined = ''; more !== undefined;) {
            const after = seen.length > 0 ? `&after=${seen.at(-1)!.id}` : '';
            const page = await ask(
              `userId=${userId}&sort=position&limit=${limit}${after}`,
              expected.at(-1)!.position,
            );
            seen.push(...page.results);
            more = page.next;
            if (more !== undefined) expect(more).toBe(seen.at(-1)!.id);
          }
        }
        expect(seen).toEqual(expected);
      },
    ),
    { numRuns: 15 },
  );
});

test('a span of time holds what was done in it, by the clock of whoever did it', async () => {
  await fc.assert(
    fc.asyncProperty(
      deeds,
      clocks,
      fc.tuple(fc.integer({ min: -400, max: 500 }), fc.nat(300)),
      fc.boolean(),
      async (done, skew, [start, length], up) => {
        const userId = randomUUID();
        let now = START;
        const times = done.map(
          ({ writer, passed }) => (now += passed * MINUTE_MS) + skew[writer]! * MINUTE_MS,
        );
        const all = await write(userId, times);
        const [from, to] = [iso(START + start * MINUTE_MS), iso(START + (start + length) * MINUTE_MS)];
        const expected = all.filter(({ occurredAt }) => occurredAt >= from && occurredAt <= to);
        const sort = up ? 'position' : '-position';
        const query = `userId=${userId}&from=${from}&to=${to}&sort=${sort}&limit=200`;
        const { results } = await ask(query, all.at(-1)!.position);
        expect(results).toEqual(up ? expected : expected.reverse());
      },
    ),
    { numRuns: 25 },
  );
});
