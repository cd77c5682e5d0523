// Lanes of jobs that run while members are killed, one kind of job in each lane: every job is followed to its end, and
// its result is compared with what was asked for.
import { randomUUID } from 'node:crypto';
import { pause } from '../../src/supervision/pause';
import { exportBody } from '../support/exporting';
import { importForm } from '../support/importing';
import { UnspentCodes } from '../support/servers/unspent-codes';
import { type Body, type Client, Unexpected } from './client';

const LOOK_MS = 100;
const OBJECTS = '/crm/v3/objects';

interface Answered {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}
interface Page<T> {
  readonly results: readonly T[];
  readonly total: number;
}
interface Job {
  readonly id: string;
  readonly status: string;
}

/** A kind of job that is asked for again and again. */
export interface Lane {
  readonly name: string;
  /** Creates the data that the jobs work on. */
  start(): Promise<void>;
  /** Runs one job to its end; answers what is wrong with it. */
  run(): Promise<string[]>;
  /** Looks at the lane's data once more when all is quiet; answers what is wrong. */
  differences?(): Promise<string[]>;
}

/** As numbers: ids are given in blocks, and each api has its own, so the order of creation says nothing. */
const inOrder = (ids: readonly string[]): string[] => [...ids].sort((a, b) => Number(a) - Number(b));
const unless = (right: boolean, what: string): string[] => (right ? [] : [what]);
const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / 100) }, (_, n) => all.slice(100 * n, 100 * n + 100));

async function created(client: Client, type: string, all: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (const inputs of batches(all.map((properties) => ({ properties })))) {
    const path = `${OBJECTS}/${type}/batch/create`;
    ids.push(...(await client.send<Page<Answered>>('POST', path, { inputs })).results.map(({ id }) => id));
  }
  return ids;
}

const where = (propertyName: string, value: string) => [{ propertyName, operator: 'EQ', value }];

async function total(client: Client, type: string, propertyName: string, value: string): Promise<number> {
  const filterGroups = [{ filters: where(propertyName, value) }];
  return (await client.search<Page<Answered>>(`${OBJECTS}/${type}/search`, { filterGroups })).total;
}

/** Reads a job until it is over. */
async function ended<T>(client: Client, path: string, isOver: (job: T) => boolean): Promise<T> {
  for (;;) {
    const job = await client.get<T>(path);
    if (isOver(job)) return job;
    await pause(LOOK_MS);
  }
}

const UNDER_WAY = ['QUEUED', 'PLANNING', 'RUNNING'];
const jobEnded = <T extends Job>(client: Client, path: string): Promise<T> =>
  ended<T>(client, path, ({ status }) => !UNDER_WAY.includes(status));

/** Imports rows of people, each associated with one company. */
export function importing(client: Client, rows: number): Lane {
  const run = `import-${randomUUID()}`;
  const done: { city: string; company: string }[] = [];
  return {
    name: 'imports',
    start: async () => undefined,
    run: async () => {
      const city = `${run}-${done.length}`;
      const [company] = await created(client, 'companies', [{ name: city }]);
      const also = [
        {
          ...{ columnObjectTypeId: '0-1', toColumnObjectTypeId: '0-2', columnName: 'Company' },
          ...{ columnType: 'HUBSPOT_OBJECT_ID', propertyName: null },
        },
      ];
      const lines = Array.from({ length: rows }, (_, n) => `${city}-${n}@split.test,${city},${company}`);
      const form = () =>
        importForm({
          ...{ type: '0-1', columns: { Mail: 'email', City: 'city' }, operation: 'CREATE', also },
          csv: ['Mail,City,Company', ...lines].join('\n'),
        });
      const { id } = await client.send<Job>('POST', '/crm/v3/imports', form);
      done.push({ city, company: company! });
      type Import = { state: string; metadata: { counters: Record<string, number> } };
      const { state, metadata } = await ended<Import>(client, `/crm/v3/imports/${id}`, (job) =>
        ['DONE', 'FAILED', 'CANCELED'].includes(job.state),
      );
      const { CREATED_OBJECTS, CREATED_ASSOCIATIONS, ERRORS = 0 } = metadata.counters;
      const right = CREATED_OBJECTS === rows && CREATED_ASSOCIATIONS === rows && ERRORS === 0;
      return unless(state === 'DONE' && right, `${city}: ${state} ${JSON.stringify(metadata.counters)}`);
    },
    differences: async () => {
      const found: string[] = [];
      for (const { city, company } of done) {
        const people = await total(client, 'contacts', 'city', city);
        const ids = new Set<string>();
        for (let after = ''; after !== 'none';) {
          const page = await client.get<
            Page<{ toObjectId: number | string }> & { paging?: { next: { after: string } } }
          >(
            `/crm/v4/objects/companies/${company}/associations/contacts?limit=500${after && `&after=${after}`}`,
          );
          for (const { toObjectId } of page.results) ids.add(String(toObjectId));
          after = page.paging?.next.after ?? 'none';
        }
        found.push(
          ...unless(
            people === rows && ids.size === rows,
            `${city}: ${people} people, ${ids.size} associations`,
          ),
        );
      }
      return found;
    },
  };
}

/** Exports the same companies each time; nobody changes them. */
export function exporting(client: Client, rows: number): Lane {
  const city = `export-${randomUUID()}`;
  let ids: string[] = [];
  return {
    name: 'exports',
    start: async () => {
      ids = await created(
        client,
        'companies',
        Array.from({ length: rows }, (_, n) => ({ name: `${n}`, city })),
      );
    },
    run: async () => {
      const body = exportBody('COMPANY', ['name'], {
        publicCrmSearchRequest: { filters: where('city', city) },
      });
      const { id } = await client.send<Job>('POST', '/crm/v3/exports/export/async', body);
      const path = `/crm/v3/exports/export/${id}`;
      const { exportState } = await ended<{ exportState: string }>(
        client,
        path,
        (job) => !['ENQUEUED', 'PROCESSING'].includes(job.exportState),
      );
      if (exportState !== 'DONE') return [`Export ${id}: ${exportState}`];
      const csv = await client.get<string>(`${path}/file`);
      const exported = csv.split('\r\n').slice(1, -1);
      const same = exported.map((line) => line.split(',')[0]).join() === inOrder(ids).join();
      return unless(same, `Export ${id}: ${exported.length} rows, or others`);
    },
  };
}

/** Backs up everything, twice at the same position. */
export function backingUp(client: Client): Lane {
  type Backup = Job & { sha256: string; position: string };
  const made = async (body: Body) => {
    const { id } = await client.send<Job>('POST', '/backups/v1/backups', body);
    return jobEnded<Backup>(client, `/backups/v1/backups/${id}`);
  };
  return {
    name: 'backups',
    start: async () => undefined,
    run: async () => {
      const objectTypes = ['companies', 'deals'];
      const first = await made({ objectTypes });
      if (first.status !== 'COMPLETED') return [`Backup ${first.id}: ${first.status}`];
      const again = await made({ asOf: first.position, objectTypes });
      const same = again.status === 'COMPLETED' && again.sha256 === first.sha256;
      return unless(same, `Backup ${again.id} of ${first.position}: ${again.status}, or another file`);
    },
  };
}

/** Changes all deals of the lane badly, plans a restore of them and carries it out. */
export function restoring(client: Client, rows: number): Lane {
  const run = `restore-${randomUUID()}`;
  let ids: string[] = [];
  let bad = 0;
  let codes: UnspentCodes;
  /** Sends a code along. One may be spent by a request that died: then the next one goes into a new request. */
  const sendWithCode = async <T>(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<T> => {
    for (;;)
      try {
        return await client.send<T>('POST', path, { ...body, totp: await codes.awaited() });
      } catch (error) {
        if (!(error instanceof Unexpected && /code of the second factor|TOTP_REQUIRED/.test(error.message)))
          throw error;
      }
  };
  return {
    name: 'restores',
    start: async () => {
      const { secret } = await client.send<{ secret: string }>('POST', '/auth/v1/2fa/enroll');
      codes = new UnspentCodes(secret);
      await sendWithCode('/auth/v1/2fa/activate');
      const deals = Array.from({ length: rows }, (_, n) => ({ dealname: `${run} ${n}`, description: run }));
      ids = await created(client, 'deals', deals);
    },
    run: async () => {
      const { id: backupId } = await client.send<Job>('POST', '/backups/v1/backups', {
        objectTypes: ['deals'],
      });
      const backup = await jobEnded<Job>(client, `/backups/v1/backups/${backupId}`);
      if (backup.status !== 'COMPLETED') return [`Backup ${backupId}: ${backup.status}`];
      const description = `${run} bad ${++bad}`;
      for (const inputs of batches(ids.map((id) => ({ id, properties: { description } }))))
        await client.send('POST', `${OBJECTS}/deals/batch/update`, { inputs });
      const { id: planId } = await client.send<Job>('POST', '/restores/v1/plans', {
        source: { backupId },
        objects: [{ objectType: 'deals', properties: ['description'], recordIds: ids }],
      });
      type Plan = Job & { summary: { records: number } };
      const plan = await jobEnded<Plan>(client, `/restores/v1/plans/${planId}`);
      if (plan.status !== 'READY' || plan.summary.records !== ids.length)
        return [`Plan ${planId}: ${JSON.stringify(plan)}`];
      const { restoreId } = await sendWithCode<{ restoreId: string }>(
        `/restores/v1/plans/${planId}/execute`,
        {
          confirm: { changesData: true, overwritesValues: true, reason: 'A wrong change' },
        },
      );
      const restore = await jobEnded<Job & { outcomes: Record<string, number> }>(
        client,
        `/restores/v1/restores/${restoreId}`,
      );
      const right = restore.status === 'COMPLETED' && restore.outcomes.changed === ids.length;
      return unless(right, `Restore ${restoreId}: ${JSON.stringify(restore)}`);
    },
    differences: async () => {
      const found = await total(client, 'deals', 'description', run);
      return unless(found === ids.length, `${found} of ${ids.length} deals are as they were`);
    },
  };
}

/** Archives all tickets of the lane and restores them from the recycle bin. */
export function bringingBack(client: Client, rows: number): Lane {
  const run = `bin-${randomUUID()}`;
  let ids: string[] = [];
  return {
    name: 'bin restores',
    start: async () => {
      ids = await created(
        client,
        'tickets',
        Array.from({ length: rows }, (_, n) => ({ subject: run, content: `${n}` })),
      );
    },
    run: async () => {
      for (const inputs of batches(ids.map((id) => ({ id }))))
        await client.send('POST', `${OBJECTS}/tickets/batch/archive`, { inputs });
      const filterGroups = [{ filters: where('subject', run) }];
      const { id } = await client.send<Job>('POST', '/recycle-bin/v1/tickets/restore', { filterGroups });
      const job = await jobEnded<Job & { outcomes: Record<string, number> }>(
        client,
        `/recycle-bin/v1/restores/${id}`,
      );
      const { restored, refused } = job.outcomes;
      const right = job.status === 'COMPLETED' && restored === ids.length && refused === 0;
      return unless(right, `Bin restore ${id}: ${JSON.stringify(job)}`);
    },
    differences: async () => {
      const found = await total(client, 'tickets', 'subject', run);
      return unless(found === ids.length, `${found} of ${ids.length} tickets are there`);
    },
  };
}
