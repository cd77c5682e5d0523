// Decisions on one notification: it is made once, for all who are told; each of them reads it once.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import type { AccountNotificationEvents, NotificationEvents } from './notification.events';

export const notificationStream = (notificationId: string): string => `notification-${notificationId}`;

/** Undefined: there is no such notification. */
export type Notification =
  | undefined
  | {
      readonly notificationId: string;
      readonly inApp: readonly string[];
      readonly readBy: readonly string[];
    };

export const notification: Decider<Notification, NotificationEvents> = {
  initial: undefined,
  evolve: {
    'notification.made.v1': (_, { notificationId, to }) => ({
      notificationId,
      inApp: to.filter(({ app }) => app).map(({ userId }) => userId),
      readBy: [],
    }),
    'notification.read.v1': (state, { userId }) => state && { ...state, readBy: [...state.readBy, userId] },
  },
};

const ev = eventsOf<NotificationEvents>();
type Decided = readonly EventOf<NotificationEvents>[];

export const makeNotification = (
  state: Notification,
  made: NotificationEvents['notification.made.v1'],
): Decided => (state ? [] : [ev('notification.made.v1', made)]);

/** Refused with `notification-unknown` where the person is not told of it in the app. */
export function readNotification(state: Notification, userId: string): Decided {
  if (!state?.inApp.includes(userId)) throw new Refusal('notification-unknown');
  const { notificationId, readBy } = state;
  return readBy.includes(userId) ? [] : [ev('notification.read.v1', { notificationId, userId })];
}

export const ACCOUNT_NOTIFICATIONS = 'account-notifications';

/** The position up to which nobody is told of anything; undefined where notifications have not begun. */
export const begun: Decider<bigint | undefined, AccountNotificationEvents> = {
  initial: undefined,
  evolve: { 'account.notifications-begun.v1': (_, { upTo }) => BigInt(upTo) },
};

export const beginNotifications = (
  state: bigint | undefined,
  head: bigint,
): readonly EventOf<AccountNotificationEvents>[] =>
  state === undefined
    ? [eventsOf<AccountNotificationEvents>()('account.notifications-begun.v1', { upTo: String(head) })]
    : [];
