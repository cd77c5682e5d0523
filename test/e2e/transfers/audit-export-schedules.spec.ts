// Exports of the audit log by a schedule, over HTTP. What is due is brought about by a schedule that was set days ago.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { ownLog, startApp, type AnyJson, type App } from '../../support/servers/app';
import { personIn, roleIn, some, type Person } from '../../support/servers/people';

interface Schedule {
  readonly id: string;
  readonly nextRunAt?: string;
  readonly createdBy: string;
  readonly lastRun: { readonly exportId: string | null; readonly refused: string | null } | null;
}
interface Export extends AnyJson {
  readonly scheduleId: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
}

const SCHEDULES = '/audit/v1/exports/schedules';
const DAY_MS = 24 * 3_600_000;
let app: App;
let boss: Person;
beforeAll(async () => {
  app = await startApp(ownLog);
  boss = await adminIn();
});
afterAll(() => app.close());

async function adminIn(): Promise<Person> {
  const person = await personIn(app, {});
  await app.ok('PUT', `/settings/v3/users/${person.id}`, { superAdmin: true });
  return person;
}

const all = async () => (await app.ok<{ results: Schedule[] }>('GET', SCHEDULES)).results;
const exportsOf = async (scheduleId: string) =>
  (await app.ok<{ results: Export[] }>('GET', '/audit/v1/exports?limit=200')).results.filter(
    (one) => one.scheduleId === scheduleId,
  );

/**
 * As if somebody had set it three days ago, for each day, and no server had run since, or had been killed when a run had
 * been taken up, which asks for `taken`. Answers its run.
 */
async function runOf(by: Person, asked: { view?: string; filter?: object }, taken?: string) {
  const scheduleId = randomUUID();
  const at = new Date(Date.now() - 3 * DAY_MS);
  const data = {
    ...{ scheduleId, cron: `${at.getUTCMinutes()} ${(at.getUTCHours() + 22) % 24} * * *`, timeZone: 'UTC' },
    ...{ view: null, filter: {}, ...asked, format: 'jsonl', recipients: [app.admin.id] },
    viewer: { superAdmin: true, scopes: 'all' },
  };
  const meta = {
    ...{ commandId: randomUUID(), correlationId: randomUUID(), source: { type: 'API' } },
    ...{ actor: { type: 'user', id: by.id, userId: by.id }, at: at.toISOString() },
  };
  const run = { scheduleId, dueAt: new Date(at.getTime() + DAY_MS).toISOString(), exportId: taken };
  const events = [
    { id: randomUUID(), type: 'auditexportschedule.created.v1', data, meta },
    ...(taken === undefined
      ? []
      : [{ id: randomUUID(), type: 'auditexportschedule.run-taken.v1', data: run, meta }]),
  ];
  await app.engine.eventStore.append(`auditexportschedule-${scheduleId}`, events as never, -1);
  for (;;) {
    const { lastRun } = (await all()).find(({ id }) => id === scheduleId) ?? {};
    if (lastRun) return { scheduleId, ...lastRun };
    await pause(50);
  }
}

test('a schedule is set, shown with its next run, and deleted; by super admins alone', async () => {
  const asked = { cron: '0 6 * * 1', timeZone: 'Europe/Berlin', view: 'security', format: 'csv' };
  const set = await app.ok<Schedule>('POST', SCHEDULES, { ...asked, recipients: [boss.id] });
  expect(set).toMatchObject({ ...asked, createdBy: app.admin.id, recipients: [boss.id], lastRun: null });
  expect(Date.parse(set.nextRunAt!)).toBeGreaterThan(Date.now());
  expect(await all()).toEqual([set]);
  const rights = { view: 'all', edit: 'all', delete: 'all' } as const;
  const auditor = await personIn(app, { roleId: await roleIn(app, rights, ['auditRead', 'auditExport']) });
  expect((await app.api('POST', SCHEDULES, asked, auditor.as)).status).toBe(403);
  for (const wrong of [{ cron: '0 6 * *' }, { timeZone: 'Mars/Base' }, { recipients: [auditor.id] }])
    expect((await app.api('POST', SCHEDULES, { ...asked, ...wrong })).status).toBe(400);
  const content = { ...asked, filter: { category: 'CONTENT' } };
  expect((await app.api('POST', SCHEDULES, content)).status).toBe(403);
  expect((await app.api('DELETE', `${SCHEDULES}/${set.id}`)).status).toBe(204);
  expect(await all()).toEqual([]);
});

test('after an outage one export makes up for all runs, in the name of whoever set the schedule', async () => {
  const { scheduleId, exportId, refused } = await runOf(boss, { filter: { category: 'LOGIN' } });
  expect(refused).toBeNull();
  await app.ok('GET', `/audit/v1/exports/${exportId}/progress`);
  const [made, ...others] = await exportsOf(scheduleId);
  expect(others).toEqual([]);
  expect(made).toMatchObject({
    ...{ id: exportId, status: 'COMPLETED', scheduleId, requestedBy: boss.id },
    ...{ filter: { category: 'LOGIN' }, leftOut: ['CONTENT'] },
  });
  for (const as of [undefined, boss.as])
    expect((await app.api('GET', `/audit/v1/exports/${exportId}/file`, undefined, as)).status).toBe(200);
  const { results } = await app.ok('GET', '/notifications/v1/notifications?limit=200');
  expect(JSON.stringify(results)).toContain(String(exportId));
});

test('whoever is no super admin any more has nothing exported, nor does a view that is gone', async () => {
  const former = await adminIn();
  const viewId = (
    await app.ok('POST', '/audit/v1/views', { name: some(), filter: { category: 'LOGIN' } }, former.as)
  ).id;
  await app.ok('DELETE', `/audit/v1/views/${viewId}`, undefined, former.as);
  const gone = await runOf(former, { view: viewId });
  expect(gone).toMatchObject({ exportId: null, refused: 'audit-view-unknown' });
  await app.ok('PUT', `/settings/v3/users/${former.id}`, { superAdmin: false });
  const lost = await runOf(former, {});
  expect(lost).toMatchObject({ exportId: null, refused: 'access-denied' });
  for (const { scheduleId } of [gone, lost]) expect(await exportsOf(scheduleId)).toEqual([]);
});

test('a run whose export was asked for before a crash has that export, whatever is gone since', async () => {
  const former = await adminIn();
  const filter = { category: 'LOGIN' };
  const { id: exportId } = await app.ok('POST', '/audit/v1/exports', { format: 'jsonl', filter }, former.as);
  await app.ok('PUT', `/settings/v3/users/${former.id}`, { superAdmin: false });
  const run = await runOf(former, { filter }, exportId);
  expect(run).toMatchObject({ exportId, refused: null });
});
