// A mail is queued once; every try to send it ends in an event.
import { eventsOf } from '../../../src/eventsourcing/event';
import { dropMail, failTry, mail, queueMail, tellSent } from '../../../src/mail/mail.decider';
import type { MailEvents } from '../../../src/mail/mail.events';
import { at, deciding } from '../../support/spec';

const given = deciding(mail);
const ev = eventsOf<MailEvents>();
const letter = { kind: 'INVITATION', userId: 'u-2', about: { invitationId: 'i-1' } };
const queued = ev('mail.queued.v1', { mailId: 'm-1', ...letter });
const queue = (state: Parameters<typeof queueMail>[0]) => queueMail(state, { id: 'm-1', ...letter });

test('a mail is queued', () => given().when(queue).then(queued));

test('queued again, it is the same mail, also after it was sent', () => {
  given(queued).when(queue).thenNothing();
  given(queued, ev('mail.sent.v1', { mailId: 'm-1', attempt: 1, by: 'smtp' }))
    .when(queue)
    .thenNothing();
});

const refused = { reason: 'The mail server answered 451', forGood: false, at: new Date(at) };
const delayed = (attempt: number, dueAt: string) =>
  ev('mail.delayed.v1', { mailId: 'm-1', attempt, reason: refused.reason, dueAt });

test('a try that failed is followed by another, after pauses that grow', () => {
  given(queued)
    .when((s) => failTry(s, refused))
    .then(delayed(1, '2024-05-01T10:00:10.000Z'));
  given(queued, delayed(1, at))
    .when((s) => failTry(s, refused))
    .then(delayed(2, '2024-05-01T10:00:20.000Z'));
  given(queued, delayed(15, at))
    .when((s) => failTry(s, refused))
    .then(delayed(16, '2024-05-01T14:00:00.000Z'));
});

test('the last try, and one that was refused for good, fail the mail', () => {
  const { reason } = refused;
  given(queued, delayed(16, at))
    .when((s) => failTry(s, refused))
    .then(ev('mail.failed.v1', { mailId: 'm-1', attempt: 17, reason }));
  given(queued)
    .when((s) => failTry(s, { ...refused, forGood: true }))
    .then(ev('mail.failed.v1', { mailId: 'm-1', attempt: 1, reason }));
});

test('what was sent stays sent', () => {
  const sent = ev('mail.sent.v1', { mailId: 'm-1', attempt: 2, by: 'outbox' });
  given(queued, delayed(1, at))
    .when((s) => tellSent(s, 'outbox'))
    .then(sent);
  for (const late of [
    tellSent(given(queued, sent).state, 'outbox'),
    failTry(given(queued, sent).state, refused),
  ])
    expect(late).toEqual([]);
  given(queued, sent)
    .when((s) => dropMail(s, 'Gone'))
    .thenNothing();
});
