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
import type { Happening } from './happening-rows.vocabulary';
import { kindRow } from './notification-kinds.vocabulary';
import {
  makeNotification,
  notification,
  notificationStream,
  type Notification,
} from './notification.decider';
import type { Told } from './notification.events';

export interface ToTell extends Happening {
  /** Of the event to tell of, or of what else has led to it: by it a repeat is recognised. */
  readonly ofId: string;
  /** The person whose doing it was, or whom it concerns; null where there is nobody: then super admins are told. */
  readonly userId: string | null;
  readonly cause?: Pick<Meta, 'correlationId' | 'causationId'>;
}

const notificationIds = uuidsOf('0b8f3a52-6d0e-5a0c-8f4e-2f7d4c9b1e35');
const idOf = (kind: string, ofId: string): string => notificationIds(`${kind}/${ofId}`);
const PAGE = 200;

@Injectable()
export class Telling {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly mails: Mails,
  ) {}

  async tell(toTell: ToTell, signal: AbortSignal): Promise<void> {
    const { kind, about, ofId, cause } = toTell;
    const notificationId = idOf(kind, ofId);
    const { state } = await this.streams.load(notification, notificationStream(notificationId));
    if (state) return;
    const to = await this.recipients(toTell, signal);
    const meta = systemMeta('notifications', cause);
    // The mails first: what has been made is not looked at again, and a mail that is queued again is the same mail.
    for (const { userId, mail } of to)
      if (mail) await this.mails.queue({ id: mailIdOf(notificationId, userId), kind, userId, about }, meta);
    await this.make(toTell, to);
  }

  /** Ends the telling of something, which nobody is told of. */
  giveUp(toTell: ToTell): Promise<void> {
    return this.make(toTell, []);
  }

  private async make({ kind, about, ofId, userId, cause }: ToTell, to: readonly Told[]): Promise<void> {
    const notificationId = idOf(kind, ofId);
    const made = { notificationId, kind, about, ofId, userId, to };
    const stream = notificationStream(notificationId);
    const decide = (state: Notification) => makeNotification(state, made);
    await this.streams.change(notification, stream, decide, systemMeta('notifications', cause));
  }

  private async recipients({ kind, userId, others = [] }: ToTell, signal: AbortSignal): Promise<Told[]> {
    const toAdmins = kindRow(kind)?.toAdmins;
    const who = new Set(userId === null ? others : [userId, ...others]);
    if (userId === null || toAdmins) for (const id of await this.admins(signal)) who.add(id);
    if (userId !== null && toAdmins === 'others') who.delete(userId);
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
