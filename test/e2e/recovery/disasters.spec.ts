// What an operator does when something is lost (docs/disasters.md), step by step, by the commands that the page names.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore, logFile } from '../../../src/eventsourcing/stores/embedded/event-store';
import { ownDatabase } from '../../support/servers/own-database';
import { type App, ownLog, startApp } from '../../support/servers/app';
import { backupZip, csvsIn, load } from '../../support/loads/loading';
import { unzipped } from '../../support/unzip';

/** Starts without an admin to sign in. */
const nobody = { BOOTSTRAP_ADMIN_EMAIL: '', BOOTSTRAP_ADMIN_PASSWORD: '' };

type Settings = Record<string, string | undefined>;

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'strata-disaster-'));
  folders.push(made);
  return made;
};
afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })));

const environment = (settings: Settings) => ({ PATH: process.env.PATH, ...settings });
const strata = (settings: Settings, ...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const command = ['bin/strata', ...args];
    execFile(process.execPath, command, { env: environment(settings) }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, said: out + err }),
    );
  });

const { EVENTSTORE_URL, MONGODB_URL } = process.env;
const embedded = (): Settings => ({ DATA_DIR: folder(), EVENTSTORE_URL: undefined, MONGODB_URL: undefined });
const onServers = (): Settings => ({
  DATA_DIR: folder(),
  EVENTSTORE_URL: `${EVENTSTORE_URL}#moved-${Date.now().toString(36)}`,
  MONGODB_URL: ownDatabase(MONGODB_URL!),
});

interface Backup {
  readonly id: string;
  readonly status: string;
  readonly position: string;
}
const BACKUPS = '/backups/v1/backups';

async function built(app: App, id: string): Promise<Backup> {
  await app.ok<string>('GET', `${BACKUPS}/${id}/progress`);
  return app.ok<Backup>('GET', `${BACKUPS}/${id}`);
}

/** The hashes of the files in a backup, and the log and position that it names. */
async function manifestOf(app: App, id: string) {
  const response = await app.send('GET', `${BACKUPS}/${id}/file`);
  const files = await unzipped(Buffer.from(await response.arrayBuffer()));
  return JSON.parse(files.get('manifest.json')!.toString()) as {
    logId: string;
    position: string;
    files: { name: string; sha256: string }[];
  };
}

/** What everybody sees: records with their histories, properties, people, and who did what when. */
async function seen(app: App) {
  const get = (path: string) => app.ok('GET', path);
  const { results } = await app.ok<{ results: { id: string; position: string }[] }>(
    'GET',
    '/audit/v1/entries?limit=200&includeNonUser=true',
  );
  return {
    contacts: await get('/crm/v3/objects/contacts?limit=100&propertiesWithHistory=city'),
    companies: await get('/crm/v3/objects/companies?limit=100'),
    property: await get('/crm/v3/properties/contacts/shoe_size'),
    users: await get('/settings/v3/users'),
    // Signing in on the new machine adds a row of its own.
    audit: results.map(({ id: _, position: __, ...row }) => row).slice(-40),
  };
}

async function fillIn(app: App): Promise<Backup> {
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{
      name: 'shoe_size',
      label: 'Shoe size',
      type: 'number',
      fieldType: 'number',
      groupName: 'contactinformation',
    },
  });
  const inputs = Array.from({ length: 100 }, (_, n) => ({
    properties: { email: `person-${n}@example.com`, city: 'Oslo', shoe_size: String(n) },
  }));
  const { results } = await app.ok('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
  const company = await app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Nordlys' } });
  for (const { id } of results.slice(0, 5))
    await app.ok('PUT', `/crm/v4/objects/contacts/${id}/associations/default/companies/${company.id}`);
  const asked = await app.ok<Backup>('POST', BACKUPS, {});
  const backup = await built(app, asked.id);
  for (const { id } of results.slice(0, 20))
    await app.ok('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { city: 'Bergen' } });
  await app.ok('DELETE', `/crm/v3/objects/contacts/${results[7]!.id}`);
  return backup;
}

test('a disk or a machine is lost: the copy of log and vault brings all of it back, on either kind of store', async () => {
  const key = join(folder(), 'master.key');
  writeFileSync(key, 'ab'.repeat(32));
  const settings = { ...ownLog, MASTER_KEY_FILE: key };
  let app = await startApp({ ...settings, DATA_DIR: folder() });
  const backup = await fillIn(app);
  const before = { seen: await seen(app), manifest: await manifestOf(app, backup.id) };
  const from = app.settings;

  // Written while the server runs.
  let copy = folder();
  expect(await strata(from, 'export-log', copy, '--vault')).toMatchObject({ code: 0 });
  expect(await strata({}, 'verify', copy)).toMatchObject({ code: 0 });
  await app.close();

  const targets = EVENTSTORE_URL ? [embedded(), onServers()] : [embedded(), embedded()];
  for (const to of targets) {
    const target = { ...to, MASTER_KEY_FILE: key };
    expect(await strata(target, 'import-log', copy)).toMatchObject({ code: 0 });
    app = await startApp({ ...settings, ...target });
    expect(await seen(app)).toEqual(before.seen);

    // What nobody could download is not told as a download.
    const downloadsOf = async (id: string) =>
      (await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=DOWNLOAD`)).results.length;
    const downloads = await downloadsOf(backup.id);
    const file = await app.api('GET', `${BACKUPS}/${backup.id}/file`);
    expect([file.status, file.body.subCategory]).toEqual([404, 'FILE_MISSING']);
    expect(await downloadsOf(backup.id)).toBe(downloads);
    await app.ok('POST', `${BACKUPS}/${backup.id}/rebuild`);
    await built(app, backup.id);
    const again = await manifestOf(app, backup.id);
    expect(again.files).toEqual(before.manifest.files);

    // The old file says which log and position it is of.
    const { logId, position } = before.manifest;
    const asked = await app.ok<Backup>('POST', BACKUPS, { asOf: `${logId}:${position}` });
    await built(app, asked.id);
    expect(await manifestOf(app, asked.id)).toMatchObject({ position: again.position, files: again.files });
    const elsewhere = await app.api('POST', BACKUPS, {
      asOf: `${logId.replace(/./g, (c) => (c === '-' ? c : '0'))}:1`,
    });
    expect([elsewhere.status, elsewhere.body.message]).toEqual([
      400,
      'asOf: names a log that this one was not brought from',
    ]);

    // What was unique still is: the vault came along.
    const taken = await app.api('POST', '/crm/v3/objects/contacts', {
      properties: { email: 'person-1@example.com' },
    });
    expect(taken.status).toBe(409);
    copy = folder();
    expect(await strata(target, 'export-log', copy, '--vault')).toMatchObject({ code: 0 });
    before.seen = await seen(app);
    await app.close();
  }
});

test('bringing a log in is stopped again and again: no server starts on half a log, and in the end it is whole', async () => {
  const from = folder();
  const log = await EmbeddedEventStore.open(from);
  const meta = {
    commandId: 'c',
    correlationId: 'c',
    actor: { type: 'system' as const, id: 't' },
    source: { type: 'SYSTEM' as const },
    at: '2026-01-01T00:00:00.000Z',
  };
  const COUNT = 20_000;
  for (let n = 0; n < COUNT; n += 200)
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        log.append(
          `id-${n + i}`,
          [{ id: `${n + i}`, type: 'account.ids-passed.v1', data: { upTo: '1' }, meta }],
          -1,
        ),
      ),
    );
  await log.close();
  const copy = folder();
  await strata({ DATA_DIR: from }, 'export-log', copy);

  const to = { ...embedded(), DATA_DIR: folder() };
  const countOf = async () => {
    if (!existsSync(logFile(to.DATA_DIR))) return 0;
    // The command has made the file, but no table in it yet.
    const store = await EmbeddedEventStore.openReadOnly(to.DATA_DIR).catch(() => undefined);
    return store ? Number(await store.head().finally(() => store.close())) + 1 : 0;
  };
  const middles = new Set<number>();
  for (let more = 2_000; more <= 14_000; more += 4_000) {
    const importing = spawn(process.execPath, ['bin/strata', 'import-log', copy], { env: environment(to) });
    const ended = once(importing, 'exit');
    while (importing.exitCode === null && (await countOf()) < more) await new Promise(setImmediate);
    importing.kill('SIGKILL');
    await ended;
    const count = await countOf();
    if (count > 0 && count < COUNT) middles.add(count);
    if (count < COUNT)
      await expect(startApp({ ...to, ...nobody })).rejects.toThrow('let strata import-log come to its end');
  }
  expect(middles.size).toBeGreaterThan(1);
  expect(await strata(to, 'import-log', copy)).toMatchObject({ code: 0 });
  expect(await countOf()).toBe(COUNT);
  expect(await strata({ DATA_DIR: from }, 'import-log', copy)).toMatchObject({ code: 1 });
});

const ifEmbedded = EVENTSTORE_URL ? test.skip : test;

ifEmbedded('the read store is lost: the next start makes it again', async () => {
  const app = await startApp({ ...ownLog, DATA_DIR: folder() });
  await fillIn(app);
  const before = await seen(app);
  await app.restart(async ({ DATA_DIR }) => {
    for (const name of readdirSync(DATA_DIR!)) if (name.startsWith('read.db')) rmSync(join(DATA_DIR!, name));
  });
  expect(await seen(app)).toEqual(before);
  await app.close();
});

ifEmbedded('the master key is lost: no start without it, and its copy brings everything back', async () => {
  const app = await startApp({ ...ownLog, DATA_DIR: folder() });
  const key = (dir: string) => join(dir, 'master.key');
  const kept = join(folder(), 'kept.key');
  await app.restart(async ({ DATA_DIR }) => {
    renameSync(key(DATA_DIR!), kept);
    const start = startApp({ DATA_DIR: DATA_DIR!, ...nobody });
    await expect(start).rejects.toThrow('MASTER_KEY: is missing, and DATA_DIR has a vault');
    writeFileSync(key(DATA_DIR!), 'cd'.repeat(32));
    const wrong = startApp({ DATA_DIR: DATA_DIR!, ...nobody });
    await expect(wrong).rejects.toThrow('MASTER_KEY: is not the key');
    rmSync(key(DATA_DIR!));
    renameSync(kept, key(DATA_DIR!));
  });
  expect((await app.api('GET', '/auth/v1/sessions')).status).toBe(200);
  await app.close();
});

test('the master key is lost for good: a new account takes the last backup in', async () => {
  const app = await startApp({ ...ownLog, DATA_DIR: folder() });
  await fillIn(app);
  const last = await backupZip(app);
  const { id } = app.admin;
  await app.close();
  const anew = await startApp({ ...ownLog, DATA_DIR: folder() });
  expect(await load(anew, last, { createDefinitions: true })).toMatchObject({ status: 'COMPLETED' });
  // The admin is found by the e-mail address, and has a number of the new account.
  const csvs = Object.entries(await csvsIn(last));
  const expected = csvs.map(([name, text]) => [name, text.replaceAll(id, anew.admin.id)]);
  expect(await csvsIn(await backupZip(anew))).toEqual(Object.fromEntries(expected));
  await anew.close();
});
