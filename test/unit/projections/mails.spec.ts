// What is shown of mails.
import { mails } from '../../../projections/mails';
import { eventsOf } from '../../../src/eventsourcing/event';
import type { MailEvents } from '../../../src/mail/mail.events';
import { at, by, later, projecting } from '../../support/spec';

const ev = eventsOf<MailEvents>();
const mailId = 'm-1';
const queued = ev('mail.queued.v1', { mailId, kind: 'RESET', userId: 'u-1', about: { resetId: 'r-1' } });
const delayed = ev('mail.delayed.v1', { mailId, attempt: 1, reason: 'It was refused', dueAt: later });
const shown = {
  ...{ kind: 'RESET', userId: 'u-1', about: { resetId: 'r-1' }, status: 'QUEUED' as const, queuedAt: at },
  ...{ dueAt: at, attempts: 0, endedAt: null, reason: null },
};

test('a queued mail is due at once', () => projecting(mails).given(queued).then({ 'm-1': shown }));

test('a mail that was refused is due later', () =>
  projecting(mails)
    .given(queued, delayed)
    .then({ 'm-1': { ...shown, attempts: 1, reason: 'It was refused', dueAt: later } }));

test.each([
  [ev('mail.sent.v1', { mailId, attempt: 2, by: 'smtp' }), { status: 'SENT', attempts: 2, reason: null }],
  [
    ev('mail.failed.v1', { mailId, attempt: 2, reason: 'No' }),
    { status: 'FAILED', attempts: 2, reason: 'No' },
  ],
  [ev('mail.dropped.v1', { mailId, reason: 'Gone' }), { status: 'DROPPED', attempts: 1, reason: 'Gone' }],
] as const)('%j ends it', (end, how) =>
  projecting(mails)
    .given(queued, delayed, by(end, { at: later }))
    .then({ 'm-1': { ...shown, dueAt: later, endedAt: later, ...how } }),
);
