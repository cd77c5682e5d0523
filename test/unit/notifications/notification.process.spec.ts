// The jobs that tell people of what happened: who is told, where, and what a repeat does.
import { apiKeys } from '../../../projections/api-keys';
import { backups } from '../../../projections/backups';
import { employees } from '../../../projections/identity/employees';
import { mails } from '../../../projections/mails';
import { happenings } from '../../../projections/notifications/happenings';
import { notifications } from '../../../projections/notifications/notifications';
import { signIns } from '../../../projections/notifications/sign-ins';
import { users } from '../../../projections/users';
import { parseConfig } from '../../../src/config';
import { eventsOf } from '../../../src/eventsourcing/event';
import type { Jobs, JobKind } from '../../../src/jobs/jobs';
import { MailKinds } from '../../../src/mail/mail-kinds';
import type { MailAbout } from '../../../src/mail/mail.events';
import { Mails } from '../../../src/mail/mails';
import { ExpiringBackups } from '../../../src/notifications/expiring-backups';
import { boxStream, notificationBox } from '../../../src/notifications/notification-box.decider';
import { kindNames } from '../../../src/notifications/notification-kinds.vocabulary';
import type { NotificationBoxEvents } from '../../../src/notifications/notification.events';
import { NotificationProcess } from '../../../src/notifications/notification.process';
import { Telling } from '../../../src/notifications/telling';
import type { Doc } from '../../../src/read/document-store';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';
import { meta } from '../../support/spec';

let stores: Stores;
let side: ReadSide;
let kinds: MailKinds;
let jobs: Map<string, JobKind<Doc>>;
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [
    ...[users, apiKeys, employees, backups, happenings, signIns, notifications, mails],
  ]).start();
  const made = (userId: string, superAdmin: boolean) =>
    stores.log.append(
      `user-${userId}`,
      [event('user.created.v1', { userId, email: `${userId}@example.com`, superAdmin, by: 'setup' })],
      -1,
    );
  await made('user-1', false);
  await made('ann', true);
  await made('ben', true);
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

/** A worker begins; its jobs are run by hand. */
async function begin(queue = new Mails(side.streams)): Promise<void> {
  kinds = new MailKinds();
  jobs = new Map();
  const registry = { register: (kind: JobKind<Doc>) => void jobs.set(kind.name, kind) } as unknown as Jobs;
  const telling = new Telling(side.streams, side.models, queue);
  const config = parseConfig({});
  await new NotificationProcess(registry, side.streams, telling, side.models, kinds, config).onModuleInit();
}

/** Runs all that is pending of a kind of job; answers how many there were. */
async function run(name: string): Promise<number> {
  const job = jobs.get(name)!;
  const { projection, pending } = job;
  await side.settled(projection);
  const { docs } = await side.models.find(projection, { filter: pending, sort: ['id'], limit: 100 });
  const context = { signal: new AbortController().signal, report: () => undefined };
  for (const doc of docs) await job.run(doc, context);
  return docs.length;
}

const told = async () =>
  (await side.models.find(notifications, { sort: ['id'], limit: 100 })).docs.map(
    ({ userId, kind }) => `${userId} ${kind}`,
  );
const mailed = async () =>
  (await side.models.find(mails, { sort: ['id'], limit: 100 })).docs
    .map(({ userId, kind }) => `${userId} ${kind}`)
    .sort();
const completed = (backupId: string) =>
  event('backup.completed.v2', {
    ...{ backupId, attempt: 1, file: 'f', bytes: 1, sha256: 's', counts: {}, fileExpiresAt: meta.at },
    ...{ sensitive: true, manifest: null, encrypted: null },
  });
const keyMade = event('apikey.created.v1', { keyId: 'k-1', name: 'sync', scopes: [], userId: 'user-1' });

test('whoever asked for it is told, in the app and by mail, once', async () => {
  await begin();
  await stores.log.append('backup-b-1', [completed('b-1')], -1);
  expect(await run('notifications')).toBe(1);
  expect(await told()).toEqual(['user-1 BACKUP_COMPLETED']);
  expect(await mailed()).toEqual(['user-1 BACKUP_COMPLETED']);
  expect(await run('notifications')).toBe(0);
});

test('super admins are told of what concerns security, too', async () => {
  await begin();
  await stores.log.append('apikey-k-1', [keyMade], -1);
  await run('notifications');
  expect(await told()).toEqual(['ann API_KEY_CREATED', 'ben API_KEY_CREATED', 'user-1 API_KEY_CREATED']);
});

test('mails and lists call people and keys by their names, and what is unknown by its id', async () => {
  await begin();
  await stores.log.append('apikey-k-1', [keyMade], -1);
  await side.settled(apiKeys);
  await side.settled(users);
  const letter = async (kind: string, about: object) =>
    (await kinds.find(kind)!(about as MailAbout, 'ann'))!.paragraphs[0];
  expect(await letter('API_KEY_CREATED', { keyId: 'k-1', userId: 'user-1' })).toBe(
    'The API key “sync” was made for user-1@example.com.',
  );
  expect(await letter('ADMIN_TAKEN', { userId: 'gone' })).toBe('No super admin any more: user gone.');
  const incident = { name: 'Many exports', count: '12', first: meta.at, by: 'threshold' };
  expect(await letter('ALERT_EXPORTS', { ...incident, userId: 'ben' })).toContain(
    ' of ben@example.com, since',
  );
  expect(await letter('ALERT_NEW_NETWORK', { ...incident, actor: 'k-1' })).toContain(' of “sync”, since');
  expect(await letter('ALERT_MASS_CHANGE', { ...incident, actor: 'load-9' })).toContain(' of load-9, since');
});

test('super admins are told of what nobody asked for', async () => {
  await begin();
  const actor = { type: 'system' as const, id: 'schedule' };
  const failed = event('backup.failed.v1', { backupId: 'b-1', attempt: 1, reason: 'No space' });
  await stores.log.append('backup-b-1', [{ ...failed, meta: { ...meta, actor } }], -1);
  await run('notifications');
  expect(await told()).toEqual(['ann BACKUP_FAILED', 'ben BACKUP_FAILED']);
});

test('nobody is told where they do not want to be', async () => {
  await begin();
  const ev = eventsOf<NotificationBoxEvents>();
  const off = (userId: string, ...cells: string[]) => {
    const changes = Object.fromEntries(cells.map((cell) => [cell, { from: true, to: false }]));
    const change = ev('notificationbox.preferences-changed.v1', { userId, changes });
    return side.streams.change(notificationBox, boxStream(userId), () => [change], {
      ...meta,
      commandId: userId,
    });
  };
  await off('ann', 'API_KEY_CREATED.app', 'API_KEY_CREATED.mail');
  await off('ben', 'API_KEY_CREATED.app');
  await off('user-1', 'API_KEY_CREATED.mail');
  await stores.log.append('apikey-k-1', [keyMade], -1);
  await run('notifications');
  expect(await told()).toEqual(['user-1 API_KEY_CREATED']);
  expect(await mailed()).toEqual(['ben API_KEY_CREATED']);
  expect(await run('notifications')).toBe(0);
});

test('nobody is told of what happened before there were notifications', async () => {
  await stores.log.append('backup-b-1', [completed('b-1')], -1);
  await begin();
  expect(await run('notifications')).toBe(0);
  await stores.log.append('backup-b-2', [completed('b-2')], -1);
  // Another start begins nothing anew.
  await begin();
  expect(await run('notifications')).toBe(1);
  expect(await told()).toEqual(['user-1 BACKUP_COMPLETED']);
});

test('what a crash cut off is told once all the same', async () => {
  const dying = new (class extends Mails {
    override async queue(...mail: Parameters<Mails['queue']>) {
      await super.queue(...mail);
      throw new Error('the process has died');
    }
  })(side.streams);
  await begin(dying);
  await stores.log.append('apikey-k-1', [keyMade], -1);
  await expect(run('notifications')).rejects.toThrow('the process has died');
  expect(await told()).toEqual([]);
  await begin();
  await run('notifications');
  expect(await told()).toHaveLength(3);
  expect(await mailed()).toEqual(['ann API_KEY_CREATED', 'ben API_KEY_CREATED', 'user-1 API_KEY_CREATED']);
});

test('a login from a new device is told to the user and to super admins', async () => {
  await begin();
  const started = (sessionId: string, userAgent: string) => {
    const data = { sessionId, userId: 'user-1', email: 'user-1@example.com', loginType: 'PASSWORD' };
    const one = event('session.started.v1', { ...data, expiresAt: meta.at });
    const client = { userAgent };
    return stores.log.append(`session-${sessionId}`, [{ ...one, meta: { ...meta, client } }], -1);
  };
  await started('1', 'Firefox/130');
  expect(await run('sign-ins')).toBe(0);
  await started('2', 'curl/8');
  expect(await run('sign-ins')).toBe(1);
  expect(await run('sign-ins')).toBe(0);
  expect(await told()).toEqual(['ann LOGIN_NEW_DEVICE', 'ben LOGIN_NEW_DEVICE', 'user-1 LOGIN_NEW_DEVICE']);
});

test('of a file that is about to be deleted its requester is told once, and again once it was built again', async () => {
  const expiring = new ExpiringBackups(
    side.models,
    new Telling(side.streams, side.models, new Mails(side.streams)),
  );
  const sweep = async (now: string) => {
    const { signal } = new AbortController();
    const each = async (_: string, work: () => Promise<unknown>) => (await work(), true);
    await side.settled(backups);
    await expiring.sweep({ signal, each }, new Date(now));
    return told();
  };
  const requested = event('backup.requested.v2', {
    ...{ backupId: 'b-1', position: '0', asOf: meta.at, objectTypes: null, sensitive: true, dueAt: null },
  });
  const built = (fileExpiresAt: string) => {
    const one = completed('b-1');
    return { ...one, data: { ...(one.data as object), fileExpiresAt } };
  };
  await stores.log.append('backup-b-1', [requested, built('2024-05-15T10:00:00.000Z')], -1);
  expect(await sweep('2024-05-12T09:59:00.000Z')).toEqual([]);
  expect(await sweep('2024-05-12T10:00:00.000Z')).toEqual(['user-1 BACKUP_EXPIRING']);
  expect(await sweep('2024-05-12T11:00:00.000Z')).toEqual(['user-1 BACKUP_EXPIRING']);
  await stores.log.append('backup-b-1', [built('2024-05-29T10:00:00.000Z')], 1);
  expect(await sweep('2024-05-27T10:00:00.000Z')).toEqual([
    'user-1 BACKUP_EXPIRING',
    'user-1 BACKUP_EXPIRING',
  ]);
});

test.each(kindNames)('%s has a mail with a link, in words of our own', async (kind) => {
  await begin();
  const ids = {
    backupId: '7',
    restoreId: '7',
    importId: '7',
    exportId: '7',
    loadId: '7',
    drillId: '7',
    differences: '7',
    sessionId: '7',
    keyId: '7',
    commentId: '7',
    department: 'SALES',
    runs: '7',
    planId: '7',
    rows: '7',
    alertId: '7',
    incidentId: '7',
    count: '7',
  };
  const times = { first: meta.at, last: meta.at, dueAt: meta.at, nextAllowedAt: meta.at };
  const others = { ...times, reason: 'backup-quota', quota: '1/24h' };
  const letter = await kinds.find(kind)!(
    { ...ids, ...others, userId: 'user-1', expiresAt: meta.at },
    'user-1',
  );
  expect(letter!.link!.path).toMatch(/^\/[a-z-]+(?:\/[a-z0-9-]+)*(?:\?\w+=[\w-]+(?:&\w+=[\w-]+)*)?$/);
  expect(letter!.link!.path).not.toMatch(/\/v\d|^\/notifications/);
  expect(JSON.stringify(letter)).not.toMatch(/undefined/);
});

test('mails of backups that can be fetched warn of sensitive values, where they may hold some', async () => {
  await begin();
  for (const kind of ['BACKUP_COMPLETED', 'BACKUP_EXPIRING']) {
    const about = { backupId: '7', expiresAt: meta.at };
    expect(await kinds.find(kind)!(about, 'ann')).toMatchObject({
      warning: expect.stringMatching(/sensitive/) as string,
    });
    expect(await kinds.find(kind)!({ ...about, sensitive: 'no' }, 'ann')).not.toHaveProperty('warning');
  }
});
