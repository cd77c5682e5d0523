// The feed: the same as webhooks tell, for those who would rather ask.
import { personIn, roleIn } from '../../support/servers/people';
import { hurry, Subscribed } from '../../support/webhooks/subscribed';
import type { TakenMessage } from '../../support/webhooks/webhook-receiver';

interface FeedJson {
  readonly results: readonly TakenMessage[];
  readonly after: string;
  readonly more: boolean;
}

const FEED = '/webhooks/v1/events';

hurry();
let it: Subscribed;
beforeAll(async () => void (it = await Subscribed.start()));
afterAll(() => it.stop());

const feed = (query: string, headers?: Record<string, string>) =>
  it.app.ok<FeedJson>('GET', `${FEED}?${query}`, undefined, headers);

async function all(query: string, after: string): Promise<TakenMessage[]> {
  const found: TakenMessage[] = [];
  for (let from = after; ;) {
    const page = await feed(`${query}&after=${from}`);
    found.push(...page.results);
    if (!page.more) return found;
    from = page.after;
  }
}

test('it tells what a receiver is told, page by page, each page whole', async () => {
  await it.subscribe({ objectTypes: ['contacts'], events: ['creation', 'propertyChange', 'deletion'] });
  const { after } = await feed('after=now');
  const ids = await Promise.all(['1', '2', '3'].map(() => it.contact({ city: 'Bergen' })));
  for (const id of ids) await it.moveTo(id, 'Oslo');
  await it.archive(ids[0]!);
  await it.receiver.until(() =>
    it.receiver.of(ids[0]!).some((one) => one.subscriptionType.endsWith('deletion')),
  );
  const asked = 'objectTypes=contacts&events=creation,propertyChange,deletion';
  for (const limit of [1, 2, 100]) {
    const found = await all(`${asked}&limit=${limit}`, after);
    for (const id of ids) {
      const told = it.receiver.of(id).map(({ attemptNumber: _, subscriptionId: __, ...message }) => message);
      expect(found.filter((one) => one.objectId === Number(id))).toEqual(told);
    }
  }
  expect((await all(`${asked}&properties=city`, after)).filter((one) => one.propertyName)).toHaveLength(6);
});

test('where nothing was found it says how far it looked', async () => {
  const { after } = await feed('after=now');
  await it.app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Acme' } });
  const page = await feed(`objectTypes=deals&after=${after}`);
  expect(page).toMatchObject({ results: [], more: false });
  expect(BigInt(page.after)).toBeGreaterThan(BigInt(after));
  expect(await feed(`after=${10n ** 17n}`)).toMatchObject({ results: [], more: false });
});

test('what restores do is told where it is asked for', async () => {
  const { after } = await feed('after=now');
  const id = await it.contact();
  await it.archive(id);
  await it.app.ok('POST', '/recycle-bin/v1/contacts/restore', { ids: [id] });
  expect(await all('events=restore', after)).toEqual([]);
  expect(await all('events=restore&restores=true', after)).toMatchObject([{ changeSource: 'RESTORE' }]);
});

test('it tells of types alone of which one may view everybody’s records', async () => {
  const { token } = await it.app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'companies', scopes: ['crm.objects.companies.read'] },
  });
  const as = { authorization: `Bearer ${token}` };
  const { results } = await feed('limit=1000', as);
  expect(new Set(results.map((one) => one.subscriptionType.split('.')[0]))).toEqual(new Set(['company']));
  expect(await it.app.api('GET', `${FEED}?objectTypes=contacts`, undefined, as)).toMatchObject({
    ...{ status: 403, body: { category: 'MISSING_SCOPES' } },
  });
  const own = { view: 'own', edit: 'own', delete: 'own' } as const;
  const { as: seller } = await personIn(it.app, { roleId: await roleIn(it.app, own) });
  expect((await it.app.api('GET', `${FEED}?objectTypes=contacts`, undefined, seller)).status).toBe(200);
  expect(await it.app.api('GET', `${FEED}?objectTypes=deals`, undefined, seller)).toMatchObject({
    ...{ status: 403, body: { category: 'FORBIDDEN' } },
  });
});

test('what cannot be asked is refused', async () => {
  for (const query of [
    'after=x',
    'after=-1',
    'limit=0',
    'limit=1001',
    'events=boom',
    'objectTypes=ships',
    'restores=perhaps',
  ])
    expect([query, (await it.app.api('GET', `${FEED}?${query}`)).status]).toEqual([query, 400]);
});
