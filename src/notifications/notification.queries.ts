// Queries for notifications: a person's own, with how many are unread, their preferences, and the mails of the account.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { mails, type MailDocument } from '../../projections/mails';
import { notifications, type NotificationDocument } from '../../projections/notifications/notifications';
import { Streams } from '../eventsourcing/streams';
import type { Filter, Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { padded } from '../read/time-index.vocabulary';
import { boxStream, notificationBox, preferencesOf, type Preferences } from './notification-box.decider';
import { kindRow, notificationDocumentId } from './notification-kinds.vocabulary';
import type { NotificationAbout } from './notification.events';
import { pageOf } from './pages.vocabulary';
import { mailIdOf } from './telling';
import { named } from './shown/told-names';
import { Refusal } from '../refusals';

export interface NotificationView {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly title: string;
  readonly text: string;
  /** Path of what it tells of. */
  readonly link?: string;
  /** Path of the page of the console that shows it; its mail leads there. */
  readonly page?: string;
  readonly warning?: string;
  readonly about: NotificationAbout;
  readonly read: boolean;
  /** What has become of the mail about it; left out where there is none. */
  readonly mail?: { readonly status: MailDocument['status']; readonly reason?: string };
  /** Decimal string: the id of the server-sent event that tells of it. */
  readonly position: string;
}

export function notificationView(
  document: NotificationDocument,
  /** What it is about, with names. */
  told: NotificationAbout,
  readUpTo: string,
  mail?: MailDocument,
): NotificationView {
  const { notificationId: id, kind, userId, at, about, position, read } = document;
  const row = kindRow(kind);
  const link = row?.path(about, userId);
  const warning = row?.warning?.(about);
  return {
    ...{ id, kind, at, title: row?.title ?? kind, text: row?.says(told) ?? kind },
    ...(link !== undefined && { link, page: pageOf(link) }),
    ...(warning !== undefined && { warning }),
    ...{ about, read: read || position <= readUpTo },
    ...(mail && { mail: { status: mail.status, ...(mail.reason !== null && { reason: mail.reason }) } }),
    position: String(BigInt(position)),
  };
}

/** Empty where nothing was read: the text of a position comes after it. */
export const readUpToKey = (readUpTo: bigint): string => (readUpTo < 0n ? '' : padded(readUpTo));

/** What a person has not read, one by one or all at once. */
const unreadOf = (userId: string, readUpTo: string): Filter => ({
  ...{ userId, read: false },
  position: { $gt: readUpTo },
});

export interface ListedNotifications extends Found<NotificationView> {
  /** How many the person has not read, on all pages. */
  readonly unread: number;
}

export class ListNotifications extends Query<ListedNotifications> {
  constructor(
    readonly userId: string,
    /** Only those that are unread, or only those that were read. */
    readonly unread: boolean | undefined,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListNotifications)
export class ListNotificationsHandler implements IQueryHandler<ListNotifications> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  /** Newest first. */
  async execute({ userId, unread, paging: { limit, after }, fresh }: ListNotifications) {
    const { state } = await this.streams.load(notificationBox, boxStream(userId));
    const readUpTo = readUpToKey(state.readUpTo);
    const isUnread = unreadOf(userId, readUpTo);
    const isRead = { userId, $or: [{ read: true }, { position: { $lte: readUpTo } }] };
    const filter = unread === undefined ? { userId } : unread ? isUnread : isRead;
    const options = { filter, sort: ['-position'], limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(notifications, options, fresh);
    const mailed = docs.filter((one) => one.mailed).map((one) => mailIdOf(one.notificationId, userId));
    const about = await this.readModels.getMany(mails, mailed, { asItIs: true });
    const told = await named(
      this.readModels,
      docs.map((one) => one.about),
    );
    return {
      ...found,
      docs: docs.map((one, n) =>
        notificationView(one, told[n]!, readUpTo, about.get(mailIdOf(one.notificationId, userId))),
      ),
      unread: await this.readModels.count(notifications, isUnread, { asItIs: true }),
    };
  }
}

/** Refused with `notification-unknown`. */
export class GetNotification extends Query<NotificationView> {
  constructor(
    readonly userId: string,
    readonly notificationId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetNotification)
export class GetNotificationHandler implements IQueryHandler<GetNotification> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  async execute({ userId, notificationId, fresh }: GetNotification) {
    const id = notificationDocumentId(userId, notificationId);
    const found = await this.readModels.get(notifications, id, fresh);
    if (!found) throw new Refusal('notification-unknown');
    const { state } = await this.streams.load(notificationBox, boxStream(userId));
    const mail = found.mailed
      ? await this.readModels.get(mails, mailIdOf(notificationId, userId), { asItIs: true })
      : undefined;
    const [told] = await named(this.readModels, [found.about]);
    return notificationView(found, told!, readUpToKey(state.readUpTo), mail);
  }
}

export class GetPreferences extends Query<Preferences> {
  constructor(readonly userId: string) {
    super();
  }
}

@QueryHandler(GetPreferences)
export class GetPreferencesHandler implements IQueryHandler<GetPreferences> {
  constructor(private readonly streams: Streams) {}

  async execute({ userId }: GetPreferences): Promise<Preferences> {
    return preferencesOf((await this.streams.load(notificationBox, boxStream(userId))).state);
  }
}

export class ListMails extends Query<Found<MailDocument>> {
  constructor(
    readonly status: MailDocument['status'] | undefined,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListMails)
export class ListMailsHandler implements IQueryHandler<ListMails> {
  constructor(private readonly readModels: ReadModels) {}

  /** Newest first. */
  execute({ status, paging: { limit, after }, fresh }: ListMails): Promise<Found<MailDocument>> {
    const filter = status === undefined ? {} : { status };
    const options = { filter, sort: ['-queuedAt'], limit, ...(after !== undefined && { after }) };
    return this.readModels.find(mails, options, fresh);
  }
}
