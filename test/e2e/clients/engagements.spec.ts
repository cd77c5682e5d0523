// Notes, tasks, calls, meetings and mails by the addresses of HubSpot's first API, and as the records that they are.
import type { EngagementsPage, EngagementView } from '../../../src/crm/engagements/engagement.view';
import { ownLog, startApp, type App } from '../../support/servers/app';

const path = '/engagements/v1/engagements';
let app: App;
let contact: number;
let company: number;

const made = async (type: string, properties: object = {}) =>
  Number((await app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id);
const create = (body: object) => app.ok<EngagementView>('POST', path, body);
const record = (type: string, id: number, ...names: string[]) =>
  app.ok<{ properties: Record<string, string | null> }>(
    'GET',
    `/crm/v3/objects/${type}/${id}?properties=${names.join(',')}`,
  );
const keyWith = async (...scopes: string[]) =>
  (await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'k', scopes })).token;

beforeAll(async () => {
  app = await startApp(ownLog);
  contact = await made('contacts', { firstname: 'Grace' });
  company = await made('companies', { name: 'Navy' });
});
afterAll(() => app.close());

test('a task is made with what it is about, changed and archived, and is a record all the while', async () => {
  const timestamp = Date.parse('2026-05-04T09:00:00Z');
  const { engagement, associations, metadata } = await create({
    engagement: { active: true, ownerId: Number(app.admin.id), type: 'TASK', timestamp },
    associations: {
      ...{ contactIds: [contact], companyIds: [company], dealIds: [] },
      ...{ ownerIds: [Number(app.admin.id)], ticketIds: [] },
    },
    attachments: [{ id: 7 }],
    metadata: { body: '<p>Ask</p>', subject: 'Call', status: 'NOT_STARTED', forObjectType: 'CONTACT' },
  });
  const { id } = engagement;
  expect(engagement).toMatchObject({ type: 'TASK', timestamp, ownerId: Number(app.admin.id), active: true });
  expect(associations).toMatchObject({ contactIds: [contact], companyIds: [company], dealIds: [] });
  expect(metadata).toEqual({ body: '<p>Ask</p>', subject: 'Call', status: 'NOT_STARTED' });
  const { properties } = await record('tasks', id, 'hs_task_subject', 'hs_timestamp', 'hs_attachment_ids');
  expect(properties).toMatchObject({
    ...{ hs_task_subject: 'Call', hs_timestamp: '2026-05-04T09:00:00.000Z', hs_attachment_ids: '7' },
  });
  const changed = await app.ok<EngagementView>('PATCH', `${path}/${id}`, {
    ...{ metadata: { status: 'COMPLETED' }, associations: { contactIds: [], ownerIds: [] } },
  });
  expect(changed.metadata).toEqual({ body: '<p>Ask</p>', subject: 'Call', status: 'COMPLETED' });
  expect(changed.associations.contactIds).toEqual([contact]);
  expect(await app.ok('GET', `${path}/${id}`)).toEqual(changed);
  // An answer that is sent back changes nothing, but for what it is associated with, which is not changed here.
  const { associations: _, ...sentBack } = changed;
  expect((await app.ok<EngagementView>('PATCH', `${path}/${id}`, sentBack)).metadata).toEqual(
    changed.metadata,
  );
  const named = await app.api('PATCH', `${path}/${id}`, { associations: { dealIds: [1] } });
  expect([named.status, named.body.errors?.[0]!.in]).toEqual([400, 'associations.dealIds']);
  const other = await app.api('PATCH', `${path}/${id}`, { engagement: { type: 'NOTE' } });
  expect([other.status, other.body.errors?.[0]!.in]).toEqual([400, 'engagement.type']);
  expect((await app.api('DELETE', `${path}/${id}`)).status).toBe(204);
  expect((await app.api('GET', `${path}/${id}`)).status).toBe(404);
  expect((await app.api('GET', `/crm/v3/objects/tasks/${id}`)).status).toBe(404);
});

test('mails that came in are told from those that went out', async () => {
  const metadata = {
    from: { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper' },
    to: [{ email: 'ada@example.com' }, { email: 'navy@example.com' }],
    ...{ cc: [], bcc: [], subject: 'Ships', text: 'Hello' },
  };
  const { engagement } = await create({ engagement: { type: 'INCOMING_EMAIL' }, metadata });
  const { id } = engagement;
  const { properties } = await record('emails', id, 'hs_email_direction', 'hs_email_to_email');
  expect(properties).toMatchObject({
    ...{ hs_email_direction: 'INCOMING_EMAIL', hs_email_to_email: 'ada@example.com;navy@example.com' },
  });
  const read = await app.ok<EngagementView>('GET', `${path}/${id}`);
  expect([read.engagement.type, read.metadata]).toEqual(['INCOMING_EMAIL', metadata]);
});

test('what cannot be associated or is not known is refused, and nothing is made', async () => {
  const note = { engagement: { type: 'NOTE' }, metadata: { body: 'x' } };
  const total = async () =>
    (await app.ok<{ total: number }>('POST', '/crm/v3/objects/notes/search', { filterGroups: [] })).total;
  const before = await total();
  const refusals: readonly (readonly [object, number])[] = [
    [{ ...note, associations: { contactIds: [1] } }, 404],
    [{ ...note, associations: { workflowIds: [1] } }, 400],
    [{ ...note, associations: { ownerIds: [1, 2] } }, 400],
    [{ ...note, metadata: { subject: 'x' } }, 400],
    [{ engagement: { type: 'PUBLISHING_TASK' }, metadata: {} }, 400],
    [{ metadata: {} }, 400],
  ];
  for (const [body, status] of refusals) expect((await app.api('POST', path, body)).status).toBe(status);
  expect(await total()).toBe(before);
});

describe('lists', () => {
  let ids: number[];
  beforeAll(async () => {
    ids = [];
    for (let n = 0; n < 15; n++) {
      const type = ['notes', 'calls', 'meetings', 'tasks', 'emails'][n % 5]!;
      ids.push(await made(type, { hs_timestamp: String(1_700_000_000_000 + n) }));
    }
  });

  async function pages(address: string, size: number): Promise<EngagementView[]> {
    const found: EngagementView[] = [];
    for (let offset = 0; ;) {
      const page = await app.ok<EngagementsPage>('GET', `${address}count=${size}&offset=${offset}`);
      expect(page.results.length).toBeLessThanOrEqual(size);
      found.push(...page.results);
      if (!page.hasMore) return found;
      offset = page.offset;
    }
  }
  const idsOf = (found: readonly EngagementView[]) => found.map(({ engagement }) => engagement.id);

  test('go through all types in the order of ids', async () => {
    const whole = idsOf(await pages(`${path}/paged?`, 250));
    expect(whole).toEqual([...whole].sort((a, b) => a - b));
    expect(whole).toEqual(expect.arrayContaining(ids));
    for (const size of [1, 4, 7]) expect(idsOf(await pages(`${path}/paged?`, size))).toEqual(whole);
  });

  test('tell what was changed since, the last first, and how many', async () => {
    const whole = await pages(`${path}/recent/modified?`, 100);
    const times = whole.map(({ engagement }) => engagement.lastUpdated);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect([...idsOf(await pages(`${path}/recent/modified?`, 4))].sort()).toEqual([...idsOf(whole)].sort());
    const call = ids[1]!;
    await app.ok('PATCH', `/crm/v3/objects/calls/${call}`, { properties: { hs_call_title: 'again' } });
    const { lastUpdated: since } = (await app.ok<EngagementView>('GET', `${path}/${call}`)).engagement;
    const recent = await app.ok<EngagementsPage & { total: number }>(
      ...(['GET', `${path}/recent/modified?count=250&since=${since}`] as const),
    );
    expect([idsOf(recent.results), recent.total, recent.hasMore]).toEqual([[call], 1, false]);
  });

  test('hold what a key may read only', async () => {
    const token = await keyWith('crm.objects.notes.read', 'crm.objects.calls.write');
    const as = { authorization: `Bearer ${token}` };
    const { body } = await app.api<EngagementsPage>('GET', `${path}/paged?limit=250`, undefined, as);
    expect(new Set(body.results.map(({ engagement }) => engagement.type))).toEqual(new Set(['NOTE']));
    expect(body.results.every(({ associations }) => associations.contactIds.length === 0)).toBe(true);
    const [note, call] = ids;
    expect((await app.api('GET', `${path}/${note}`, undefined, as)).status).toBe(200);
    expect((await app.api('GET', `${path}/${call}`, undefined, as)).status).toBe(404);
    expect((await app.api('PATCH', `${path}/${note}`, { metadata: { body: 'x' } }, as)).status).toBe(404);
    const changed = await app.api('PATCH', `${path}/${call}`, { metadata: { title: 'x' } }, as);
    expect(changed.status).toBe(200);
    const refused = await app.api('POST', path, { engagement: { type: 'NOTE' }, metadata: {} }, as);
    expect([refused.status, refused.body]).toMatchObject([403, { category: 'MISSING_SCOPES' }]);
    const none = { authorization: `Bearer ${await keyWith('crm.objects.contacts.read')}` };
    expect((await app.api('GET', `${path}/paged`, undefined, none)).status).toBe(403);
  });
});
