// Backups by a schedule, over HTTP. What is due is brought about by a schedule that was set days ago.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { App, ownLog, startApp } from '../../support/servers/app';

interface Schedule {
  enabled: boolean;
  cron?: string;
  nextRunAt?: string;
  keep?: object;
  lastRun?: {
    status: string;
    backupId?: string;
    reason?: string;
    nextAllowedAt?: string;
    missed?: { count: number };
  };
  tooDense?: { quota: string };
}
interface Backup {
  id: string;
  status: string;
  scheduled?: boolean;
  requestedBy: string;
  requestedAt: string;
  completedAt: string;
  fileExpiresAt: string;
}

const SCHEDULE = '/backups/v1/schedule';
const BACKUPS = '/backups/v1/backups';
const DAY_MS = 86_400_000;
let app: App;
afterEach(() => app.close());

const get = () => app.ok<Schedule>('GET', SCHEDULE);
async function until(seen: (schedule: Schedule) => boolean): Promise<Schedule> {
  for (;;) {
    const schedule = await get();
    if (seen(schedule)) return schedule;
    await pause(50);
  }
}
async function ended(id: string): Promise<Backup> {
  await app.ok('GET', `${BACKUPS}/${id}/progress`);
  return app.ok<Backup>('GET', `${BACKUPS}/${id}`);
}

/** As if somebody had set it so many days ago, and no server had run since. */
async function setDaysAgo(days: number, cron: string, keep: object | null = null): Promise<void> {
  const actor = { type: 'user', id: app.admin.id, userId: app.admin.id };
  const at = new Date(Date.now() - days * DAY_MS).toISOString();
  const meta = {
    commandId: randomUUID(),
    correlationId: randomUUID(),
    actor,
    source: { type: 'API' },
    at,
  } as const;
  const data = { scheduleId: 's-1', cron, timeZone: 'UTC', objectTypes: null, keep };
  const event = { id: randomUUID(), type: 'account.backup-schedule-set.v1', data, meta };
  await app.engine.eventStore.append('account-backup-schedule', [event as never], -1);
}

test('a schedule is set, shown with its next run, and removed', async () => {
  app = await startApp({ ...ownLog, BACKUP_QUOTA: '1/24h' });
  expect(await get()).toEqual({ enabled: false });
  const asked = {
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    objectTypes: ['contact'],
    keep: { monthly: 12 },
  };
  const set = await app.ok<Schedule>('PUT', SCHEDULE, asked);
  expect(set).toMatchObject({
    ...{ enabled: true, cron: asked.cron, timeZone: asked.timeZone, objectTypes: ['contacts'] },
    ...{ keep: { daily: 0, weekly: 0, monthly: 12 }, setBy: app.admin.id },
  });
  expect(Date.parse(set.nextRunAt!)).toBeGreaterThan(Date.now());
  expect(await get()).toEqual(set);

  const refused = await app.api('PUT', SCHEDULE, { ...asked, cron: '0 * * * *' });
  expect([refused.status, refused.body.subCategory]).toEqual([400, 'BACKUP_SCHEDULE_TOO_DENSE']);
  const others = [
    { cron: '0 3 * *' },
    { timeZone: 'Mars/Base' },
    { objectTypes: ['unicorns'] },
    { keep: { yearly: 1 } },
  ];
  for (const wrong of others)
    expect((await app.api('PUT', SCHEDULE, { ...asked, ...wrong })).status).toBe(400);
  expect(await get()).toEqual(set);

  expect((await app.api('DELETE', SCHEDULE)).status).toBe(204);
  expect(await get()).toEqual({ enabled: false });
});

test('after an outage one backup is taken, and what was missed is told', async () => {
  app = await startApp({ ...ownLog, BACKUP_QUOTA: '1/24h' });
  await setDaysAgo(3, `${new Date().getUTCMinutes()} ${(new Date().getUTCHours() + 22) % 24} * * *`, {
    ...{ daily: 30, weekly: 0, monthly: 0 },
  });
  const { lastRun } = await until((schedule) => schedule.lastRun?.backupId !== undefined);
  expect(lastRun!.missed!.count).toBeGreaterThanOrEqual(3);
  const backup = await ended(lastRun!.backupId!);
  expect(backup).toMatchObject({ status: 'COMPLETED', scheduled: true, requestedBy: app.admin.id });
  expect((await get()).lastRun).toMatchObject({ status: 'COMPLETED', backupId: backup.id });
  expect((await app.ok('GET', BACKUPS)).results).toHaveLength(1);
  // Kept for 30 days, and for 14 once the schedule says nothing of it.
  const days = (at: string) => (Date.parse(at) - Date.parse(backup.requestedAt)) / DAY_MS;
  expect(days(backup.fileExpiresAt)).toBeGreaterThan(28.9);
  await app.ok('PUT', SCHEDULE, { cron: '0 3 * * *', timeZone: 'UTC' });
  const shorter = await ended(backup.id);
  expect(Date.parse(shorter.fileExpiresAt) - Date.parse(shorter.completedAt)).toBe(14 * DAY_MS);

  const { results } = await app.ok(
    'GET',
    '/audit/v1/entries?category=SECURITY_ACTIVITY&subCategory=BACKUP&includeNonUser=true',
  );
  const summaries = results.map(({ summary }) => summary);
  expect(summaries).toContain('Scheduled backups were missed; one makes up for them');
  // It counts towards the quota of others.
  expect((await app.api('POST', BACKUPS)).status).toBe(429);
  for (;;) {
    const told = await app.ok('GET', '/notifications/v1/notifications');
    if (told.results.some(({ kind }) => kind === 'BACKUP_RUNS_MISSED')) break;
    await pause(50);
  }
});

test('a run that the quota does not allow is refused, and told', async () => {
  app = await startApp({ ...ownLog, BACKUP_QUOTA: '1/24h' });
  const byHand = await app.ok<Backup>('POST', BACKUPS);
  await ended(byHand.id);
  await setDaysAgo(1.5, '0 * * * *');
  const { lastRun, tooDense } = await until((schedule) => schedule.tooDense !== undefined);
  expect(lastRun).toMatchObject({ status: 'REFUSED', reason: 'backup-quota' });
  expect(Date.parse(lastRun!.nextAllowedAt!)).toBeGreaterThan(Date.now());
  expect(tooDense).toEqual({ quota: '1/24h' });
  expect((await app.ok('GET', BACKUPS)).results).toHaveLength(1);
});

test('a tier that allows fewer is told of', async () => {
  app = await startApp({ ...ownLog, BACKUP_QUOTA: '' });
  await app.ok('PUT', SCHEDULE, { cron: '0 3 * * *', timeZone: 'UTC' });
  await app.ok('PUT', '/settings/v1/account', { tier: 'STARTER' });
  expect((await until((schedule) => schedule.tooDense !== undefined)).tooDense).toEqual({ quota: '1/7d' });
  await app.ok('PUT', SCHEDULE, { cron: '0 3 * * 1', timeZone: 'UTC' });
  expect((await get()).tooDense).toBeUndefined();
});
