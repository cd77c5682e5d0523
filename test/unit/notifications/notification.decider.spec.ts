// A notification is made once and read once by each; a person's box tells what was read, and what is wanted.
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  changePreferences,
  notificationBox,
  preferencesOf,
  readAll,
} from '../../../src/notifications/notification-box.decider';
import {
  beginNotifications,
  begun,
  makeNotification,
  notification,
  readNotification,
} from '../../../src/notifications/notification.decider';
import type {
  AccountNotificationEvents,
  NotificationBoxEvents,
  NotificationEvents,
} from '../../../src/notifications/notification.events';
import { deciding } from '../../support/spec';

const ev = eventsOf<NotificationEvents & NotificationBoxEvents & AccountNotificationEvents>();
const data = {
  ...{ notificationId: 'n-1', kind: 'BACKUP_COMPLETED', about: { backupId: 'b-1' }, ofId: 'e-1' },
  userId: 'ada',
  to: [
    { userId: 'ada', app: true, mail: true },
    { userId: 'bob', app: false, mail: true },
  ],
};
const made = ev('notification.made.v1', data);
const read = ev('notification.read.v1', { notificationId: 'n-1', userId: 'ada' });

describe('a notification', () => {
  const given = deciding(notification);

  test('is made once', () => {
    given()
      .when((s) => makeNotification(s, data))
      .then(made);
    given(made)
      .when((s) => makeNotification(s, data))
      .thenNothing();
  });

  test('is read once by whom it tells', () => {
    given(made)
      .when((s) => readNotification(s, 'ada'))
      .then(read);
    given(made, read)
      .when((s) => readNotification(s, 'ada'))
      .thenNothing();
  });

  test('is unknown to others, and to whom it was only mailed', () => {
    for (const userId of ['eve', 'bob'])
      given(made)
        .when((s) => readNotification(s, userId))
        .thenRefused('notification-unknown');
    given()
      .when((s) => readNotification(s, 'ada'))
      .thenRefused('notification-unknown');
  });
});

describe('a box', () => {
  const given = deciding(notificationBox);
  const off = ev('notificationbox.preferences-changed.v1', {
    userId: 'ada',
    changes: { 'BACKUP_FAILED.mail': { from: true, to: false } },
  });

  test('is read up to a position, and never less', () => {
    const readTo = ev('notificationbox.read.v1', { userId: 'ada', upTo: '7' });
    given()
      .when((s) => readAll(s, 'ada', 7n))
      .then(readTo);
    for (const upTo of [7n, 5n])
      given(readTo)
        .when((s) => readAll(s, 'ada', upTo))
        .thenNothing();
  });

  test('wants everything, until it is told otherwise', () => {
    expect(preferencesOf(given().state).BACKUP_FAILED).toEqual({ app: true, mail: true });
    expect(preferencesOf(given(off).state).BACKUP_FAILED).toEqual({ app: true, mail: false });
  });

  test('tells what was changed, and leaves the rest as it is', () => {
    given()
      .when((s) => changePreferences(s, 'ada', { BACKUP_FAILED: { mail: false }, IMPORT_FAILED: {} }))
      .then(off);
    given(off)
      .when((s) => changePreferences(s, 'ada', { BACKUP_FAILED: { app: true, mail: false } }))
      .thenNothing();
    given(off)
      .when((s) => changePreferences(s, 'ada', { BACKUP_FAILED: { mail: true } }))
      .then(
        ev('notificationbox.preferences-changed.v1', {
          userId: 'ada',
          changes: { 'BACKUP_FAILED.mail': { from: false, to: true } },
        }),
      );
  });
});

test('notifications begin once, after what is in the log by then', () => {
  const began = ev('account.notifications-begun.v1', { upTo: '41' });
  deciding(begun)()
    .when((s) => beginNotifications(s, 41n))
    .then(began);
  deciding(begun)(began)
    .when((s) => beginNotifications(s, 99n))
    .thenNothing();
});
