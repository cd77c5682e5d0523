// The job that sends mails: to a mail server that accepts, refuses, hangs and dies, and into the outbox folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mails, type MailDocument } from '../../../projections/mails';
import { users } from '../../../projections/users';
import { parseConfig } from '../../../src/config';
import type { Jobs, JobKind } from '../../../src/jobs/jobs';
import { MailCarrier } from '../../../src/mail/mail-carrier';
import { MailKinds, type Compose } from '../../../src/mail/mail-kinds';
import { MailProcess } from '../../../src/mail/mail.process';
import { Mails } from '../../../src/mail/mails';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';
import { MailServer, readMail } from '../../support/servers/mail-server';
import { meta } from '../../support/spec';

const ada = { userId: 'u-1', email: 'ada@example.com', superAdmin: false, by: 'setup' };
const queued = { id: 'm-1', kind: 'RESET', userId: 'u-1', about: { resetId: 'r-1' } };
const reset: Compose = ({ resetId }) => ({
  subject: 'Your new password',
  paragraphs: ['Somebody asked for a new password <for you>.'],
  link: { label: 'Choose one', path: `/reset?token=of-${resetId}&x=1` },
});

let stores: Stores;
let side: ReadSide;
let server: MailServer;
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [mails, users]).start();
  server = await MailServer.start();
  await stores.log.append('user-u-1', [event('user.created.v1', ada)], -1);
});
afterEach(async () => {
  await server.stop();
  await side.stop();
  await stores.close();
});

/** A worker with the settings, whose job is run by hand: what is not due yet is run, too. */
async function worker(settings: Record<string, string>, compose: Compose = reset) {
  const config = parseConfig({ DATA_DIR: stores.path, PUBLIC_URL: 'https://crm.example.com/', ...settings });
  const kinds = new MailKinds();
  kinds.register('RESET', compose);
  let job!: JobKind<MailDocument>;
  const jobs = { register: (kind: JobKind<MailDocument>) => void (job = kind) } as unknown as Jobs;
  const { streams, models, faults } = side;
  const carrier = new MailCarrier(config);
  await new MailProcess(jobs, streams, models, kinds, carrier, config, faults).onModuleInit();
  const read = async () => (await models.get(mails, 'm-1'))!;
  const isPending = async () => (await models.count(mails, job.pending)) > 0;
  const run = async (signal = new AbortController().signal): Promise<MailDocument> => {
    await job.run(await read(), { signal, report: () => undefined });
    return read();
  };
  return { run, isPending, queue: () => new Mails(streams).queue(queued, meta) };
}

const smtp = () => worker({ SMTP_URL: server.url, MAIL_FROM: 'Strata <crm@example.com>' });

test('a mail is sent to the address that the user has, in the layout of all mails', async () => {
  const { queue, run, isPending } = await smtp();
  await queue();
  expect(await isPending()).toBe(true);
  expect(await run()).toMatchObject({ status: 'SENT', attempts: 1, reason: null });
  expect(await isPending()).toBe(false);
  const link = 'https://crm.example.com/reset?token=of-r-1&x=1';
  const mail = await readMail(server.accepted[0]!);
  expect(mail).toMatchObject({
    from: { name: 'Strata', address: 'crm@example.com' },
    to: ['ada@example.com'],
    subject: 'Your new password',
    messageId: '<m-1@example.com>',
    links: [link],
  });
  expect(mail.text).toContain(`Choose one:\n${link}`);
  expect(mail.html).toContain('a new password &lt;for you&gt;.');
});

test('what is in the log of a mail holds neither its address nor its link', async () => {
  const { queue, run } = await smtp();
  await queue();
  await run();
  const history = JSON.stringify(await side.streams.history('mail-m-1'), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(history).toMatch(/mail\.sent\.v1/);
  expect(history).not.toMatch(/ada@|token/);
});

test.each([
  ['refuses for now', { refuse: 451 }, 'The mail server answered 451'],
  ['hangs', 'hang', 'The mail server did not answer in time'],
  ['dies', 'die', 'The mail server could not be reached, or broke off'],
] as const)('a server that %s gets the mail later', async (_, manner, reason) => {
  server.manner = manner;
  const { queue, run, isPending } = await smtp();
  await queue();
  const delayed = await run();
  expect(delayed).toMatchObject({ status: 'QUEUED', attempts: 1, reason });
  expect(Date.parse(delayed.dueAt)).toBeGreaterThan(Date.parse(delayed.queuedAt));
  expect(await isPending()).toBe(false);
  expect(side.faults.failing).toContain('mail');

  server.manner = 'accept';
  // Another process, after a restart, knows from the log how often it was tried.
  expect(await (await smtp()).run()).toMatchObject({ status: 'SENT', attempts: 2 });
  expect(server.accepted).toHaveLength(1);
  expect(side.faults.failing).not.toContain('mail');
});

test('a server that is away gets the mail when it is back', async () => {
  const { queue, run } = await smtp();
  await queue();
  await server.stop();
  expect(await run()).toMatchObject({
    status: 'QUEUED',
    reason: 'The mail server could not be reached, or broke off',
  });
  server = await MailServer.start();
  expect(await (await smtp()).run()).toMatchObject({ status: 'SENT', attempts: 2 });
});

test('what is refused for good is shown as failed, and not tried again', async () => {
  server.manner = { refuse: 550 };
  const { queue, run, isPending } = await smtp();
  await queue();
  expect(await run()).toMatchObject({
    status: 'FAILED',
    attempts: 1,
    reason: 'The mail server answered 550',
  });
  expect(await isPending()).toBe(false);
  const { connections } = server;
  await run();
  expect(server.connections).toBe(connections);
});

test('after about a day of tries it is shown as failed', async () => {
  server.manner = { refuse: 421 };
  const { queue, run } = await smtp();
  await queue();
  let mail = await run();
  let waited = 0;
  for (; mail.status === 'QUEUED'; mail = await run()) waited += Date.parse(mail.dueAt) - Date.now();
  expect(mail).toMatchObject({ status: 'FAILED', reason: 'The mail server answered 421' });
  expect(Math.round(waited / 3_600_000)).toBe(26);
});

test('a mail whose sending was not told is sent again, as the same mail', async () => {
  const { queue, run } = await smtp();
  await queue();
  const history = side.streams;
  const change = history.change.bind(history);
  // The process dies once the server has taken the mail.
  history.change = () => Promise.reject(new Error('the process has died'));
  await expect(run()).rejects.toThrow('the process has died');
  history.change = change;
  expect(await run()).toMatchObject({ status: 'SENT' });
  const ids = await Promise.all(server.accepted.map(async (mail) => (await readMail(mail)).messageId));
  expect(ids).toEqual(['<m-1@example.com>', '<m-1@example.com>']);
});

test('a mail under way at a shutdown is still sent', async () => {
  const stopping = new AbortController();
  const { queue, run } = await worker({ SMTP_URL: server.url }, (about, userId) => {
    stopping.abort('shutdown');
    return reset(about, userId);
  });
  await queue();
  expect(await run(stopping.signal)).toMatchObject({ status: 'SENT' });
});

test('without a mail server it lies in the outbox, whole, under its name', async () => {
  const { queue, run } = await worker({});
  await queue();
  expect(await run()).toMatchObject({ status: 'SENT' });
  expect(readdirSync(join(stores.path, 'outbox'))).toEqual(['m-1.eml']);
  expect(await readMail(readFileSync(join(stores.path, 'outbox/m-1.eml')))).toMatchObject({
    from: { name: 'Strata', address: 'strata@crm.example.com' },
    to: ['ada@example.com'],
    links: ['https://crm.example.com/reset?token=of-r-1&x=1'],
  });
});

test('what nobody needs to be told any more is dropped', async () => {
  const { queue, run } = await worker({}, () => undefined);
  await queue();
  expect(await run()).toMatchObject({ status: 'DROPPED', reason: 'There is nothing to tell any more' });
});

test('a mail to nobody is dropped', async () => {
  const { run } = await worker({});
  await new Mails(side.streams).queue({ ...queued, userId: 'u-9' }, meta);
  expect(await run()).toMatchObject({ status: 'DROPPED', reason: 'There is no such user any more' });
});

test('what cannot be composed is tried again, and is a fault', async () => {
  const { queue, run } = await worker({}, () => {
    throw new Error('of the code');
  });
  await queue();
  expect(await run()).toMatchObject({ status: 'QUEUED', attempts: 1 });
  expect(side.faults.failing).toContain('mail');
});
