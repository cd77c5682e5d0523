// The account's tier, changed by a super admin: what it shows and allows from then on, in every process at once.
import { type App, type Answer, type AnyJson, ownLog, startApp } from '../../support/servers/app';
import { InOneProcess } from '../../split/in-one-process';
import { ADMIN } from '../../split/deployment';

const ROUTE = '/settings/v1/account';
type Entry = AnyJson & Readonly<Record<string, unknown>> & { readonly category: string };
interface Page {
  readonly results: readonly Entry[];
}

describe('the account', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp({ ...ownLog, BACKUP_QUOTA: '' })));
  afterAll(() => app.close());

  const change = (changes: object, headers?: Record<string, string>) =>
    app.ok<object>('PUT', ROUTE, changes, headers);
  const entries = async (query = '') =>
    (await app.ok<Page>('GET', `/audit/v1/entries?includeNonUser=true&limit=200${query}`)).results;

  test('has the tier of its first start and no add-on, and nothing is changed by naming what it has', async () => {
    expect(await app.ok('GET', ROUTE)).toEqual({
      tier: 'ENTERPRISE',
      addOns: [],
      require2fa: false,
      requireSso: false,
      approvalThreshold: 300,
    });
    const before = await app.engine.eventStore.head();
    expect(await change({})).toEqual({
      tier: 'ENTERPRISE',
      addOns: [],
      require2fa: false,
      requireSso: false,
      approvalThreshold: 300,
    });
    expect(await change({ tier: 'ENTERPRISE', addOns: [] })).toEqual({
      tier: 'ENTERPRISE',
      addOns: [],
      require2fa: false,
      requireSso: false,
      approvalThreshold: 300,
    });
    expect(await app.engine.eventStore.head()).toBe(before);
  });

  test('gets an add-on: an act with a row of its own, done once however often it is sent', async () => {
    const once = { 'idempotency-key': 'the add-on' };
    const answer = await app.api('PUT', ROUTE, { addOns: ['CONTENT_ENTERPRISE'] }, once);
    expect(answer.body).toEqual({
      tier: 'ENTERPRISE',
      addOns: ['CONTENT_ENTERPRISE'],
      require2fa: false,
      requireSso: false,
      approvalThreshold: 300,
    });
    const position = answer.headers.get('x-strata-position');
    expect((await app.api('PUT', ROUTE, { addOns: ['CONTENT_ENTERPRISE'] }, once)).body).toEqual(answer.body);

    const [row, ...more] = await entries('&category=SETTINGS&subCategory=SUBSCRIPTION');
    expect(more).toEqual([]);
    expect(row).toMatchObject({ action: 'UPDATE', position, actor: { type: 'user', id: app.admin.id } });
    expect(await app.ok('GET', `/audit/v1/entries/${row!.id}`)).toMatchObject({
      changes: { addOns: { from: [], to: ['CONTENT_ENTERPRISE'] } },
    });
  });

  test.each([
    ['tier', { tier: 'GOLD' }],
    ['addOns.0', { addOns: ['EVERYTHING'] }],
    ['plan', { plan: 'ENTERPRISE' }],
  ])('refuses a wrong %s by its name', async (field, body) => {
    const answer = await app.api('PUT', ROUTE, body);
    expect([answer.status, answer.body.errors?.[0]?.in]).toEqual([400, field]);
  });

  test('of a lower tier is shown the same logins and security activity as before, and nothing else', async () => {
    const { id: contact } = await app.ok('POST', '/crm/v3/objects/contacts', {
      properties: { lastname: 'L' },
    });
    await app.ok('POST', '/backups/v1/backups', { objectTypes: ['contacts'] });
    const all = await entries();
    const [hidden] = all.filter(({ category }) => category === 'CRM_OBJECT');
    const [shown] = all.filter(({ category }) => category === 'SECURITY_ACTIVITY');
    const whole = await app.ok<Entry>('GET', `/audit/v1/entries/${shown!.id}`);

    await change({ tier: 'PROFESSIONAL' });
    const visible = ['LOGIN', 'SECURITY_ACTIVITY'];
    const since = BigInt(all[0]!.position as string);
    const now = (await entries()).filter(({ position }) => BigInt(position as string) <= since);
    expect(now).toEqual(all.filter(({ category }) => visible.includes(category)));
    expect(await entries(`&targetId=${contact}`)).toEqual([]);

    const excluded = [
      app.api('GET', '/audit/v1/entries?category=LOGIN,CRM_OBJECT'),
      app.api('GET', `/audit/v1/entries/${hidden!.id}`),
      app.api('POST', `/audit/v1/entries/${hidden!.id}/restore`),
    ];
    for (const answer of await Promise.all(excluded)) expect(answer).toMatchObject(required('ENTERPRISE'));

    const { source, where, causes, metadata, changes: _, links, ...brief } = whole;
    expect([source, where, causes, metadata]).not.toContain(undefined);
    const withheld = { tier: 'ENTERPRISE', fields: ['changes', 'source', 'where', 'causes', 'metadata'] };
    const { sameCause: __, ...shownLinks } = links as { readonly sameCause: string };
    expect(await app.ok('GET', `/audit/v1/entries/${shown!.id}`)).toEqual({
      ...{ ...brief, withheld, links: shownLinks },
    });
  });

  test('may make the backups that its tier has', async () => {
    const again = async () => {
      const { status, headers } = await app.api('POST', '/backups/v1/backups', { objectTypes: ['deals'] });
      return [status, Math.ceil(Number(headers.get('retry-after')) / 86_400)];
    };
    expect(await again()).toEqual([429, 7]);
    await change({ tier: 'ENTERPRISE' });
    expect(await again()).toEqual([429, 1]);
  });

  test('shows all again, what was done meanwhile included, when the tier is back', async () => {
    const rows = await entries('&category=SETTINGS');
    expect(rows.map(({ summary }) => summary)).toEqual(Array(3).fill('Changed the subscription'));
    expect(await app.ok('GET', '/account-info/v3/details')).toMatchObject({ tier: 'ENTERPRISE' });
  });

  test('keeps what it has through a restart, whatever the setting says', async () => {
    await change({ tier: 'PROFESSIONAL', addOns: [] });
    await app.restart();
    expect(await app.ok('GET', ROUTE)).toEqual({
      tier: 'PROFESSIONAL',
      addOns: [],
      require2fa: false,
      requireSso: false,
      approvalThreshold: 300,
    });
  });
});

const required = (tier: string): Partial<Answer<object>> => ({
  status: 403,
  body: {
    category: 'TIER_REQUIRED',
    message: expect.stringContaining(tier) as string,
    context: { requiredTier: [tier] },
  },
});

test('a change in one process counts in the other from its answer on', async () => {
  const deployment = await InOneProcess.start(['api', 'api', 'projector']);
  try {
    const [here, there] = deployment.members.map(({ url }) => url!);
    const json = { 'content-type': 'application/json' };
    const login = await fetch(`${here}/auth/v1/login`, {
      ...{ method: 'POST', headers: json, body: JSON.stringify(ADMIN) },
    });
    const { accessToken } = (await login.json()) as { accessToken: string };
    const headers = { ...json, authorization: `Bearer ${accessToken}` };
    const seen = async () =>
      (await fetch(`${there}/audit/v1/entries?category=CRM_OBJECT`, { headers })).status;
    expect(await seen()).toBe(200);
    for (const [tier, status] of [
      ['STARTER', 403],
      ['ENTERPRISE', 200],
    ] as const) {
      const body = JSON.stringify({ tier });
      expect((await fetch(`${here}${ROUTE}`, { method: 'PUT', headers, body })).status).toBe(200);
      expect(await seen()).toBe(status);
    }
  } finally {
    await deployment.remove();
  }
});
