// The intake of the audit log over HTTP: what other modules report is kept once for good, and shown as far as it may be.
import { randomUUID } from 'node:crypto';
import { startApp, type App } from '../../support/servers/app';

let app: App;
let reporter: Record<string, string>;
let keyId: string;
beforeAll(async () => {
  app = await startApp();
  const key = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'blog module', scopes: ['audit.write'] },
  });
  keyId = key.id;
  reporter = { authorization: `Bearer ${key.token}` };
});
afterAll(() => app.close());

interface Taken {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly key: string; readonly error: string }[];
}
interface Entry {
  readonly id: string;
  readonly occurredAt: string;
  readonly target: { readonly type: string; readonly id: string; readonly label?: string };
  readonly actor: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}
const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
/** An activity of a blog post that no other test tells of. */
const post = (more: object = {}) => {
  const id = randomUUID();
  return {
    ...{ key: `blog/${id}`, occurredAt: hourAgo(), category: 'CONTENT', subCategory: 'BLOG_POST' },
    ...{ action: 'PUBLISH', userId: app.admin.id, target: { type: 'blog-posts', id, label: 'Spring' } },
    ...more,
  };
};
const report = (...activities: object[]) =>
  app.ok<Taken>('POST', '/audit/v1/activities', { activities }, reporter);
const rowsOf = async (id: string, more = '') =>
  (await app.ok<{ results: Entry[] }>('GET', `/audit/v1/entries?targetId=${id}${more}`)).results;

test('what a module reports is a row: who, what, when and from where, as it was reported', async () => {
  const changes = { title: { from: 'Winter', to: 'Spring' } };
  const activity = post({
    client: { ip: '192.0.2.9', country: 'NO', userAgent: 'curl/8.5' },
    ...{ where: '/blog/posts', source: { type: 'CRM_UI' }, metadata: { revision: 3 } },
    changes,
  });
  expect(await report(activity)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
  const [row, ...others] = await rowsOf(activity.target.id);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    ...{ occurredAt: activity.occurredAt, category: 'CONTENT', subCategory: 'BLOG_POST', action: 'PUBLISH' },
    ...{ summary: 'Published a blog post', target: activity.target },
    actor: { type: 'user', id: app.admin.id, via: { type: 'apiKey', id: keyId, name: 'blog module' } },
  });
  expect(await app.ok('GET', `/audit/v1/entries/${row!.id}`)).toMatchObject({
    client: { ip: '192.0.2.9', country: 'NO', loginType: null },
    ...{ where: '/blog/posts', source: { type: 'CRM_UI' }, changes },
    metadata: {
      eventType: 'activity.reported.v1',
      reported: { key: activity.key, by: { type: 'apiKey', id: keyId }, metadata: { revision: 3 } },
    },
  });
});

test('a batch is taken in part: what is wrong is told of by its key, the rest is there', async () => {
  const [good, own, old, unread] = [
    ...[post(), post({ category: 'CRM_OBJECT', subCategory: 'CONTACT' })],
    ...[post({ occurredAt: '2020-01-01T00:00:00Z' }), { key: 'unread', colour: 'green' }],
  ] as const;
  const taken = await report(own, good, old, unread, good);
  expect(taken).toMatchObject({ accepted: 1, duplicates: 1 });
  expect(taken.rejected.map(({ key }) => key)).toEqual([own.key, old.key, 'unread']);
  const wrong = ['Strata itself', '30 days', 'colour'];
  for (const [at, word] of wrong.entries()) expect(taken.rejected[at]!.error).toContain(word);
  expect(await rowsOf(good.target.id)).toHaveLength(1);
  expect(await rowsOf(own.target.id)).toEqual([]);
});

test('fifty reports of one key at once leave one row, and so does one after a restart', async () => {
  const activity = post();
  const answers = await Promise.all(Array.from({ length: 50 }, () => report(activity)));
  const sum = (of: (taken: Taken) => number) => answers.map(of).reduce((a, b) => a + b, 0);
  expect([sum((one) => one.accepted), sum((one) => one.duplicates)]).toEqual([1, 49]);
  await app.restart();
  await app.logIn();
  expect(await report(activity, activity)).toMatchObject({ accepted: 0, duplicates: 2 });
  expect(await rowsOf(activity.target.id)).toHaveLength(1);
});

test('a request repeated under its Idempotency-Key is answered as the first time', async () => {
  const activities = [post(), post()];
  const key = { ...reporter, 'idempotency-key': randomUUID() };
  const once = await app.ok('POST', '/audit/v1/activities', { activities }, key);
  expect(await app.ok('POST', '/audit/v1/activities', { activities }, key)).toEqual(once);
  expect(await rowsOf(activities[0]!.target.id)).toHaveLength(1);
});

test('a thousand come in one request, and not one more', async () => {
  const id = randomUUID();
  const many = Array.from({ length: 1_000 }, () => post({ target: { type: 'blog-posts', id } }));
  expect(await report(...many)).toMatchObject({ accepted: 1_000, rejected: [] });
  const more = { activities: [...many, post()] };
  expect((await app.api('POST', '/audit/v1/activities', more, reporter)).status).toBe(400);
});

test('what agents, forms and Salesforce did is shown by default, what a workflow did when it is asked for', async () => {
  const did = (category: string, subCategory: string, type: string) =>
    post({ category, subCategory, action: 'RUN', userId: undefined, actor: { type, name: 'Helper' } });
  const shown = [
    ...[did('SALESFORCE', 'SYNC', 'integration'), did('CUSTOMER_AGENT', 'HANDOFF', 'agent')],
    did('RECORD_CREATION_FORM', 'deals', 'form'),
  ];
  const other = did('WORKFLOW', 'ENROLLMENT', 'workflow');
  expect(await report(...shown, other)).toMatchObject({ accepted: 4 });
  for (const { target, category } of shown) {
    const [row] = await rowsOf(target.id);
    expect(row).toMatchObject({ category, actor: { name: 'Helper' } });
  }
  expect(await rowsOf(other.target.id)).toEqual([]);
  expect(await rowsOf(other.target.id, '&includeNonUser=true')).toHaveLength(1);
});

describe('of a record', () => {
  const activityOf = (id: string, more: object = {}) =>
    post({
      ...{ category: 'RECORD_CREATION_FORM', subCategory: 'contact', action: 'CREATE', userId: undefined },
      actor: { type: 'form', id: '7', name: 'From Ada Lovelace' },
      target: { type: 'contact', id, label: 'Ada Lovelace' },
      ...{ where: '/contacts/ada', metadata: { page: 'lovelace' } },
      changes: { firstname: { from: null, to: 'Ada' } },
      ...more,
    });
  const detail = (id: string, authorization?: string) =>
    app.ok<Entry>('GET', `/audit/v1/entries/${id}`, undefined, authorization ? { authorization } : {});
  const reported = async (id: string) =>
    (await rowsOf(id, '&category=RECORD_CREATION_FORM&includeNonUser=true'))[0]!;

  test('names and values are shown as those of the record are', async () => {
    const { id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { firstname: 'Ada' } });
    expect(await report(activityOf(id))).toMatchObject({ accepted: 1 });
    const row = await reported(id);
    expect(row.target).toEqual({ type: 'contacts', id });
    expect(await detail(row.id)).toMatchObject({
      target: { label: 'Ada Lovelace' },
      actor: { type: 'form', id: '7', name: 'From Ada Lovelace' },
      ...{ where: '/contacts/ada', changes: { firstname: { from: null, to: 'Ada' } } },
      metadata: { reported: { metadata: { page: 'lovelace' } } },
    });
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      ...{ name: 'auditor', scopes: ['audit.read'] },
    });
    expect(JSON.stringify(await detail(row.id, `Bearer ${token}`))).not.toMatch(
      /Ada|Lovelace|lovelace|contacts.ada/,
    );
  });

  test('they are gone when it is erased, and no later report brings them back', async () => {
    const { id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { firstname: 'Ada' } });
    await report(activityOf(id));
    await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: id });
    const late = activityOf(id);
    expect(await report(late)).toMatchObject({ accepted: 1 });
    const rows = await rowsOf(id, '&category=RECORD_CREATION_FORM&includeNonUser=true');
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(JSON.stringify(await detail(row.id))).not.toMatch(/Ada|Lovelace|lovelace|contacts.ada/);
    const last = (await app.events()).findLast(({ type }) => type === 'activity.reported.v1')!;
    expect(JSON.stringify({ ...(last.data as object), key: '' })).not.toMatch(/Ada|Lovelace|lovelace/);
  });
});

test('no key stands in the name of a stream or in metadata', async () => {
  const activity = post();
  await report(activity);
  const event = (await app.events()).findLast(({ type }) => type === 'activity.reported.v1')!;
  expect(JSON.stringify([event.stream, event.meta])).not.toContain(activity.target.id);
  expect(event.stream).toMatch(/^activity-[0-9a-f]{64}$/);
});

test('it takes the scope audit.write', async () => {
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'reader', scopes: ['audit.read'] },
  });
  const answer = await app.api(...(['POST', '/audit/v1/activities', { activities: [post()] }] as const), {
    authorization: `Bearer ${token}`,
  });
  expect([answer.status, answer.body.category]).toEqual([403, 'MISSING_SCOPES']);
});
