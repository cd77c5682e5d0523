// Tells people of something that happened: whom it concerns, and super admins of what concerns security, each where they
// want to be told. Telling of the same thing again does nothing.
import { Injectable } from '@nestjs/common';
import { users } from '../../projections/users';
import { systemMeta } from '../caller';
import type { Meta } from '../eventsourcing/event';
import { uuidsOf } from '../eventsourcing/event-ids';
import { Streams } from '../eventsourcing/streams';
import { Mails } from '../mail/mails';
import { ReadModels } from '../read/read-models';
import { boxStream, notificationBox, wants } from './notification-box.decider';
import { kindRow, type Happening } from './notification-kinds.vocabulary';
import { makeNotification, notification, notificationStream } from './notification.decider';
import type { Told } from './notification.events';

export interface ToTell extends Happening {
  /** Of the event to tell of, or of what else has led to it: by it a repeat is recognised. */
  readonly ofId: string;
  /** The person whose doing it was, or whom it concerns; null where there is nobody: then super admins are told. */
  readonly userId: string | null;
  readonly cause?: Pick<Meta, 'correlationId' | 'causationId'>;
}

const notificationIds = uuidsOf('0b8f3a52-6d0e-5a0c-8f4e-2f7d4c9b1e35');
const PAGE = 200;

@Injectable()
export class Telling {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly mails: Mails,
  ) {}

  async tell(toTell: ToTell, signal: AbortSignal): Promise<void> {
    const { notificationId, stream, isMade } = await this.known(toTell);
    if (isMade) return;
    const { kind, about, ofId, userId, cause } = toTell;
    const to = await this.recipients(toTell, signal);
    const meta = systemMeta('notifications', cause);
    // The mails first: what has been made is not looked at again, and a mail that is queued again is the same mail.
    for (const told of to)
      if (told.mail) {
        const id = mailIdOf(notificationId, told.userId);
        await this.mails.queue({ id, kind, userId: told.userId, about }, meta);
      }
    const made = { notificationId, kind, about, ofId, userId, to };
    await this.streams.change(notification, stream, (state) => makeNotification(state, made), meta);
  }

  /** Ends the telling of something, which nobody is told of. */
  async giveUp(toTell: ToTell): Promise<void> {
    const { notificationId, stream } = await this.known(toTell);
    const { kind, about, ofId, userId, cause } = toTell;
    const made = { notificationId, kind, about, ofId, userId, to: [] };
    const meta = systemMeta('notifications', cause);
    await this.streams.change(notification, stream, (state) => makeNotification(state, made), meta);
  }

  private async known({ kind, ofId }: ToTell) {
    const notificationId = notificationIds(`${kind}/${ofId}`);
    const stream = notificationStream(notificationId);
    const { state } = await this.streams.load(notification, stream);
    return { notificationId, stream, isMade: state !== undefined };
  }

  private async recipients({ kind, userId }: ToTell, signal: AbortSignal): Promise<Told[]> {
    const who = new Set(userId === null ? [] : [userId]);
    if (userId === null || kindRow(kind)?.toAdmins) for (const id of await this.admins(signal)) who.add(id);
    const told: Told[] = [];
    for (const id of who) {
      const { state } = await this.streams.load(notificationBox, boxStream(id));
      const one = { userId: id, app: wants(state, kind, 'app'), mail: wants(state, kind, 'mail') };
      if (one.app || one.mail) told.push(one);
    }
    return told;
  }

  private async admins(signal: AbortSignal): Promise<string[]> {
    await this.readModels.waitFor(users, await this.streams.store.head(), signal);
    const ids: string[] = [];
    const admins = { filter: { superAdmin: true, status: 'active' }, sort: ['id'], limit: PAGE };
    for await (const page of this.readModels.pages(users, admins)) ids.push(...page.map(({ id }) => id));
    return ids;
  }
}

/** Id of the mail that tells a person of a notification. */
export const mailIdOf = (notificationId: string, userId: string): string => `${notificationId}-${userId}`;
