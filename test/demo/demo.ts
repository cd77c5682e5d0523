// The demo: Strata's main job on sample data, over HTTP: import, edit, back up, damage, plan, restore, prove, audit.
// `--once` ends it there; otherwise the server stays up for a look.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authenticator } from 'otplib';
import { parseConfig } from '../../src/config';
import { startServer } from '../../src/server';
import { Api, type Page, type Progress } from './api';
import { follow, say, step } from './report';
import { sampleFiles, type SampleFile } from './sample';

const ADMIN = { email: 'admin@strata.example', password: 'correct horse battery staple' };
const STEP_MS = 30_000;
const BATCH = 100;
const n = (value: number) => value.toLocaleString('en-US');

interface Job {
  id: string;
  status: string;
  progress?: Progress;
}

/** A code of the second factor, for the current half minute or a later one: a spent code is refused. */
const codeOf = (secret: string, stepsFromNow: number): string =>
  authenticator.clone({ epoch: Date.now() + stepsFromNow * STEP_MS }).generate(secret);

async function followJob<T extends Job>(api: Api, label: string, path: string, done: string): Promise<T> {
  let job = await api.get<T>(path);
  await follow(label, async () => {
    job = await api.get<T>(path);
    return { progress: job.progress, ended: [done, 'FAILED', 'CANCELLED'].includes(job.status) };
  });
  if (job.status !== done) throw new Error(`${label} ended as ${job.status}`);
  return job;
}

async function importFile(api: Api, file: SampleFile): Promise<void> {
  const request = {
    name: `Sample ${file.objectType}`,
    importOperations: { [file.typeId]: 'UPSERT' },
    dateFormat: 'YEAR_MONTH_DAY',
    files: [
      {
        fileName: `${file.objectType}.csv`,
        fileFormat: 'CSV',
        fileImportPage: {
          hasHeader: true,
          columnMappings: file.columns.map((column) => ({
            columnObjectTypeId: file.typeId,
            columnName: column,
            propertyName: column,
            ...(column === file.key && file.key === 'email' && { columnType: 'HUBSPOT_ALTERNATE_ID' }),
          })),
        },
      },
    ],
  };
  if (file.key !== 'email') request.importOperations[file.typeId] = 'CREATE';
  const form = new FormData();
  form.set('importRequest', JSON.stringify(request));
  form.set('files', new Blob([file.csv], { type: 'text/csv' }), `${file.objectType}.csv`);
  const { id } = await api.call<{ id: string }>('POST', '/crm/v3/imports', form);
  await follow(file.objectType, async () => {
    const job = await api.get<{ state: string; metadata: { counters: Record<string, number> } }>(
      `/crm/v3/imports/${id}`,
    );
    if (job.state === 'FAILED' || job.state === 'CANCELED')
      throw new Error(`The import ended as ${job.state}`);
    const { CREATED_OBJECTS: created = 0, UPDATED_OBJECTS: updated = 0 } = job.metadata.counters;
    return { progress: { done: created + updated, total: file.rows }, ended: job.state === 'DONE' };
  });
}

const PROPERTIES = {
  contacts: ['email', 'firstname', 'lastname', 'phone', 'jobtitle', 'city', 'lifecyclestage'],
  companies: ['name', 'domain', 'industry', 'city', 'country', 'annualrevenue'],
  deals: ['dealname', 'amount', 'dealstage', 'closedate'],
};

/** A hash of every value of every record, as the API answers them. */
async function fingerprint(api: Api): Promise<{ hash: string; values: number }> {
  const hash = createHash('sha256');
  let values = 0;
  for (const [objectType, properties] of Object.entries(PROPERTIES))
    for await (const page of api.records(objectType, properties))
      for (const record of page) {
        hash.update(JSON.stringify(['hs_object_id', ...properties].map((name) => record[name] ?? null)));
        values += properties.length;
      }
  return { hash: hash.digest('hex'), values };
}

async function updateAll(
  api: Api,
  objectType: string,
  ids: readonly string[],
  properties: object,
): Promise<void> {
  for (let start = 0; start < ids.length; start += BATCH)
    await api.post(`/crm/v3/objects/${objectType}/batch/update`, {
      inputs: ids.slice(start, start + BATCH).map((id) => ({ id, properties })),
    });
}

async function idsOf(api: Api, objectType: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of api.records(objectType, []))
    ids.push(...page.map((record) => record.hs_object_id!));
  return ids;
}

async function mainJob(api: Api): Promise<void> {
  let secret = '';
  let backup: Job & { position: string; counts: Record<string, number>; sha256?: string; bytes?: number };
  let before: { hash: string; values: number };
  let plan: Job & { summary: { changes: number; records: number } };
  const files = sampleFiles();

  await step('Sign in as the first super admin', async () => {
    const login = await api.post<{ accessToken: string; user: { email: string } }>('/auth/v1/login', ADMIN);
    api.token = login.accessToken;
    return login.user.email;
  });
  await step('Set up two-factor authentication', async () => {
    ({ secret } = await api.post<{ secret: string }>('/auth/v1/2fa/enroll'));
    await api.post('/auth/v1/2fa/activate', { totp: codeOf(secret, -1) });
    return 'enrolled and active';
  });
  for (const file of files)
    await step(`Import ${n(file.rows)} ${file.objectType}`, async () => {
      await importFile(api, file);
      return `${n(file.rows)} rows of CSV`;
    });
  await step('Edit some contacts', async () => {
    const ids = (await idsOf(api, 'contacts')).slice(0, 200);
    await updateAll(api, 'contacts', ids, { jobtitle: 'Head of Everything' });
    return `${n(ids.length)} records`;
  });
  await step('Read every value', async () => {
    before = await fingerprint(api);
    return `${n(before.values)} values, SHA-256 ${before.hash.slice(0, 12)}`;
  });
  await step('Back up', async () => {
    const { id } = await api.post<Job>('/backups/v1/backups');
    backup = await followJob(api, 'backup', `/backups/v1/backups/${id}`, 'COMPLETED');
    const records = Object.values(backup.counts).reduce((sum, count) => sum + count, 0);
    return `${n(records)} records at position ${backup.position}, ${n(backup.bytes ?? 0)} bytes`;
  });
  await step('Damage: a bad bulk change', async () => {
    const contacts = (await idsOf(api, 'contacts')).slice(0, 4_000);
    await updateAll(api, 'contacts', contacts, { jobtitle: 'n/a', phone: '', city: 'Nowhere' });
    const deals = await idsOf(api, 'deals');
    await updateAll(api, 'deals', deals, { amount: '0' });
    return `${n(contacts.length * 3 + deals.length)} values overwritten or cleared`;
  });
  await step('Look at the damage', async () => {
    const { hash } = await fingerprint(api);
    return hash === before.hash ? 'nothing changed?' : `SHA-256 is now ${hash.slice(0, 12)}`;
  });
  await step('Plan the restore', async () => {
    const { id } = await api.post<Job>('/restores/v1/plans', {
      source: { backupId: backup.id },
      objects: Object.keys(PROPERTIES).map((objectType) => ({ objectType, properties: '*' })),
    });
    plan = await followJob(api, 'plan', `/restores/v1/plans/${id}`, 'READY');
    return `${n(plan.summary.changes)} changes in ${n(plan.summary.records)} records`;
  });
  await step('Restore', async () => {
    const { restoreId } = await api.post<{ restoreId: string }>(`/restores/v1/plans/${plan.id}/execute`, {
      confirm: { changesData: true, overwritesValues: true, reason: 'A wrong change' },
      totp: codeOf(secret, 0),
    });
    const path = `/restores/v1/restores/${restoreId}`;
    const restore = await followJob<Job & { outcomes: Record<string, number> }>(
      api,
      'restore',
      path,
      'COMPLETED',
    );
    return Object.entries(restore.outcomes)
      .map(([outcome, count]) => `${outcome} ${n(count)}`)
      .join(', ');
  });
  await step('Prove that every value is back', async () => {
    const after = await fingerprint(api);
    if (after.hash !== before.hash) throw new Error('The values differ from those before the damage');
    return `${n(after.values)} values, SHA-256 ${after.hash.slice(0, 12)}: the same`;
  });
  let rows: { occurredAt: string; summary: string }[] = [];
  await step('Read the audit log', async () => {
    rows = (await api.get<Page<{ occurredAt: string; summary: string }>>('/audit/v1/entries?limit=5'))
      .results;
    return 'the newest rows:';
  });
  for (const row of rows) say(`      ${row.occurredAt}  ${row.summary}`);
}

async function main(): Promise<void> {
  const once = process.argv.includes('--once');
  const dataDir = await mkdtemp(join(tmpdir(), 'strata-demo-'));
  const config = parseConfig({
    PORT: once ? '0' : (process.env.PORT ?? '3000'),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    BACKUP_QUOTA: 'off',
    BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
    BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  });
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  const end = async () => {
    await server?.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await step('Start on an empty data folder', async () => {
      server = await startServer(config);
      return server.url;
    });
    const api = new Api(server!.url);
    await mainJob(api);
    if (once) return await end();
    say(
      `\nThe server stays up at ${api.url} (docs at ${api.url}/docs); Ctrl-C ends it and deletes ${dataDir}.`,
    );
    say(`  curl -H 'Authorization: Bearer ${api.token}' '${api.url}/audit/v1/entries?limit=3'`);
    process.once('SIGINT', () => void end().then(() => process.exit(0)));
  } catch (error) {
    await end();
    throw error;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
