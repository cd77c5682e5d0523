// Mails to users: what has become of each, and the to-do list of the job that sends them.
import type { MailAbout, MailEvents } from '../src/mail/mail.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface MailDocument extends Doc {
  readonly kind: string;
  readonly userId: string;
  readonly about: MailAbout;
  readonly status: 'QUEUED' | 'SENT' | 'FAILED' | 'DROPPED';
  readonly queuedAt: string;
  /** ISO time of the next try. */
  readonly dueAt: string;
  /** Tries so far; one under way does not count. */
  readonly attempts: number;
  /** ISO time at which it was sent, failed or was dropped. */
  readonly endedAt: string | null;
  /** Why the last try failed, or why it was dropped. */
  readonly reason: string | null;
}

export const mails: Projection<MailDocument, MailEvents> = {
  name: 'mails',
  version: 1,
  indexes: [['status', 'dueAt'], ['queuedAt']],
  on: {
    'mail.queued.v1': ({ mailId, kind, userId, about }, { meta }) => ({
      id: mailId,
      put: {
        ...{ kind, userId, about, status: 'QUEUED', queuedAt: meta.at, dueAt: meta.at },
        ...{ attempts: 0, endedAt: null, reason: null },
      },
    }),
    'mail.delayed.v1': ({ mailId, attempt, reason, dueAt }) => ({
      id: mailId,
      patch: { attempts: attempt, reason, dueAt },
    }),
    'mail.sent.v1': ({ mailId, attempt }, { meta }) => ({
      id: mailId,
      patch: { status: 'SENT', attempts: attempt, endedAt: meta.at, reason: null },
    }),
    'mail.failed.v1': ({ mailId, attempt, reason }, { meta }) => ({
      id: mailId,
      patch: { status: 'FAILED', attempts: attempt, endedAt: meta.at, reason },
    }),
    'mail.dropped.v1': ({ mailId, reason }, { meta }) => ({
      id: mailId,
      patch: { status: 'DROPPED', endedAt: meta.at, reason },
    }),
  },
};
