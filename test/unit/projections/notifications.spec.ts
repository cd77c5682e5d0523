// What is still to be told of, and what each person was told of.
import { happenings } from '../../../projections/notifications/happenings';
import { notifications } from '../../../projections/notifications/notifications';
import { signIns } from '../../../projections/notifications/sign-ins';
import type { BackupEvents } from '../../../src/backups/backup.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import type { SessionEvents } from '../../../src/identity/identity.events';
import type { AccountAdminEvents } from '../../../src/identity/users/user.events';
import type { NotificationEvents } from '../../../src/notifications/notification.events';
import { at, by, meta, projecting } from '../../support/spec';

const ev = eventsOf<NotificationEvents & BackupEvents & SessionEvents & AccountAdminEvents>();
const position = (index: number) => String(index * 10).padStart(20, '0');
const cause = { correlationId: meta.correlationId, causationId: meta.commandId };
const made = (ofId: string, kind: string, userId = 'user-1') =>
  ev('notification.made.v1', {
    ...{ notificationId: 'n-1', kind, about: { backupId: 'b-1' }, ofId, userId },
    to: [
      { userId: 'user-1', app: true, mail: false },
      { userId: 'user-2', app: false, mail: true },
    ],
  });

describe('what happened', () => {
  const failed = ev('backup.failed.v1', { backupId: 'b-1', attempt: 1, reason: 'No space' });
  const id = '00000000-0000-4000-8000-000000000000';

  test('waits to be told to whoever asked for it', () =>
    projecting(happenings)
      .given(failed)
      .then({
        [id]: {
          ...{ kind: 'BACKUP_FAILED', about: { backupId: 'b-1' }, userId: 'user-1' },
          ...{ position: position(0), cause },
        },
      }));

  test('waits for whom it concerns, where that is somebody else', () => {
    const given = ev('account.super-admin-given.v1', { userId: 'user-7' });
    expect(projecting(happenings).given(given).documents[id]).toMatchObject({
      ...{ kind: 'ADMIN_GIVEN', userId: 'user-7' },
    });
  });

  test('is done with once it was told', () =>
    projecting(happenings).given(failed, made(id, 'BACKUP_FAILED')).then({}));
});

describe('logins', () => {
  const from = (sessionId: string, client: { userAgent?: string; country?: string }) =>
    by(
      ev('session.started.v1', {
        ...{ sessionId, userId: 'user-1', email: 'ada@example.com', loginType: 'PASSWORD' },
        expiresAt: at,
      }),
      { client },
    );
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';
  const newsOf = (...scenes: ReturnType<typeof from>[]) =>
    projecting(signIns)
      .given(...scenes)
      .documents['user-1']!.news.map(({ sessionId }) => sessionId);

  test('the first of a user is no news', () => expect(newsOf(from('1', { userAgent: firefox }))).toEqual([]));

  test('another device is news, an update of one is not', () =>
    expect(
      newsOf(
        from('1', { userAgent: firefox }),
        from('2', { userAgent: firefox.replaceAll('130.0', '131.0.2') }),
        from('3', { userAgent: 'curl/8.5.0' }),
        from('4', { userAgent: 'curl/8.6.0' }),
      ),
    ).toEqual(['3']));

  test('another country is news, the first that is known is not', () =>
    expect(
      newsOf(
        from('1', { userAgent: firefox }),
        from('2', { userAgent: firefox, country: 'NO' }),
        from('3', { userAgent: firefox, country: 'NO' }),
        from('4', { userAgent: firefox, country: 'PT' }),
      ),
    ).toEqual(['4']));

  test('what was told is no news any more', () => {
    const scenes = [from('1', { userAgent: firefox }), from('2', { userAgent: 'curl' })] as const;
    expect(projecting(signIns).given(...scenes).documents['user-1']).toMatchObject({
      news: [{ sessionId: '2', position: position(1), cause }],
      newest: position(1),
    });
    expect(
      projecting(signIns).given(...scenes, made('2', 'LOGIN_NEW_DEVICE')).documents['user-1'],
    ).toMatchObject({ news: [], newest: null });
  });
});

test('each is shown what they are told of in the app, until they have read it', () => {
  const shown = {
    ...{ notificationId: 'n-1', userId: 'user-1', kind: 'BACKUP_FAILED', about: { backupId: 'b-1' } },
    ...{ at, position: position(0), mailed: false, read: false },
  };
  const one = made('e-1', 'BACKUP_FAILED');
  projecting(notifications).given(one).then({ 'user-1/n-1': shown });
  projecting(notifications)
    .given(one, ev('notification.read.v1', { notificationId: 'n-1', userId: 'user-1' }))
    .then({ 'user-1/n-1': { ...shown, read: true } });
});
