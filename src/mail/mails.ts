// Queues mails to users: what is queued is sent, or shown as failed, whatever crashes meanwhile.
import { Injectable } from '@nestjs/common';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { mail, mailStream, queueMail, type QueuedMail } from './mail.decider';

@Injectable()
export class Mails {
  constructor(private readonly streams: Streams) {}

  /**
   * Queues a mail of a kind that its capability has registered with MailKinds. `id` is made of what the mail is about,
   * so that a repeat is the same mail; `about` holds ids and names of our own, never a secret or a customer's value.
   */
  async queue(queued: QueuedMail, meta: Meta): Promise<void> {
    const stream = mailStream(queued.id);
    await this.streams.change(mail, stream, (state) => queueMail(state, queued), meta);
  }
}
