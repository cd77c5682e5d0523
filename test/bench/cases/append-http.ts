// Measures changes of single contacts over HTTP, by many writers at once: the whole cost of a PATCH in a running
// server.
import { Agent, request } from 'node:http';
import { KillableServer } from '../../crash/killable';
import { ownDatabase, dropDatabase } from '../../support/servers/own-database';
import type { Figure } from '../run';
import { quantile } from './quantile';

const WRITERS = 50;
const WARM_UP_SHARE = 10;

interface Stores {
  readonly on: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Embedded stores always; servers where both are named. */
function allStores(): Stores[] {
  const { EVENTSTORE_URL, MONGODB_URL } = process.env;
  const embedded = { on: 'embedded', settings: {} };
  if (!EVENTSTORE_URL || !MONGODB_URL) return [embedded];
  const settings = { EVENTSTORE_URL, MONGODB_URL: ownDatabase(MONGODB_URL) };
  return [embedded, { on: 'EventStoreDB and MongoDB', settings }];
}

/** Each writer changes a contact of its own again and again, `count` changes in all. */
async function patch(server: KillableServer, ids: readonly string[], count: number): Promise<Float64Array> {
  const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });
  const took = new Float64Array(count);
  let begun = 0;
  await Promise.all(
    ids.map(async (id) => {
      while (begun < count) {
        const n = begun++;
        const since = performance.now();
        await send(agent, server, id, n);
        took[n] = performance.now() - since;
      }
    }),
  );
  agent.destroy();
  return took.sort();
}

/** With Node's bare client: `fetch` would cost more than the server. */
function send(agent: Agent, { api }: KillableServer, id: string, n: number): Promise<void> {
  const body = JSON.stringify({ properties: { city: `Town ${n}` } });
  const headers = {
    authorization: `Bearer ${api.token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      `${api.url}/crm/v3/objects/contacts/${id}`,
      { agent, method: 'PATCH', headers },
      (answer) => {
        answer.resume();
        answer.once('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`Answered ${answer.statusCode}`)),
        );
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
}

export async function overHttp(n: number, emit: (figure: Figure) => void): Promise<void> {
  for (const { on, settings } of allStores()) {
    process.stderr.write(`append: over HTTP, ${on}\n`);
    const server = await KillableServer.start(settings);
    try {
      const ids: string[] = [];
      for (let i = 0; i < WRITERS; i++)
        ids.push((await server.api.post<{ id: string }>('/crm/v3/objects/contacts', { properties: {} })).id);
      await patch(server, ids, Math.ceil(n / WARM_UP_SHARE));
      const started = performance.now();
      const took = await patch(server, ids, n);
      const seconds = (performance.now() - started) / 1_000;
      emit({
        n,
        what: `PATCH over HTTP, ${on}, ${WRITERS} writers`,
        seconds: Number(seconds.toFixed(2)),
        perSecond: Math.round(n / seconds),
        p50Ms: quantile(took, 0.5),
        p99Ms: quantile(took, 0.99),
      });
      await server.stop();
    } finally {
      await server.remove();
      if (settings.MONGODB_URL) await dropDatabase(settings.MONGODB_URL);
    }
  }
}
