// When the audit log says that something was done: when it was, whatever the request was before. And whoever asks for
// what is new, in any shape, sees each entry once, whatever the clocks of those who wrote them said.
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

const session = {
  ...{ sessionId: 's-1', email: 'grace@example.com', loginType: 'PASSWORD' },
  expiresAt: iso(START),
};

/** Writes as processes with wrong clocks would; the entries that it makes, oldest first. */
async function write(
  userId: string,
  times: readonly number[],
  type: 'apikey.revoked.v1' | 'session.started.v1' = 'apikey.revoked.v1',
): Promise<Told[]> {
  const stream = `${type === 'apikey.revoked.v1' ? 'apikey' : 'session'}-${randomUUID()}`;
  const about = type === 'apikey.revoked.v1' ? { keyId: userId } : session;
  const events = times.map((time) => ({
    ...event(type, { ...about, userId }),
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

describe("a list in the shape of HubSpot's", () => {
  type Listed = Record<'id' | 'occurredAt' | 'loginAt' | 'createdAt', string>;
  const lists = {
    'audit-logs': { user: 'actingUserId', time: 'occurredAt', type: 'apikey.revoked.v1' },
    login: { user: 'userId', time: 'loginAt', type: 'session.started.v1' },
    security: { user: 'userId', time: 'createdAt', type: 'apikey.revoked.v1' },
  } as const;
  type Name = keyof typeof lists;

  const numbered = () => String(parseInt(randomUUID().slice(0, 12), 16));
  async function page(name: Name, query: Record<string, string>, upTo: Told): Promise<Page> {
    const path = `/account-info/v3/activity/${name}?${new URLSearchParams(query).toString()}`;
    const found = await app.ok<{ results: Listed[]; paging?: { next: { after: string } } }>(
      ...(['GET', path, undefined, { 'x-strata-after': upTo.position }] as const),
    );
    const results = found.results.map((one) => ({ id: one.id, occurredAt: one[lists[name].time] }));
    return { results, next: found.paging?.next.after };
  }
  interface Page {
    readonly results: readonly Pick<Told, 'id' | 'occurredAt'>[];
    readonly next: string | undefined;
  }
  /** Pages up to the last one, from the first or after `after`. */
  async function paged(name: Name, query: Record<string, string>, upTo: Told, after?: string) {
    const all: Page['results'][number][] = [];
    for (let from = after; ;) {
      const { results, next } = await page(name, { ...query, ...(from && { after: from }) }, upTo);
      all.push(...results);
      if (next === undefined) return all;
      expect(results).toHaveLength(Number(query['limit']));
      expect(next).not.toBe(from);
      from = next;
    }
  }
  const byTime = (all: readonly Told[]) =>
    all
      .map(({ id, occurredAt }) => ({ id, occurredAt }))
      .sort((a, b) => (a.occurredAt + a.id < b.occurredAt + b.id ? -1 : 1));

  test('gives each entry once, page by page, and after any entry those that follow it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Name>('audit-logs', 'login', 'security'),
        fc.constantFrom(undefined, 'occurredAt', '-occurredAt'),
        fc.tuple(deeds, clocks, fc.integer({ min: 1, max: 5 }), fc.nat(20)),
        async (name, sort, [done, skew, limit, at]) => {
          const userId = numbered();
          let now = START;
          const times = done.map(
            ({ writer, passed }) => (now += passed * MINUTE_MS) + skew[writer]! * MINUTE_MS,
          );
          const written = await write(userId, times, lists[name].type);
          const isUpwards = name === 'audit-logs' && sort === 'occurredAt';
          const expected = isUpwards ? byTime(written) : byTime(written).reverse();
          const query = {
            ...{ [lists[name].user]: userId, limit: String(limit) },
            ...(name === 'audit-logs' && sort !== undefined && { sort }),
          };
          expect(await paged(name, query, written.at(-1)!)).toEqual(expected);
          const place = at % expected.length;
          const rest = await paged(name, query, written.at(-1)!, expected[place]!.id);
          expect(rest).toEqual(expected.slice(place + 1));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('gives who asks for what follows the last entry that they saw the new ones alone', async () => {
    const userId = numbered();
    const query = { actingUserId: userId, sort: 'occurredAt', limit: '2' };
    const seen: Page['results'][number][] = [];
    const all: Told[] = [];
    for (const round of [0, 1, 2, 3]) {
      const times = Array.from(
        { length: round === 2 ? 0 : 3 },
        (_, n) => START + (10 * round + n) * MINUTE_MS,
      );
      all.push(...(await write(userId, times)));
      seen.push(...(await paged('audit-logs', query, all.at(-1)!, seen.at(-1)?.id)));
      expect(seen).toEqual(byTime(all));
    }
  });

  test('refuses to begin after what is no entry', async () => {
    for (const after of ['9'.repeat(20), 'nonsense'])
      expect(await app.api('GET', `/account-info/v3/activity/login?after=${after}`)).toMatchObject({
        status: 400,
      });
  });
});
