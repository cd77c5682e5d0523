// Decisions on one mail: queue it once, then tell how each try to send it ended.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { MailAbout, MailEvents } from './mail.events';

export const mailStream = (mailId: string): string => `mail-${mailId}`;

/** What a mail is, whatever has become of it. */
export interface QueuedMail {
  /** The same id is the same mail: queued again, it is not sent again. */
  readonly id: string;
  readonly kind: string;
  /** Id of the user that it is to. */
  readonly userId: string;
  readonly about: MailAbout;
}

export type Mail =
  | { readonly status: 'none' }
  | {
      readonly status: 'queued';
      readonly mail: QueuedMail;
      /** ISO time. */
      readonly queuedAt: string;
      /** Tries that failed. */
      readonly failed: number;
    }
  | { readonly status: 'sent' | 'failed' | 'dropped' };

export const mail: Decider<Mail, MailEvents> = {
  initial: { status: 'none' },
  evolve: {
    'mail.queued.v1': (_, { mailId, ...queued }, { meta }) => ({
      status: 'queued',
      mail: { id: mailId, ...queued },
      queuedAt: meta.at,
      failed: 0,
    }),
    'mail.delayed.v1': (state, { attempt }) =>
      state.status === 'queued' ? { ...state, failed: attempt } : state,
    'mail.sent.v1': () => ({ status: 'sent' }),
    'mail.failed.v1': () => ({ status: 'failed' }),
    'mail.dropped.v1': () => ({ status: 'dropped' }),
  },
};

const ev = eventsOf<MailEvents>();
type Decided = readonly EventOf<MailEvents>[];

export const queueMail = (state: Mail, { id: mailId, kind, userId, about }: QueuedMail): Decided =>
  state.status === 'none' ? [ev('mail.queued.v1', { mailId, kind, userId, about })] : [];
