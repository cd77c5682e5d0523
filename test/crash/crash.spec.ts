// Kills the server with SIGKILL at random moments of everything it does; run alone with `npm run test:crash`.
import { setTimeout as pause } from 'node:timers/promises';
import { authenticator } from 'otplib';
import type { Page } from '../demo/api';
import { KillableServer, random } from './killable';
import { differencesFromRebuild } from './rebuilt';

const KILLS = 11;
const ROWS = 6_000;
const SEED = Number(process.env.CRASH_SEED ?? 20261122);

interface CrmRecord {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string }[]>;
}
interface Job {
  id: string;
  status: string;
}

const server = { current: undefined as unknown as KillableServer };
const pick = random(SEED);
let totalKills = 0;

beforeAll(async () => {
  server.current = await KillableServer.start();
}, 60_000);
afterAll(async () => {
  process.stderr.write(`kills: ${server.current.kills}, seed: ${SEED}\n`);
  await server.current.remove();
});

/** Kills and restarts `KILLS` times, each after a random time of at most `within` ms, while `work` goes on. */
async function killing(work: Promise<unknown>, within: number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(pick(within));
    await server.current.killAndRestart();
    totalKills++;
  }
  await work;
}

/** Sends a write again, under the same key, until it is acknowledged. */
async function acknowledged<T>(method: string, path: string, key: string, body: object): Promise<T> {
  const { api } = server.current;
  for (;;) {
    try {
      const response = await fetch(api.url + path, {
        method,
        headers: {
          authorization: `Bearer ${api.token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      });
      if (response.status < 500) {
        if (!response.ok) throw new Refused(`${response.status} ${await response.text()}`);
        return (await response.json()) as T;
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    await pause(20);
  }
}
class Refused extends Error {}

/** The answer of a job that has ended, however often the server dies meanwhile. */
async function ended<T extends Job>(path: string): Promise<T> {
  for (;;) {
    const job = await server.current.api.get<T>(path).catch(() => undefined);
    if (job && ['COMPLETED', 'FAILED', 'CANCELLED', 'READY'].includes(job.status)) return job;
    await pause(50);
  }
}

test('no acknowledged write is lost and none is doubled', async () => {
  const WRITERS = 8;
  let stopping = false;
  const written: { id: string; values: string[] }[] = [];
  const writer = async (number: number) => {
    for (let round = 0; !stopping; round++) {
      const name = `w${number}-${round}`;
      const create = { properties: { email: `${name}@crash.example`, jobtitle: `${name}/0` } };
      const { id } = await acknowledged<CrmRecord>('POST', '/crm/v3/objects/contacts', name, create);
      const entry = { id, values: [`${name}/0`] };
      written.push(entry);
      for (let change = 1; change <= 3; change++) {
        const jobtitle = `${name}/${change}`;
        await acknowledged('PATCH', `/crm/v3/objects/contacts/${id}`, jobtitle, { properties: { jobtitle } });
        entry.values.push(jobtitle);
      }
    }
  };
  const work = Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  await killing(Promise.resolve(), 900);
  stopping = true;
  await work;

  expect(new Set(written.map(({ id }) => id)).size).toBe(written.length);
  const { api } = server.current;
  for (const { id, values } of written) {
    const record = await api.get<CrmRecord>(`/crm/v3/objects/contacts/${id}?propertiesWithHistory=jobtitle`);
    expect(record.propertiesWithHistory?.jobtitle?.map(({ value }) => value)).toEqual([...values].reverse());
  }
  let listed = 0;
  for await (const page of api.records('contacts', ['email'])) listed += page.length;
  expect(listed).toBe(written.length);
}, 300_000);

test('an import goes on and counts each row once', async () => {
  const { api } = server.current;
  const rows = Array.from({ length: ROWS }, (_, row) => `import-${row}@crash.example,First ${row},${row}`);
  const columns = { email: 'HUBSPOT_ALTERNATE_ID', firstname: undefined, jobtitle: undefined };
  const form = new FormData();
  form.set(
    'importRequest',
    JSON.stringify({
      name: 'Crash import',
      importOperations: { '0-1': 'UPSERT' },
      files: [
        {
          fileName: 'contacts.csv',
          fileFormat: 'CSV',
          fileImportPage: {
            hasHeader: true,
            columnMappings: Object.entries(columns).map(([columnName, columnType]) => ({
              columnObjectTypeId: '0-1',
              columnName,
              propertyName: columnName,
              ...(columnType && { columnType }),
            })),
          },
        },
      ],
    }),
  );
  form.set('files', new Blob([['email,firstname,jobtitle', ...rows].join('\r\n')]), 'contacts.csv');
  const { id } = await api.call<{ id: string }>('POST', '/crm/v3/imports', form);
  await killing(Promise.resolve(), 500);

  type State = { state: string; metadata: { counters: Record<string, number> } };
  let state: State;
  do {
    await pause(100);
    state = await api.get<State>(`/crm/v3/imports/${id}`);
  } while (!['DONE', 'FAILED', 'CANCELED'].includes(state.state));
  expect(state.state).toBe('DONE');
  expect(state.metadata.counters).toMatchObject({ TOTAL_ROWS: ROWS, CREATED_OBJECTS: ROWS });
  const emails = new Map<string, number>();
  for await (const page of api.records('contacts', ['email']))
    for (const { email } of page)
      if (email?.startsWith('import-')) emails.set(email, (emails.get(email) ?? 0) + 1);
  expect(emails.size).toBe(ROWS);
  expect([...emails.values()].every((count) => count === 1)).toBe(true);
}, 300_000);

test('a backup is built again at the same position', async () => {
  const { api } = server.current;
  const { id } = await api.post<Job>('/backups/v1/backups');
  await killing(Promise.resolve(), 250);
  type Backup = Job & { sha256: string; position: string };
  const first = await ended<Backup>(`/backups/v1/backups/${id}`);
  expect(first.status).toBe('COMPLETED');
  const again = await api.post<Backup>('/backups/v1/backups', { asOf: first.position });
  const second = await ended<Backup>(`/backups/v1/backups/${again.id}`);
  expect(second.sha256).toBe(first.sha256);
}, 300_000);

test('a restore goes on and does not take its own work for drift', async () => {
  const { api } = server.current;
  const backup = await ended<Job>(`/backups/v1/backups/${(await api.post<Job>('/backups/v1/backups')).id}`);
  const ids: string[] = [];
  for await (const page of api.records('contacts', [])) ids.push(...page.map((r) => r.hs_object_id!));
  for (let start = 0; start < ids.length; start += 100)
    await api.post('/crm/v3/objects/contacts/batch/update', {
      inputs: ids.slice(start, start + 100).map((id) => ({ id, properties: { jobtitle: 'gone' } })),
    });
  const { id: planId } = await api.post<Job>('/restores/v1/plans', {
    source: { backupId: backup.id },
    objects: [{ objectType: 'contacts', properties: ['jobtitle'] }],
  });
  type Plan = Job & { summary: { records: number } };
  const plan = await ended<Plan>(`/restores/v1/plans/${planId}`);
  expect(plan).toMatchObject({ status: 'READY', summary: { records: ids.length } });

  const { secret } = await api.post<{ secret: string }>('/auth/v1/2fa/enroll');
  const code = (steps: number) =>
    authenticator.clone({ epoch: Date.now() + steps * 30_000 }).generate(secret);
  await api.post('/auth/v1/2fa/activate', { totp: code(-1) });
  const { restoreId } = await api.post<{ restoreId: string }>(`/restores/v1/plans/${planId}/execute`, {
    confirm: { changesData: true, overwritesValues: true },
    totp: code(0),
  });
  await killing(Promise.resolve(), 400);

  const restore = await ended<Job & { outcomes: object }>(`/restores/v1/restores/${restoreId}`);
  expect(restore).toMatchObject({
    status: 'COMPLETED',
    outcomes: { changed: ids.length, unchanged: 0, drifted: 0, refused: 0, recreated: 0 },
  });
  const gone = await api.post<Page<CrmRecord> & { total: number }>('/crm/v3/objects/contacts/search', {
    filterGroups: [{ filters: [{ propertyName: 'jobtitle', operator: 'EQ', value: 'gone' }] }],
  });
  expect(gone.total).toBe(0);
}, 300_000);

test('the read models equal ones rebuilt from the log', async () => {
  const { current } = server;
  const writes = Array.from({ length: 200 }, (_, number) =>
    current.api.post('/crm/v3/objects/companies', { properties: { name: `Company ${number}` } }),
  );
  await killing(Promise.allSettled(writes), 120);
  await current.stop();
  const { documents, differ } = await differencesFromRebuild(current.dataDir);
  expect(documents).toBeGreaterThan(ROWS);
  expect(differ).toEqual([]);
  expect(totalKills).toBeGreaterThanOrEqual(50);
}, 300_000);
