// Kills the server with SIGKILL while it brings records back from the recycle bin; run with `npm run test:crash`.
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from '../demo/api';
import { KillableServer, random } from './killable';

const KILLS = 10;
const RECORDS = 4_000;
/** Every so manieth record's e-mail address has been taken by another meanwhile. */
const TAKEN = 100;
const SEED = Number(process.env.CRASH_SEED ?? 20261122);

interface Job {
  readonly id: string;
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
}
interface Refused {
  readonly id: string;
  readonly reason: { readonly code: string };
}

let server: KillableServer;
const pick = random(SEED);
beforeAll(async () => void (server = await KillableServer.start()), 60_000);
afterAll(() => server.remove());

const email = (n: number) => `bin-${n}@crash.example`;
async function batch(what: string, inputs: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let start = 0; start < inputs.length; start += 100) {
    const body = { inputs: inputs.slice(start, start + 100) };
    const answer = await server.api.post<Page<{ id: string }>>(
      `/crm/v3/objects/contacts/batch/${what}`,
      body,
    );
    ids.push(...(answer?.results ?? []).map(({ id }) => id));
  }
  return ids;
}

test('a restore from the bin goes on and counts each record once', async () => {
  const people = Array.from({ length: RECORDS }, (_, n) => ({ properties: { email: email(n) } }));
  const ids = await batch('create', people);
  await batch(
    'archive',
    ids.map((id) => ({ id })),
  );
  await batch(
    'create',
    people.filter((_, n) => n % TAKEN === 0),
  );
  const taken = ids.filter((_, n) => n % TAKEN === 0);

  const { id } = await server.api.post<Job>('/recycle-bin/v1/contacts/restore', { filterGroups: [] });
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(pick(400));
    await server.killAndRestart();
  }
  const job = async () => server.api.get<Job>(`/recycle-bin/v1/restores/${id}`);
  let state = await job();
  for (; ['QUEUED', 'RUNNING'].includes(state.status); state = await job()) await pause(50);

  expect(state).toMatchObject({
    status: 'COMPLETED',
    outcomes: { restored: RECORDS - taken.length, live: 0, refused: taken.length },
  });
  const refused = await server.api.get<Page<Refused>>(`/recycle-bin/v1/restores/${id}/records?limit=200`);
  expect(refused.results.map((one) => one.id).sort()).toEqual([...taken].sort());
  expect(new Set(refused.results.map(({ reason }) => reason.code))).toEqual(new Set(['value-taken']));

  const back = await server.api.post<{ total: number }>('/crm/v3/objects/contacts/search', {});
  expect(back.total).toBe(RECORDS);
  const rows = await server.api.get<Page<object>>(`/audit/v1/entries?targetId=${ids[1]}&action=RESTORE`);
  expect(rows.results).toHaveLength(1);
}, 300_000);
