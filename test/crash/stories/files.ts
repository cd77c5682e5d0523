// The crash suite's stories of jobs that make one file in one go: exports, also of the audit log, backups, restore plans and comparisons.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipped } from '../../support/unzip';
import type { Asked, Crashing, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

interface Job extends Asked {
  readonly status: string;
}

/** The first cells of a CSV whose cells have no line breaks, without the header. */
const firstCells = (csv: string): string[] =>
  csv
    .split('\r\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(',')[0]!.replaceAll('"', ''));

async function idsOf(crashing: Crashing, type: string): Promise<string[]> {
  return [...(await crashing.values(type, 'hs_object_id', '')).keys()];
}

/** The file that a job made in a folder. Files of runs that died are gone, or belong to other jobs. */
function fileOf(crashing: Crashing, folder: string, id: string): Buffer {
  const path = join(crashing.server.dataDir, 'files', folder);
  const names = readdirSync(path).filter((name) => name.startsWith(`${id}-`) && !name.endsWith('.part'));
  return readFileSync(join(path, names.sort().at(-1)!));
}

const isPending = ({ status }: Job, pass: string) =>
  ['QUEUED', 'RUNNING', 'PLANNING'].includes(status) ? pass : undefined;

/** Creates contacts until there are enough for a job to take a while. */
export async function enough(crashing: Crashing, least = 300): Promise<void> {
  const missing = Math.max(least, crashing.quota * 150) - (await idsOf(crashing, 'contacts')).length;
  const people = Array.from({ length: Math.max(0, missing) }, () => {
    const name = crashing.name('filed');
    return { email: `${name}@crash.example`, firstname: name };
  });
  await crashing.create('contacts', people);
}

export const csvExports: Story = {
  kind: 'exports',
  passes: ['file'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    await enough(crashing);
    type View = { exportState: string };
    const stateOf = async ({ id }: Asked) =>
      (await api.get<View>(`/crm/v3/exports/export/${id}`)).exportState;
    const begin = () =>
      api.post<Asked>('/crm/v3/exports/export/async', {
        ...{ exportType: 'VIEW', format: 'CSV', exportName: 'Crash', language: 'EN', objectType: 'contacts' },
        ...{ objectProperties: ['email'], associatedObjectType: ['companies'] },
        publicCrmSearchRequest: { sorts: [{ propertyName: 'email', order: 'DESC' }] },
      });
    const running = ['ENQUEUED', 'PROCESSING'];
    const passOf = async (job: Asked) => (running.includes(await stateOf(job)) ? 'file' : undefined);
    const jobs = await crashing.jobs('exports', begin, passOf, 30);
    const ids = await idsOf(crashing, 'contacts');
    return together(
      ...jobs.map(({ id }) => compared(ids, firstCells(fileOf(crashing, 'exports', id).toString('utf8')))),
    );
  },
};

export const auditExports: Story = {
  kind: 'audit exports',
  passes: ['file'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    type Export = Job & { position: string; count: number; sha256: string };
    const path = '/audit/v1/exports';
    await enough(crashing);
    const filter = { category: 'CRM_OBJECT,PROPERTY_VALUE', targetType: 'contacts' };
    const begin = () => api.post<Export>(path, { format: 'jsonl', filter });
    const read = (id: string) => api.get<Export>(`${path}/${id}`);
    const passOf = async ({ id }: Asked) => isPending(await read(id), 'file');
    const jobs = await crashing.jobs('audit exports', begin, passOf, 30);
    const ledgers: Ledger[] = [];
    for (const { id } of jobs) {
      const { position, sha256, status } = await read(id);
      const file = fileOf(crashing, 'audit-exports', id);
      const told = createHash('sha256').update(file).digest('hex');
      ledgers.push(compared([`COMPLETED ${told}`], [`${status} ${sha256}`]));
      const query = new URLSearchParams({ ...filter, sort: 'position' }).toString();
      const rows = await crashing.pages<{ id: string; position: string }>(`/audit/v1/entries?${query}`);
      const wanted = rows.filter((row) => BigInt(row.position) <= BigInt(position)).map((row) => row.id);
      const lines = file.toString('utf8').split('\n').filter(Boolean);
      ledgers.push(
        compared(
          wanted,
          // Seals stand between rows.
          lines.map((line) => (JSON.parse(line) as { id?: string }).id).filter((id) => id !== undefined),
        ),
      );
    }
    return together(...ledgers);
  },
};

export const backups: Story = {
  kind: 'backups',
  passes: ['file'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    type Backup = Job & { sha256: string; position: string };
    const path = '/backups/v1/backups';
    await enough(crashing);
    const read = (id: string) => api.get<Backup>(`${path}/${id}`);
    const begin = () => api.post<Backup>(path);
    const jobs = await crashing.jobs(
      'backups',
      begin,
      async ({ id }) => isPending(await read(id), 'file'),
      30,
    );
    const ledgers: Ledger[] = [];
    for (const { id } of jobs) {
      const { sha256, position, status } = await read(id);
      const again = await api.post<Job>(path, { asOf: position });
      const whole = await crashing.ended<Backup>(`${path}/${again.id}`);
      ledgers.push(compared([`COMPLETED ${whole.sha256}`], [`${status} ${sha256}`]));
      const zip = await unzipped(fileOf(crashing, 'backups', id));
      for (const type of ['contacts', 'companies', 'deals']) {
        const csv = [...zip].find(([name]) => name.endsWith(`${type}.csv`))?.[1].toString('utf8') ?? '';
        ledgers.push(compared(await idsOf(crashing, type), firstCells(csv)));
      }
    }
    return together(...ledgers);
  },
};

export const plans: Story = {
  kind: 'plans',
  passes: ['file'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    await enough(crashing);
    const backup = await api.post<Job>('/backups/v1/backups');
    await crashing.ended(`/backups/v1/backups/${backup.id}`);
    const ids = await idsOf(crashing, 'contacts');
    await crashing.batch(
      'contacts',
      'update',
      ids.map((id) => ({ id, properties: { lastname: 'Planned' } })),
    );
    const path = '/restores/v1/plans';
    const objects = [{ objectType: 'contacts', properties: ['lastname'] }];
    const begin = () => api.post<Job>(path, { source: { backupId: backup.id }, objects });
    const read = (id: string) => api.get<Job>(`${path}/${id}`);
    const jobs = await crashing.jobs('plans', begin, async ({ id }) => isPending(await read(id), 'file'), 30);
    const ledgers: Ledger[] = [];
    for (const { id } of jobs) {
      const changes = await crashing.pages<{ recordId: string }>(`${path}/${id}/changes`);
      ledgers.push(
        compared(
          ids,
          changes.map(({ recordId }) => recordId),
        ),
      );
    }
    return together(...ledgers);
  },
};

export const comparisons: Story = {
  kind: 'comparisons',
  passes: ['file'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    type Made = Job & { to: string };
    await enough(crashing);
    const path = '/time-travel/v1/compare';
    // Its second instant is the first one of those that follow.
    const { id: first } = await api.post<Job>(path, { from: '0', objectTypes: ['deals'] });
    const { to: from } = await crashing.ended<Made>(`${path}/${first}`);
    const ids = await idsOf(crashing, 'contacts');
    await crashing.batch(
      'contacts',
      'update',
      ids.map((id) => ({ id, properties: { city: crashing.name('moved') } })),
    );
    const begin = () => api.post<Job>(path, { from, objectTypes: ['contacts'], properties: ['city'] });
    const read = (id: string) => api.get<Made>(`${path}/${id}`);
    const jobs = await crashing.jobs(
      'comparisons',
      begin,
      async ({ id }) => isPending(await read(id), 'file'),
      30,
    );
    const ledgers: Ledger[] = [];
    for (const { id } of jobs) {
      const rows = await crashing.pages<{ recordId: string }>(`${path}/${id}/rows`);
      ledgers.push(
        compared(
          ids,
          rows.map(({ recordId }) => recordId),
        ),
      );
    }
    return together(...ledgers);
  },
};
