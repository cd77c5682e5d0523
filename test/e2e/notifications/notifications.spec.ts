// What people are told of, over HTTP: a backup that is done, in the app, live and by mail.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pageRoots } from '../../../src/http/console/pages';
import { kindNames, notificationKinds } from '../../../src/notifications/notification-kinds.vocabulary';
import { pageOf } from '../../../src/notifications/pages.vocabulary';
import { ApiDocument } from '../../support/api-document';
import { adminEmail, type App, ownLog, startApp } from '../../support/servers/app';
import { readMail } from '../../support/servers/mail-server';

interface Notification {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly link: string;
  readonly page: string;
  readonly about: Readonly<Record<string, string>>;
  readonly read: boolean;
  readonly mail?: { readonly status: string };
  readonly position: string;
}
interface Listed {
  readonly unread: number;
  readonly results: readonly Notification[];
  readonly paging?: { readonly next: { readonly after: string } };
}

const PUBLIC_URL = 'https://crm.example.com';
const NOTIFICATIONS = '/notifications/v1/notifications';

let app: App;
beforeAll(async () => {
  app = await startApp({ ...ownLog, PUBLIC_URL });
});
afterAll(() => app.close());

const list = (query = '') => app.ok<Listed>('GET', `${NOTIFICATIONS}${query}`);

/** Follows notifications live, after an event or from now on. */
async function follow(after?: string, token = app.admin.token) {
  const leave = new AbortController();
  const headers = {
    authorization: `Bearer ${token}`,
    ...(after !== undefined && { 'last-event-id': after }),
  };
  const path = '/notifications/v1/stream';
  const response = await app.send('GET', path, undefined, headers, leave.signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  /** The next event; undefined where the stream has ended. */
  const next = async (): Promise<{ id: string; data: Notification } | undefined> => {
    for (;;) {
      const [whole, id, data] = /id: (\d+)\ndata: (.*)\n\n/.exec(text) ?? [];
      if (whole !== undefined) {
        text = text.slice(text.indexOf(whole) + whole.length);
        return { id: id!, data: JSON.parse(data!) as Notification };
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  };
  const until = async (kind: string) => {
    for (;;) {
      const event = await next();
      if (event === undefined || event.data.kind === kind) return event?.data;
    }
  };
  return { response, next, until, leave: () => leave.abort() };
}

const takeBackup = async () => (await app.ok('POST', '/backups/v1/backups', {})).id;
const makeKey = () =>
  app.ok('POST', '/auth/v1/api-keys', { name: 'sync', scopes: ['crm.objects.contacts.read'] });

/** The notification once its mail has been sent. */
async function sent(id: string): Promise<Notification> {
  for (;;) {
    const found = (await list()).results.find((one) => one.id === id)!;
    if (found.mail?.status === 'SENT') return found;
    await pause(50);
  }
}

test('who asked for a backup is told that it is ready, with a link to its file', async () => {
  const live = await follow();
  expect(live.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{ name: 'diagnosis', label: 'Diagnosis', type: 'string', fieldType: 'text' },
    ...{ groupName: 'contactinformation', dataSensitivity: 'sensitive' },
  });
  const backupId = await takeBackup();
  const told = (await live.until('BACKUP_COMPLETED'))!;
  live.leave();
  expect(told).toMatchObject({ about: { backupId }, read: false, title: 'A backup is ready' });
  expect(await sent(told.id)).toMatchObject({ id: told.id, position: told.position });

  const outbox = join(app.dataDir, 'outbox');
  const file = readdirSync(outbox).find((name) => name.startsWith(told.id))!;
  const mail = await readMail(readFileSync(join(outbox, file)));
  expect(mail).toMatchObject({ to: [adminEmail], subject: 'A backup is ready' });
  expect(mail.text).toMatch(/sensitive/);
  expect(mail.html).toMatch(/sensitive/);
  const [link] = mail.links;
  expect(mail.text).toContain(link);
  expect(link!.startsWith(`${PUBLIC_URL}/`)).toBe(true);
  // The link leads to a page and holds no token: who finds the mail has nothing.
  expect(link!.slice(PUBLIC_URL.length)).toBe(told.page);
  expect(told.page).toBe(`/backups/${backupId}`);
  const zip = await app.api('GET', told.link);
  expect([zip.status, zip.headers.get('content-type')]).toEqual([200, 'application/zip']);
  expect((await app.api('GET', told.link, undefined, { authorization: '' })).status).toBe(401);
});

test('what was read is not unread any more', async () => {
  const live = await follow();
  await makeKey();
  const told = (await live.until('API_KEY_CREATED'))!;
  live.leave();
  const before = await list('?unread=true');
  expect(before.results[0]).toMatchObject({ id: told.id, read: false });
  expect(before.unread).toBe(before.results.length);

  const read = await app.ok<Notification>('POST', `${NOTIFICATIONS}/${told.id}/read`);
  expect(read).toMatchObject({ id: told.id, read: true });
  await app.ok('POST', `${NOTIFICATIONS}/${told.id}/read`);
  const after = await list('?unread=true');
  expect(after.unread).toBe(before.unread - 1);
  expect(after.results.map(({ id }) => id)).not.toContain(told.id);
  expect((await list('?unread=false')).results.map(({ id }) => id)).toContain(told.id);

  await app.ok('POST', '/notifications/v1/read-all');
  const all = await list();
  expect([all.unread, all.results.every((one) => one.read)]).toEqual([0, true]);
  expect((await list('?unread=true')).results).toEqual([]);
});

test('pages hold each once, newest first', async () => {
  const { results: all } = await list();
  expect(all.length).toBeGreaterThan(1);
  const walked: Notification[] = [];
  for (let after = ''; ;) {
    const { results, paging } = await list(`?limit=1${after}`);
    walked.push(...results);
    if (!paging) break;
    after = `&after=${encodeURIComponent(paging.next.after)}`;
  }
  expect(walked).toEqual(all);
  const positions = all.map(({ position }) => Number(position));
  expect(positions).toEqual(positions.toSorted((a, b) => b - a));
});

test('the stream goes on after the last event that came', async () => {
  const { results } = await list();
  const oldest = results.at(-1)!;
  const replayed = await follow('0');
  for (const { id } of results.toReversed()) expect((await replayed.next())?.data.id).toBe(id);
  replayed.leave();
  const rest = await follow(oldest.position);
  const next = (await rest.next())!;
  rest.leave();
  expect(next.id).toBe(next.data.position);
  expect(next.data.id).toBe(results.at(-2)!.id);
  const wrong = await app.api('GET', '/notifications/v1/stream', undefined, { 'last-event-id': 'abc' });
  expect(wrong.status).toBe(400);
});

test('the stream ends when the session does', async () => {
  const first = app.admin.token;
  await app.logIn();
  const live = await follow();
  await app.ok('POST', '/auth/v1/logout');
  expect(await live.next()).toBeUndefined();
  app.admin.token = first;
});

test('what is switched off is not told, and the log says who switched it off', async () => {
  const off = { preferences: { BACKUP_COMPLETED: { app: false, mail: false } } };
  const { preferences } = await app.ok<{ preferences: Record<string, object> }>(
    'PUT',
    '/notifications/v1/preferences',
    off,
  );
  expect(preferences).toMatchObject({ ...off.preferences, BACKUP_FAILED: { app: true, mail: true } });
  expect(await app.ok('GET', '/notifications/v1/preferences')).toEqual({ preferences });

  const before = (await list()).results.filter(({ kind }) => kind === 'BACKUP_COMPLETED').length;
  const backupId = await takeBackup();
  await app.ok('GET', `/backups/v1/backups/${backupId}/progress`);
  const live = await follow((await list()).results[0]!.position);
  await makeKey();
  expect((await live.next())?.data.kind).toBe('API_KEY_CREATED');
  live.leave();
  const after = (await list()).results.filter(({ kind }) => kind === 'BACKUP_COMPLETED').length;
  expect(after).toBe(before);

  const rows = await app.ok('GET', '/audit/v1/entries?category=SETTINGS&subCategory=NOTIFICATION');
  expect(rows.results).toMatchObject([
    { action: 'UPDATE', target: { type: 'users', id: app.admin.id, label: adminEmail } },
  ]);
  const entry = await app.ok('GET', `/audit/v1/entries/${rows.results[0]!.id}`);
  expect(entry).toMatchObject({
    changes: {
      'BACKUP_COMPLETED.app': { from: true, to: false },
      'BACKUP_COMPLETED.mail': { from: true, to: false },
    },
  });
});

test('super admins see what has become of mails', async () => {
  const { results } = await app.ok('GET', '/notifications/v1/mails?status=SENT');
  expect(results).toContainEqual(
    expect.objectContaining({ kind: 'BACKUP_COMPLETED', userId: app.admin.id, status: 'SENT', reason: null }),
  );
  expect(JSON.stringify(results)).not.toContain(adminEmail);
});

test('notifications are told again neither by a restart nor to others', async () => {
  const before = await list();
  await app.restart();
  await makeKey();
  const live = await follow(before.results[0]!.position);
  expect((await live.next())?.data.kind).toBe('API_KEY_CREATED');
  live.leave();
  expect((await list()).results).toHaveLength(before.results.length + 1);
  const unknown = await app.api('POST', `${NOTIFICATIONS}/of-somebody-else/read`);
  expect([unknown.status, unknown.body.category]).toEqual([404, 'OBJECT_NOT_FOUND']);
});

test('every kind links to a route that there is, and leads to a page', async () => {
  const { operations } = await ApiDocument.of(app);
  const routes = operations
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/?]+')}(?:\\?|$)`));
  const ids = { backupId: '1', importId: '1', exportId: '1', sessionId: '1', keyId: '1', userId: '2' };
  const abouts = [
    { ...ids, restoreId: '1' },
    { ...ids, binRestoreId: '1' },
  ];
  const paths = kindNames.flatMap((kind) =>
    abouts.flatMap((about) => ['2', '3'].map((told) => notificationKinds[kind].path(about, told))),
  );
  expect(paths.filter((path) => !routes.some((route) => route.test(path)))).toEqual([]);
  const roots = new Set<string>(pageRoots);
  const rootOf = (path: string) => /^\/([^/?]+)/.exec(pageOf(path))![1]!;
  const shownNowhere = paths.filter((path) => !roots.has(rootOf(path)) || rootOf(path) === 'notifications');
  expect(shownNowhere).toEqual([]);
});
