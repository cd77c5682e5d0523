// How long rows of the audit log are kept, and what legal holds keep, over HTTP.
import { randomUUID } from 'node:crypto';
import type { Completeness } from '../../../src/audit/integrity/completeness';
import type { PurgeEvents } from '../../../src/audit/retention/purge.events';
import type { NewEvent } from '../../../src/eventsourcing/event';
import type { Appended, EventStore } from '../../../src/eventsourcing/event-store';
import { onAbort } from '../../../src/supervision/on-abort';
import { Client } from '../../split/client';
import { InOneProcess } from '../../split/in-one-process';
import { ownLog, startApp, type App } from '../../support/servers/app';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

interface Purge {
  readonly id: string;
  readonly status: string;
  readonly removed: Readonly<Record<string, number>>;
  readonly held: number | null;
  readonly holds: readonly string[];
}
interface Entry {
  readonly id: string;
  readonly subCategory: string;
  readonly action: string;
  readonly target: { readonly id: string };
}

/** Reports what was done so many days ago to a target that no other test knows. */
async function acts(category: string, subCategory: string, ...ages: number[]): Promise<string> {
  const id = randomUUID();
  const activities = ages.map((age, n) => ({
    ...{ key: `${id}/${n}`, occurredAt: daysAgo(age), category, subCategory, action: 'UPDATE' },
    ...{ userId: app.admin.id, target: { type: 'things', id } },
  }));
  await app.ok('POST', '/audit/v1/activities', { activities });
  return id;
}
const rows = async (id: string) =>
  (
    await app.ok<{ results: Entry[] }>(
      'GET',
      `/audit/v1/entries?targetId=${id}&includeNonUser=true&limit=200`,
    )
  ).results;
const keep = (policies: Readonly<Record<string, number>>) =>
  app.ok('PUT', '/audit/v1/retention', {
    policies: Object.entries(policies).map(([category, days]) => ({ category, days })),
  });
const place = (more: object) =>
  app.ok('POST', '/audit/v1/holds', { name: 'Case 12', reason: 'Asked for by counsel', ...more });
const release = (id: string) => app.ok('DELETE', `/audit/v1/holds/${id}`);

async function ended(id: string): Promise<Purge> {
  for (;;) {
    const purge = await app.ok<Purge>('GET', `/audit/v1/retention/purges/${id}`);
    if (purge.status !== 'RUNNING') return purge;
    await new Promise(setImmediate);
  }
}
const purge = async () => ended((await app.ok<Purge>('POST', '/audit/v1/retention/purges')).id);

afterEach(async () => {
  for (const { id } of (await app.ok('GET', '/audit/v1/holds')).results) await release(id);
});

test('everything is kept for good at first', async () => {
  const { policies } = await app.ok<{ policies: { days: null }[] }>('GET', '/audit/v1/retention');
  expect(policies).toHaveLength(21);
  expect(policies.every(({ days }) => days === null)).toBe(true);
  const { status, body } = await app.api('POST', '/audit/v1/retention/purges');
  expect([status, body.subCategory]).toEqual([409, 'RETENTION_UNLIMITED']);
});

test('a purge removes the rows that are older than their category is kept, and says so', async () => {
  const [old, other] = [await acts('CONTENT', 'FILE', 20, 9, 3), await acts('LIST', 'STATIC', 20)];
  await keep({ CONTENT: 7 });
  const done = await purge();
  expect(done).toMatchObject({ status: 'COMPLETED', removed: { CONTENT: 2 }, held: 0 });
  expect(await rows(old)).toHaveLength(1);
  expect(await rows(other)).toHaveLength(1);
  expect((await rows(done.id)).map(({ subCategory, action }) => `${subCategory} ${action}`)).toEqual([
    ...['RETENTION PURGE', 'RETENTION RUN'],
  ]);
  expect(await purge()).toMatchObject({ removed: {}, held: 0 });
});

test('rows about retention itself stay, however long settings are kept', async () => {
  await keep({ SETTINGS: 1 });
  const done = await purge();
  expect(await rows(done.id)).toHaveLength(2);
  expect(await rows('policies')).not.toHaveLength(0);
});

test.each([
  ['of a user', () => ({ userId: app.admin.id })],
  ['about a target', (id: string) => ({ target: { type: 'things', id } })],
  ['that a query means', (id: string) => ({ query: { q: `target:things/${id}` } })],
])('a legal hold keeps the rows %s until it is released', async (_, scope) => {
  const id = await acts('CONTENT', 'FILE', 20, 9, 3);
  const hold = await place(scope(id));
  await keep({ CONTENT: 7 });
  expect(await purge()).toMatchObject({ status: 'COMPLETED', removed: {}, held: 2, holds: [hold.id] });
  expect(await rows(id)).toHaveLength(3);
  await release(hold.id);
  expect(await purge()).toMatchObject({ removed: { CONTENT: 2 }, held: 0 });
  expect(await rows(id)).toHaveLength(1);
});

test('a hold is listed with who placed it and why, and is a row, and so is its release', async () => {
  const { id } = await place({ target: { type: 'deal', id: '7' } });
  expect((await app.ok('GET', '/audit/v1/holds')).results).toMatchObject([
    {
      ...{ id, name: 'Case 12', reason: 'Asked for by counsel', placedBy: app.admin.id },
      target: { type: 'deals', id: '7' },
    },
  ]);
  await release(id);
  expect((await rows(id)).map(({ action }) => action)).toEqual(['DISABLE', 'ENABLE']);
  const again = await app.api('DELETE', `/audit/v1/holds/${id}`);
  expect(again.status).toBe(404);
});

test.each([
  ['nothing', {}],
  ['two things', { userId: '1', target: { type: 'deals', id: '7' } }],
  ['a user that there is not', { userId: 'nobody' }],
  ['a query that means nothing', { query: { q: 'category:NONSENSE' } }],
  ['a page of a query', { query: { limit: '5' } }],
  ['an empty query', { query: {} }],
])('a hold on %s is refused', async (_, scope) => {
  const answer = await app.api('POST', '/audit/v1/holds', { name: 'Case', reason: 'So', ...scope });
  expect([answer.status, answer.body.category]).toEqual([400, 'VALIDATION_ERROR']);
});

test.each([
  ['no day', [{ category: 'LOGIN', days: 0 }]],
  [
    'a category twice',
    [
      { category: 'LOGIN', days: 9 },
      { category: 'LOGIN', days: 8 },
    ],
  ],
  ['a category that is none', [{ category: 'NONSENSE', days: 9 }]],
])('a policy of %s is refused', async (_, policies) =>
  expect((await app.api('PUT', '/audit/v1/retention', { policies })).status).toBe(400),
);

describe('a hold that one process places while another purges', () => {
  let deployment: InOneProcess;
  let log: EventStore;
  let client: Client;
  let placing: Promise<{ readonly id: string }> | undefined;
  beforeEach(async () => {
    deployment = await InOneProcess.start(['api', 'worker', 'projector']);
    log = (await deployment.left()).log;
    client = new Client(deployment, () => 0);
    placing = undefined;
    await client.logIn();
  });
  afterEach(() => deployment.remove());

  type Removed = PurgeEvents['purge.rows-removed.v1'];
  type Appending = (events: readonly NewEvent[], append: () => Promise<Appended>) => Promise<Appended>;
  const has = (events: readonly NewEvent[], type: string) => events.some((event) => event.type === type);
  const removes = (events: readonly NewEvent[], category: string) =>
    events.some(
      ({ type, data }) => type === 'purge.rows-removed.v1' && (data as Removed).category === category,
    );

  const placeThere = () =>
    (placing ??= client.send('POST', '/audit/v1/holds', {
      ...{ name: 'Case 12', reason: 'Asked for by counsel', target: { type: 'things', id: 'held' } },
    }));
  async function purgeThere(): Promise<Purge> {
    const { id } = await client.send<Purge>('POST', '/audit/v1/retention/purges', {});
    for (;;) {
      const purge = await client.get<Purge>(`/audit/v1/retention/purges/${id}`);
      if (purge.status !== 'RUNNING') return purge;
    }
  }

  const betweenSlices: Appending = async (events, append) => {
    const appended = await append();
    if (removes(events, 'CONTENT')) await placeThere();
    return appended;
  };
  const beforeTheSecond: Appending = async (events, append) => {
    if (removes(events, 'LIST')) await placeThere();
    return append();
  };
  /** The second slice is appended right after the first event of whoever places the hold, and before the next one. */
  function amidPlacing(): Appending {
    const [begun, over] = [new AbortController(), new AbortController()];
    return async (events, append) => {
      if (removes(events, 'LIST')) {
        placeThere().catch(() => undefined);
        await new Promise<void>((resolve) => void onAbort(begun.signal, resolve));
        return append().finally(() => over.abort());
      }
      if (!placing || !(has(events, 'retention.hold-placed.v1') || has(events, 'purge.closed.v1')))
        return append();
      if (begun.signal.aborted) await new Promise<void>((resolve) => void onAbort(over.signal, resolve));
      return append().finally(() => begun.abort());
    };
  }

  test.each([
    ['between two slices', () => betweenSlices],
    ['when a slice is about to be appended', () => beforeTheSecond],
    ['in the middle of which a slice is appended', amidPlacing],
  ])('keeps all that it covers: %s', async (_, appending) => {
    const targets = {
      other: ['CONTENT', 'FILE'],
      held: ['LIST', 'STATIC'],
      free: ['LIST', 'STATIC'],
    } as const;
    const activities = Object.entries(targets).flatMap(([id, [category, subCategory]]) =>
      [1, 2].map((n) => ({
        ...{ key: `${id}/${n}`, occurredAt: daysAgo(20), category, subCategory, action: 'UPDATE' },
        ...{ actor: { type: 'workflow' }, target: { type: 'things', id } },
      })),
    );
    await client.send('POST', '/audit/v1/activities', { activities });
    const policies = ['CONTENT', 'LIST'].map((category) => ({ category, days: 7 }));
    await client.send('PUT', '/audit/v1/retention', { policies });

    const append = log.append.bind(log);
    const around = appending();
    log.append = (stream, events, revision) => around(events, () => append(stream, events, revision));
    expect(await purgeThere()).toMatchObject({ status: 'STOPPED', removed: { CONTENT: 2 }, held: null });
    const hold = await placing!;
    log.append = append;
    expect(await purgeThere()).toMatchObject({
      ...{ status: 'COMPLETED', removed: { LIST: 2 }, held: 2, holds: [hold.id] },
    });

    const left = (id: string) =>
      client.get<{ results: Entry[] }>(`/audit/v1/entries?targetId=${id}&includeNonUser=true`);
    const lists = await Promise.all(Object.keys(targets).map(left));
    expect(lists.map(({ results }) => results.length)).toEqual([0, 2, 0]);
    const { events, rows, internal, purged, complete } =
      await client.get<Completeness>('/audit/v1/completeness');
    expect({ complete, purged, sum: rows + internal + purged }).toEqual({
      ...{ complete: true, purged: 4, sum: events },
    });
  });
});
