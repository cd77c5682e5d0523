// Decisions on one mail: queue it once, then tell how each try to send it ended.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf, type Meta } from '../eventsourcing/event';
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
      /** Of the request that led to the mail, and the command that queued it. */
      readonly cause: Pick<Meta, 'correlationId' | 'causationId'>;
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
      cause: { correlationId: meta.correlationId, causationId: meta.commandId },
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

/** Milliseconds until the second try; twice as long before each later one, up to the most. */
const FIRST_PAUSE_MS = 10_000;
const MOST_PAUSE_MS = 4 * 3_600_000;
/** About a day from the first try to the last. */
const TRIES = 17;

/** What came of a try, when: `forGood` where another try is of no use. */
export interface Failed {
  readonly reason: string;
  readonly forGood: boolean;
  readonly at: Date;
}

export function failTry(state: Mail, { reason, forGood, at }: Failed): Decided {
  if (state.status !== 'queued') return [];
  const mailId = state.mail.id;
  const attempt = state.failed + 1;
  if (forGood || attempt === TRIES) return [ev('mail.failed.v1', { mailId, attempt, reason })];
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), MOST_PAUSE_MS);
  const dueAt = new Date(at.getTime() + pauseMs).toISOString();
  return [ev('mail.delayed.v1', { mailId, attempt, reason, dueAt })];
}

export const tellSent = (state: Mail, by: 'smtp' | 'outbox'): Decided =>
  state.status === 'queued'
    ? [ev('mail.sent.v1', { mailId: state.mail.id, attempt: state.failed + 1, by })]
    : [];

export const dropMail = (state: Mail, reason: string): Decided =>
  state.status === 'queued' ? [ev('mail.dropped.v1', { mailId: state.mail.id, reason })] : [];
