// Over HTTP: large restores need a second super admin, or a written reason where there is none.
import { pause } from '../../../src/supervision/pause';
import { type App, ownLog, startApp } from '../../support/servers/app';
import { joinedIn, password, personIn, type Person } from '../../support/servers/people';
import { confirm, type PlanJob, Restoring } from '../../support/restores/restoring';

let app: App;
let asOf: string;
let bob: Person;
const restoring = new Restoring(() => app);
const ids: string[] = [];

const changeAll = async (city: string) => {
  const inputs = ids.map((id) => ({ id, properties: { city } }));
  await app.ok('POST', '/crm/v3/objects/contacts/batch/update', { inputs });
};
const request = () => ({ source: { asOf }, objects: [{ objectType: 'contacts', properties: ['city'] }] });
const judge = (planId: string, verdict: string, reason: string | undefined, as?: object) =>
  app.api<PlanJob>(
    'POST',
    `/restores/v1/plans/${planId}/${verdict}`,
    { reason },
    as as Record<string, string>,
  );
const tried = async (planId: string, more: object = {}) => {
  const path = `/restores/v1/plans/${planId}/execute`;
  const { status, body } = await app.api('POST', path, { confirm: { ...confirm, ...more }, totp: '000000' });
  return [status, body.subCategory ?? body.message];
};
/** Kinds and links of what a person is told of the plan, once as many notifications are there. */
const toldOf = async (planId: string, count: number, as?: Person['as']) => {
  type Told = { kind: string; about: { planId?: string }; link: string };
  for (;;) {
    const { results } = await app.ok<{ results: Told[] }>(
      'GET',
      '/notifications/v1/notifications',
      undefined,
      as,
    );
    const told = results.filter(({ about }) => about.planId === planId);
    if (told.length >= count) return told;
    await pause(20);
  }
};
const auditOf = async (query: string) => {
  type Entry = { id: string; summary: string; action: string };
  const { results } = await app.ok<{ results: Entry[] }>('GET', `/audit/v1/entries?${query}`);
  return Promise.all(
    results.map(async ({ id, action, summary }) => {
      const { changes } = await app.ok<{ changes: object }>('GET', `/audit/v1/entries/${id}`);
      return { action, summary, changes };
    }),
  );
};

beforeAll(async () => {
  app = await startApp(ownLog);
  await app.setUpTwoFactor();
  const inputs = Array.from({ length: 5 }, (_, n) => ({ properties: { firstname: `P${n}`, city: 'Oslo' } }));
  const { results } = await app.ok('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
  ids.push(...results.map(({ id }) => id));
  asOf = await restoring.head();
});
afterAll(() => app.close());

test('the threshold is a setting of the account that a person changes, and stands in the audit log', async () => {
  const path = '/settings/v1/account';
  expect(await app.ok('GET', path)).toMatchObject({ approvalThreshold: 300 });
  for (const approvalThreshold of [-1, 1.5, 'none'])
    expect((await app.api('PUT', path, { approvalThreshold })).status).toBe(400);
  const key = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 's',
    scopes: ['settings'],
  });
  const byKey = await app.api(
    'PUT',
    path,
    { approvalThreshold: 'off' },
    { authorization: `Bearer ${key.token}` },
  );
  expect(byKey.status).toBe(403);
  expect(await app.ok('PUT', path, { approvalThreshold: 'off' })).toMatchObject({ approvalThreshold: 'off' });
  expect(await app.ok('PUT', path, { approvalThreshold: 4 })).toMatchObject({ approvalThreshold: 4 });
  const [entry] = await auditOf('targetType=accounts&category=SECURITY_ACTIVITY&subCategory=RESTORE');
  expect(entry).toMatchObject({
    action: 'UPDATE',
    changes: { approvalThreshold: { from: 'off', to: 4 } },
  });
});

test('where there is no second super admin a reason is asked for, and the audit log says so', async () => {
  await changeAll('Rome');
  const plan = await restoring.plan(request());
  expect(plan).toMatchObject({ status: 'READY', approval: { status: 'NO_SECOND', threshold: 4 } });
  expect(await tried(plan.id)).toEqual([400, expect.stringContaining('confirm.reason') as string]);
  expect(await tried(plan.id, { reason: ' ' })).toEqual([400, expect.stringContaining('reason') as string]);
  const restore = await restoring.execute(plan.id, { reason: 'The import of Monday' });
  expect(restore).toMatchObject({
    ...{ status: 'COMPLETED', outcomes: { changed: 5 } },
    approval: { kind: 'none', reason: 'The import of Monday' },
  });
  const [row] = await auditOf(`targetId=${restore.id}&action=RESTORE`);
  expect(row).toMatchObject({
    summary: expect.stringContaining('no second super admin') as string,
    changes: { reason: { from: null, to: 'The import of Monday' } },
  });
});

test('a plan below the threshold asks nobody', async () => {
  const second = await personIn(app, { roleId: 'super-admin' });
  bob = second;
  await changeAll('Rome');
  const objects = [{ objectType: 'contacts', properties: ['city'], recordIds: ids.slice(1) }];
  const plan = await restoring.plan({ source: { asOf }, objects });
  expect(plan.status).toBe('READY');
  expect(plan['approval']).toBeUndefined();
  expect(await judge(plan.id, 'approve', 'Yes', bob.as)).toMatchObject({
    ...{ status: 409, body: { subCategory: 'APPROVAL_NOT_NEEDED' } },
  });
});

test('above it another super admin approves, who is told of it, and never the one who asked', async () => {
  const plan = await restoring.plan(request());
  expect(plan).toMatchObject({ status: 'AWAITING_APPROVAL', approval: { status: 'AWAITED', threshold: 4 } });
  expect(await tried(plan.id)).toEqual([409, 'APPROVAL_REQUIRED']);
  const [told] = await toldOf(plan.id, 1, bob.as);
  expect(told).toMatchObject({ kind: 'RESTORE_APPROVAL_AWAITED' });
  const link = new URL(told!.link, 'http://here').pathname;
  expect((await app.api('GET', link, undefined, bob.as)).status).toBe(200);

  expect(await judge(plan.id, 'approve', 'Yes')).toMatchObject({
    status: 403,
    body: { subCategory: 'OWN_PLAN' },
  });
  const key = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'r',
    scopes: ['restores'],
  });
  const asKey = { authorization: `Bearer ${key.token}` };
  expect((await judge(plan.id, 'approve', 'Yes', asKey)).status).toBe(403);
  const ofKey = await app.api<PlanJob>('POST', '/restores/v1/plans', request(), asKey);
  expect(await restoring.made(ofKey.body.id)).toMatchObject({ status: 'AWAITING_APPROVAL' });
  expect((await judge(ofKey.body.id, 'reject', 'No')).body).toMatchObject({ subCategory: 'OWN_PLAN' });
  expect((await judge(plan.id, 'approve', undefined, bob.as)).status).toBe(400);
  expect((await judge(plan.id, 'approve', ' ', bob.as)).status).toBe(400);

  const approved = await judge(plan.id, 'approve', 'It was wrong', bob.as);
  expect(approved).toMatchObject({
    status: 200,
    body: {
      status: 'READY',
      approval: { status: 'APPROVED', by: bob.id, reason: 'It was wrong', threshold: 4 },
    },
  });
  expect((await toldOf(plan.id, 1)).map(({ kind }) => kind)).toEqual(['RESTORE_APPROVED']);
  const restore = await restoring.execute(plan.id);
  expect(restore).toMatchObject({
    ...{ status: 'COMPLETED', outcomes: { changed: 5 } },
    approval: { kind: 'second', by: bob.id, reason: 'It was wrong' },
  });
  const rows = await auditOf(`targetId=${plan.id}`);
  expect(rows).toContainEqual({
    ...{ action: 'APPROVE', summary: 'Approved a restore plan' },
    changes: { reason: { from: null, to: 'It was wrong' } },
  });
});

test('a plan that was rejected is not executed; planned again it waits again', async () => {
  await changeAll('Rome');
  const plan = await restoring.plan(request());
  await judge(plan.id, 'reject', 'Rome is right', bob.as);
  expect(await restoring.made(plan.id)).toMatchObject({
    ...{ status: 'REJECTED', approval: { status: 'REJECTED', by: bob.id, reason: 'Rome is right' } },
  });
  expect((await toldOf(plan.id, 1)).map(({ kind }) => kind)).toEqual(['RESTORE_REJECTED']);
  expect(await tried(plan.id)).toEqual([409, 'PLAN_REJECTED']);
  expect((await judge(plan.id, 'approve', 'No, wrong', bob.as)).body.subCategory).toBe('PLAN_REJECTED');
  const again = await app.ok<PlanJob>('POST', `/restores/v1/plans/${plan.id}/replan`);
  expect(again.id).not.toBe(plan.id);
  expect(await restoring.made(again.id)).toMatchObject({
    ...{ status: 'AWAITING_APPROVAL', position: plan['position'], objects: plan['objects'] },
    summary: plan.summary,
  });
  expect((await app.api('POST', '/restores/v1/plans/1/replan')).status).toBe(404);
});

test('nobody gets a plan through by removing whoever would judge it, and nobody is locked out for ever', async () => {
  const plan = await restoring.plan(request());
  await app.ok('DELETE', `/settings/v3/users/${bob.id}`);
  expect(await tried(plan.id, { reason: 'Alone' })).toEqual([409, 'APPROVAL_REQUIRED']);
  const again = await app.ok<PlanJob>('POST', `/restores/v1/plans/${plan.id}/replan`);
  expect(await restoring.made(again.id)).toMatchObject({
    ...{ status: 'READY', approval: { status: 'NO_SECOND', threshold: 4 } },
  });
  // Somebody else has become a super admin since: they are to approve it.
  const { email } = await joinedIn(app, { roleId: 'super-admin' });
  expect(await tried(again.id, { reason: 'Alone' })).toEqual([409, 'APPROVAL_REQUIRED']);
  expect(await app.ok('GET', `/restores/v1/plans/${again.id}`)).toMatchObject({
    ...{ status: 'AWAITING_APPROVAL', approval: { status: 'AWAITED', threshold: 4 } },
  });
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', {
    email,
    password,
  });
  const as = { authorization: `Bearer ${accessToken}` };
  expect((await toldOf(again.id, 1, as))[0]).toMatchObject({ kind: 'RESTORE_APPROVAL_AWAITED' });
  expect((await judge(again.id, 'approve', 'It was wrong', as)).body.status).toBe('READY');
  expect(await restoring.execute(again.id)).toMatchObject({ outcomes: { changed: 5 } });
});
