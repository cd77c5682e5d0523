// Receivers of streams that refuse, hang, die and come back: nothing is lost, the order stands, and no stream waits for
// another.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { pause } from '../../../src/supervision/pause';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { hurryStreams, Streaming, type EntryJson } from '../../support/streams/streaming';
import { SyslogServer } from '../../support/streams/syslog-server';
import { WebhookReceiver } from '../../support/webhooks/webhook-receiver';

hurryStreams();
let app: App;
let it: Streaming;
let receiver: WebhookReceiver;
beforeAll(async () => {
  app = await startApp({ ...ownLog, WEBHOOKS_PRIVATE: 'on' });
  it = new Streaming(app);
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  await it.end();
  receiver.answer = () => 200;
  receiver.taken.length = 0;
});
afterAll(async () => {
  await app.close();
  await receiver.stop();
});

const q = 'category:CRM_OBJECT';
const pem = (name: string) =>
  readFileSync(join(resolve(__dirname, '../../../..'), 'test/fixtures/tls', name), 'utf8');

async function toReceiver(wished: object = {}): Promise<string> {
  const { id, secret } = await it.make({ kind: 'webhook', url: receiver.url, q, ...wished });
  receiver.secrets.push(secret!);
  return id;
}
const taken = () => receiver.taken as unknown as readonly EntryJson[];
/** Ids of records in the order in which they first came. */
const firsts = (entries: readonly EntryJson[]) => [...new Set(entries.map(({ target }) => target!.id))];
const contacts = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await it.contact());
  return ids;
};

test('however a receiver fails, every row comes, and none before an earlier one', async () => {
  const id = await toReceiver();
  const run = async (seed: number, count: number) => {
    const luck = fc.sample(fc.integer({ min: 0, max: 99 }), { seed, numRuns: 40 });
    let asked = 0;
    receiver.taken.length = 0;
    receiver.answer = () => {
      const one = luck[asked++] ?? 0;
      if (one < 40) return 200;
      return one > 95 ? 'hang' : one > 70 ? 503 : { redirect: 'http://10.0.0.1/' };
    };
    const made = await contacts(count);
    await it.caughtUp(id);
    expect(firsts(taken())).toEqual(made);
  };
  const counts = fc.integer({ min: 1, max: 12 });
  await fc.assert(fc.asyncProperty(fc.nat(), counts, run), { numRuns: 6, endOnFailure: true });
  expect(receiver.wrong).toEqual([]);
});

test('a receiver that hangs is shown, gets everything once it is back, and holds up no other', async () => {
  receiver.answer = () => 'hang';
  const hanging = await toReceiver();
  const { id: file } = await it.make({ kind: 'file', path: 'beside.jsonl', q });
  const made = await contacts(5);
  await it.caughtUp(file);
  const told = await it.until(hanging, ({ delivery }) => delivery.down);
  expect(told.delivery.lastError!.reason).toBe('The receiver did not answer in time');
  expect(taken()).toEqual([]);
  receiver.answer = () => 200;
  await it.caughtUp(hanging);
  expect(firsts(taken())).toEqual(made);
  expect((await it.read(hanging)).delivery.down).toBe(false);
});

test('a batch that is too much for a receiver is sent in parts', async () => {
  receiver.answer = (messages) => (messages.length > 3 ? 413 : 200);
  const made = await contacts(20);
  const id = await toReceiver({ from: 0, filter: { targetId: made.join(',') } });
  await it.caughtUp(id);
  expect(firsts(taken())).toEqual(made);
});

test('a receiver gets its headers, and lines where it wants lines', async () => {
  const bodies: string[] = [];
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
      const [head = '', body = ''] = text.split('\r\n\r\n');
      if (length === undefined || Buffer.byteLength(body) < Number(length)) return;
      bodies.push(`${head}\n\n${body}`);
      text = '';
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/raw`;
  const headers = { Authorization: 'Splunk 1234' };
  const { id } = await it.make({ kind: 'webhook', url, headers, batch: 'lines', q, format: 'cef' });
  await it.contact();
  await it.caughtUp(id);
  server.close();
  expect(bodies[0]).toMatch(/^Authorization: Splunk 1234$/im);
  expect(bodies[0]).toMatch(/^Content-Type: text\/plain; charset=utf-8$/im);
  expect(bodies[0]).toMatch(/\n\nCEF:0\|Strata\|.*\n$/);
});

describe.each([
  ['TCP', false],
  ['TLS', true],
])('a syslog server over %s', (_, secure) => {
  const tls = { cert: pem('server.pem'), key: pem('server.key') };
  const start = (port = 0) => SyslogServer.start({ port, ...(secure && { tls }) });
  const stream = (port: number) =>
    it.make({
      ...{ kind: 'syslog', host: '127.0.0.1', port, q },
      tls: secure && { ca: pem('ca.pem') },
    });

  test('that hangs, and dies with what it has not read, gets it again', async () => {
    const server = await start();
    const { id } = await stream(server.port);
    const made = await contacts(3);
    await it.caughtUp(id);
    server.manner = 'hang';
    made.push(...(await contacts(3)));
    const told = await it.until(id, ({ delivery }) => delivery.down);
    expect(told.delivery.lastError!.reason).toMatch(/^The receiver /);
    await server.die();
    made.push(...(await contacts(2)));
    const next = await start(server.port);
    await it.caughtUp(id);
    const read = [...server.texts, ...next.texts].map((text) => JSON.parse(text) as EntryJson);
    expect(firsts(read)).toEqual(made);
    expect([...server.wrong, ...next.wrong]).toEqual([]);
    await next.die();
  });
});

const RSYSLOG = '/usr/sbin/rsyslogd';
const withRsyslog = existsSync(RSYSLOG) ? test : test.skip;

withRsyslog(
  'rsyslog takes what comes, also when it is stopped, killed and begun again',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'strata-rsyslog-'));
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const config = [
      `global(workDirectory="${folder}" maxMessageSize="64k")`,
      'module(load="imtcp")',
      `input(type="imtcp" port="${port}" address="127.0.0.1")`,
      'template(name="raw" type="string" string="%app-name% %msgid% %msg%\\n")',
      `*.* action(type="omfile" file="${folder}/out.log" template="raw")`,
    ];
    writeFileSync(join(folder, 'rsyslog.conf'), `${config.join('\n')}\n`);
    const run = () =>
      spawn(RSYSLOG, ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')], {
        stdio: 'ignore',
      });
    const kill = async (server: ChildProcess) => {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      rmSync(join(folder, 'pid'), { force: true });
    };
    let server = run();
    try {
      const { id } = await it.make({ kind: 'syslog', host: '127.0.0.1', port, tls: false, q });
      const made = await contacts(3);
      await it.caughtUp(id);
      server.kill('SIGSTOP');
      made.push(...(await contacts(3)));
      await it.until(id, ({ delivery }) => delivery.down);
      await kill(server);
      made.push(...(await contacts(2)));
      server = run();
      await it.caughtUp(id);
      const lines = () => readFileSync(join(folder, 'out.log'), 'utf8').trimEnd().split('\n');
      while (!lines().at(-1)!.includes(made.at(-1)!)) await pause(20);
      const ours = lines().filter((line) => line.startsWith('strata '));
      const read = ours.map((line) => JSON.parse(line.slice(line.indexOf('{'))) as EntryJson);
      expect(firsts(read)).toEqual(made);
    } finally {
      await kill(server);
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
