// How long rows of the audit log are kept, and what legal holds keep, over HTTP.
import { randomUUID } from 'node:crypto';
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
