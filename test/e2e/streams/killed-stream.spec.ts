// A process that is killed while it sends the audit log: what it had sent and not written down comes again, nothing is
// lost, and the order stands.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../../../src/supervision/pause';
import { KillableServer } from '../../crash/killable';
import { dropDatabase, ownDatabase } from '../../support/servers/own-database';
import { WebhookReceiver } from '../../support/webhooks/webhook-receiver';
import type { EntryJson, StreamJson } from '../../support/streams/streaming';

const CONTACTS = '/crm/v3/objects/contacts';
const STREAMS = '/audit/v1/streams';
const q = 'category:CRM_OBJECT';

const { EVENTSTORE_URL, MONGODB_URL } = process.env;
/** Where servers are named, a log and a database of their own on them. */
const stores = EVENTSTORE_URL &&
  MONGODB_URL && {
    EVENTSTORE_URL: `${EVENTSTORE_URL}#${randomUUID().slice(0, 8)}`,
    MONGODB_URL: ownDatabase(MONGODB_URL),
  };

/** On servers a lease outlives the killed process that held it: until its end read models are behind. */
async function create(server: KillableServer): Promise<string> {
  for (;;)
    try {
      return (await server.api.post<{ id: string }>(CONTACTS, { properties: {} })).id;
    } catch (error) {
      if (!/: 503 .*PROJECTION_BEHIND/.test((error as Error).message)) throw error;
      await pause(100);
    }
}

test('nothing is lost where the process is killed as a receiver takes something', async () => {
  const receiver = await WebhookReceiver.start();
  const server = await KillableServer.start({ WEBHOOKS_PRIVATE: 'on', ...(stores || {}) });
  const make = (wished: object) =>
    server.api.post<StreamJson>(STREAMS, { name: 'SIEM', format: 'json', q, ...wished });
  try {
    const hook = await make({ kind: 'webhook', url: receiver.url });
    const file = await make({ kind: 'file', path: 'audit.jsonl' });
    receiver.secrets.push(hook.secret!);
    const made: string[] = [];
    for (let kills = 0; kills < 2; kills++) {
      const created = create(server);
      const killed = new Promise<void>((resolve) => {
        receiver.answer = async () => {
          receiver.answer = () => 'hang';
          await created;
          await server.kill();
          resolve();
          return 200;
        };
      });
      made.push(await created);
      await killed;
      receiver.answer = () => 200;
      await server.run();
    }
    made.push(await create(server));
    const firsts = (entries: readonly EntryJson[]) => [...new Set(entries.map(({ target }) => target!.id))];
    const taken = () => firsts(receiver.taken as unknown as readonly EntryJson[]);
    await receiver.until(() => taken().length === made.length, 120_000);
    expect(taken()).toEqual(made);
    const lines = () => readFileSync(join(server.dataDir, 'siem/audit.jsonl'), 'utf8').trimEnd().split('\n');
    const isThere = async () =>
      (await server.api.get<StreamJson>(`${STREAMS}/${file.id}`)).delivery.lag === '0';
    while (!(await isThere()));
    expect(firsts(lines().map((line) => JSON.parse(line) as EntryJson))).toEqual(made);
    expect(receiver.wrong).toEqual([]);
  } finally {
    await server.remove();
    if (stores) await dropDatabase(stores.MONGODB_URL);
    await receiver.stop();
  }
});
