// A mail is queued once.
import { eventsOf } from '../../../src/eventsourcing/event';
import { mail, queueMail } from '../../../src/mail/mail.decider';
import type { MailEvents } from '../../../src/mail/mail.events';
import { deciding } from '../../support/spec';

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
