// A process that is killed between the mail server's taking a mail and saying so in the log: the mail is not lost, and
// comes twice as one mail.
import { EventEmitter, once } from 'node:events';
import { KillableServer } from '../../crash/killable';
import { MailServer, readMail } from '../../support/servers/mail-server';

test('a mail is not lost where its sender is killed', async () => {
  const mailServer = await MailServer.start();
  const server = await KillableServer.start({ SMTP_URL: mailServer.url });
  const mails = new EventEmitter();
  try {
    const killed = new Promise<void>((resolve) => {
      mailServer.beforeAnswer = async () => {
        await server.kill();
        resolve();
      };
    });
    await server.api.post('/auth/v1/api-keys', { name: 'sync', scopes: ['crm.objects.contacts.read'] });
    await killed;
    mailServer.beforeAnswer = async () => mails.emit('accepted');
    const again = once(mails, 'accepted');
    await server.run();
    await again;
    const [first, second] = await Promise.all(mailServer.accepted.map(readMail));
    expect(mailServer.accepted).toHaveLength(2);
    expect(first!.subject).toBe('An API key was made');
    expect(second).toEqual(first);
  } finally {
    await server.remove();
    await mailServer.stop();
  }
});
