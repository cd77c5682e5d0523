// What each person is told of in the app.
import type { NotificationAbout, NotificationEvents } from '../../src/notifications/notification.events';
import { notificationDocumentId } from '../../src/notifications/notification-kinds.vocabulary';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Projection } from '../projection';

export interface NotificationDocument extends Doc {
  readonly notificationId: string;
  /** The person who is told. */
  readonly userId: string;
  readonly kind: string;
  readonly about: NotificationAbout;
  readonly at: string;
  /** Padded. */
  readonly position: string;
  readonly mailed: boolean;
  /** True where it was read by itself; all up to a position may have been read at once. */
  readonly read: boolean;
}

export const notifications: Projection<NotificationDocument, NotificationEvents> = {
  name: 'notifications',
  version: 1,
  indexes: [
    ['userId', 'position'],
    ['userId', 'read', 'position'],
  ],
  on: {
    'notification.made.v1': ({ notificationId, kind, about, to }, { meta, position }) =>
      to
        .filter(({ app }) => app)
        .map(({ userId, mail }) => ({
          id: notificationDocumentId(userId, notificationId),
          put: {
            ...{ notificationId, userId, kind, about, at: meta.at },
            ...{ position: padded(position), mailed: mail, read: false },
          },
        })),
    'notification.read.v1': ({ notificationId, userId }) => ({
      id: notificationDocumentId(userId, notificationId),
      patch: { read: true },
    }),
  },
};
