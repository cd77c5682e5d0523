// Batches to syslog servers that take them, hang, break off, die with something unread, or are not who they say.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Line } from '../../../../src/audit/streams/sinks/sink';
import { SyslogSink } from '../../../../src/audit/streams/sinks/syslog-sink';
import type { SyslogTarget } from '../../../../src/audit/streams/stream-grants';
import { NotDelivered } from '../../../../src/delivery/sender';
import { SyslogServer } from '../../../support/streams/syslog-server';

const pem = (name: string) =>
  readFileSync(join(resolve(__dirname, '../../../../..'), 'test/fixtures/tls', name), 'utf8');
const never = new AbortController().signal;

const lines = (count: number, size = 10): Line[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: String(n), text: `${n} ${'x'.repeat(size)}`, at: '2024-05-01T10:00:00.000Z' },
    ...{ category: 'LOGIN', weight: 'usual' },
  }));

const sinkTo = (port: number, target: Partial<SyslogTarget> = {}, answerMs = 500, privateToo = true) =>
  new SyslogSink(
    { kind: 'syslog', host: '127.0.0.1', port, tls: false, facility: 13, maxBytes: 8_192, ...target },
    { privateToo, answerMs, hostname: 'crm.example.com' },
  );

const started: SyslogServer[] = [];
const server = async (...options: Parameters<typeof SyslogServer.start>) => {
  const one = await SyslogServer.start(...options);
  started.push(one);
  return one;
};
afterEach(async () => {
  for (const one of started.splice(0)) await one.die();
});

const refused = async (sending: Promise<void>): Promise<string> => {
  const error = await sending.then(
    () => undefined,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(NotDelivered);
  return (error as Error).message;
};

test('all of a batch comes, in its order', async () => {
  const to = await server();
  await sinkTo(to.port).send(lines(2_000, 400), never);
  expect(to.texts.map((text) => text.split(' ')[0])).toEqual(lines(2_000).map(({ id }) => id));
  expect(to.wrong).toEqual([]);
});

test('one that hangs is given up, and nothing counts as taken, though the kernel took it', async () => {
  const to = await server();
  to.manner = 'hang';
  expect(await refused(sinkTo(to.port).send(lines(1), never))).toMatch(/did not close the connection/);
  expect(await refused(sinkTo(to.port).send(lines(200, 200_000), never))).toMatch(/did not take it in time/);
});

test('one that breaks off, or is not there, is told by its code', async () => {
  const to = await server();
  to.manner = 'drop';
  expect(await refused(sinkTo(to.port).send(lines(100, 100_000), never))).toMatch(/broke off/);
  await to.die();
  expect(await refused(sinkTo(to.port).send(lines(1), never))).toMatch(/ECONNREFUSED/);
});

test('an abort ends it', async () => {
  const to = await server();
  to.manner = 'hang';
  const stopping = new AbortController();
  const sending = sinkTo(to.port, {}, 60_000).send(lines(1), stopping.signal);
  const reason = new Error('shutdown');
  stopping.abort(reason);
  await expect(sending).rejects.toBe(reason);
});

test('TLS goes to whom the given authority vouches for, and to nobody else', async () => {
  const to = await server({ tls: { cert: pem('server.pem'), key: pem('server.key') } });
  const ca = pem('ca.pem');
  await sinkTo(to.port, { tls: { ca } }).send(lines(3), never);
  await sinkTo(to.port, { tls: { ca, serverName: 'siem.example.com' } }).send(lines(3), never);
  expect(to.texts).toHaveLength(6);
  expect(await refused(sinkTo(to.port, { tls: {} }).send(lines(1), never))).toMatch(/could not be reached/);
  const other = sinkTo(to.port, { tls: { ca, serverName: 'other.example.com' } });
  expect(await refused(other.send(lines(1), never))).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
  expect(to.texts).toHaveLength(6);
});

test('a receiver that asks who we are is told', async () => {
  const ca = pem('ca.pem');
  const asking = { ca, requestCert: true, rejectUnauthorized: true };
  const to = await server({ tls: { cert: pem('server.pem'), key: pem('server.key'), ...asking } });
  const own = { cert: pem('client.pem'), key: pem('client.key') };
  await sinkTo(to.port, { tls: { ca, ...own } }).send(lines(3), never);
  expect(to.texts).toHaveLength(3);
  await refused(sinkTo(to.port, { tls: { ca } }).send(lines(1), never));
  expect(to.texts).toHaveLength(3);
});

test('nothing goes to private addresses unless a setting says so', async () => {
  const to = await server();
  for (const host of ['127.0.0.1', 'localhost'])
    expect(await refused(sinkTo(to.port, { host }, 500, false).send(lines(1), never))).toMatch(/private/);
  expect(to.connections).toBe(0);
});
