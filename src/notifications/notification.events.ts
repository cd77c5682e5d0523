// Events of what people are told of in the app and by mail. Ids, times and numbers alone: what a notification says
// is worded when it is shown.
import type { LogPosition } from '../eventsourcing/event';

/** Ids of what a notification is about, and numbers of what was done, by what they are: `{ backupId: '5301…' }`. */
export type NotificationAbout = Readonly<Record<string, string>>;

/** Who is told, and where. */
export interface Told {
  readonly userId: string;
  readonly app: boolean;
  readonly mail: boolean;
}

/** Stream `notification-<notificationId>`: one thing that happened, and all who are told of it. */
export type NotificationEvents = {
  'notification.made.v1': {
    notificationId: string;
    kind: string;
    about: NotificationAbout;
    /** Of the event that is told of, or of what else has led to it. */
    ofId: string;
    /** The person whose doing it was, or whom it concerns; null where there is nobody. */
    userId: string | null;
    /** Nobody, where all who might be told had switched it off. */
    to: readonly Told[];
  };
  'notification.read.v1': { notificationId: string; userId: string };
};

/** Stream `notificationbox-<userId>`: what a person has read, and wants to be told of. */
export type NotificationBoxEvents = {
  /** All was read that had been made up to a position. */
  'notificationbox.read.v1': { userId: string; upTo: LogPosition };
  /** By kind and channel, such as `BACKUP_COMPLETED.mail`. */
  'notificationbox.preferences-changed.v1': {
    userId: string;
    changes: Readonly<Record<string, { readonly from: boolean; readonly to: boolean }>>;
  };
};

/** Stream `account-notifications`. */
export type AccountNotificationEvents = {
  /** Nobody is told of what happened up to a position: `-1` where the log had just begun. */
  'account.notifications-begun.v1': { upTo: LogPosition };
};
