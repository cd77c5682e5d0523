// What the file of a backup holds beside its records, and the file where it is encrypted to the operator's key.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as OpenPgp from 'openpgp' with { 'resolution-mode': 'import' };
import { strata } from '../../../src/command-line/strata';
import { App, ownLog, startApp } from '../../support/servers/app';
import { unzipped } from '../../support/unzip';

const { generateKey } = createRequire(__filename)('openpgp') as typeof OpenPgp;

interface Backup {
  id: string;
  status: string;
  position: string;
  sha256?: string;
  bytes?: number;
  warning?: string;
  encrypted?: { to: string; sha256: string; bytes: number };
}
interface Definitions {
  objectTypes: {
    name: string;
    properties: { name: string; hubspotDefined: boolean; options: { value: string }[] }[];
    pipelines: { id: string; stages: { id: string; archived: boolean }[] }[];
  }[];
  associationTypes: { typeId: number; category: string; fromType: string; label: string | null }[];
  owners: { id: string; email: string; firstName: string; archived: boolean }[];
}

const BACKUPS = '/backups/v1/backups';
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
let app: App;
afterEach(() => app.close());

async function ended(id: string): Promise<Backup> {
  const text = await app.ok<string>('GET', `${BACKUPS}/${id}/progress`);
  return JSON.parse(text.trim().split('\n\n').at(-1)!.slice('data: '.length)) as Backup;
}
const taken = async (body: object = {}) => ended((await app.ok<Backup>('POST', BACKUPS, body)).id);

async function fileOf(id: string) {
  const response = await fetch(`${app.url}${BACKUPS}/${id}/file`, {
    headers: { authorization: `Bearer ${app.admin.token}` },
  });
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}
const definitionsIn = async (id: string) =>
  (await unzipped((await fileOf(id)).bytes)).get('definitions.json')!.toString();

const encryptingTo = (BACKUP_RECIPIENT: string) =>
  app.restart(async (settings) => void Object.assign(settings, { BACKUP_RECIPIENT }));

async function verified(path: string, ...options: string[]) {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  return { code: await strata(['verify', path, ...options], { out: say, error: say }), lines };
}
const kept = (name: string, bytes: Buffer | string) => {
  const path = join(app.dataDir, name);
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
};

test('the definitions are those of the position, and make the file readable alone', async () => {
  app = await startApp(ownLog);
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{
      name: 'hue',
      label: 'Hue',
      type: 'enumeration',
      fieldType: 'select',
      groupName: 'contactinformation',
    },
    options: [{ label: 'Red', value: 'red', displayOrder: 0, hidden: false }],
  });
  const stage = await app.ok('POST', '/crm/v3/pipelines/deals/default/stages', {
    ...{ label: 'Taster', displayOrder: 9, metadata: { probability: '0.5' } },
  });
  await app.ok('POST', '/crm/v4/associations/contacts/companies/labels', {
    name: 'spouse',
    label: 'Spouse of',
  });
  await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: 'a@example.com', hue: 'red' } });
  const first = await taken();
  const text = await definitionsIn(first.id);
  const { objectTypes, associationTypes, owners } = JSON.parse(text) as Definitions;
  const typeOf = (name: string) => objectTypes.find((type) => type.name === name)!;
  expect(typeOf('contacts').properties).toContainEqual(
    expect.objectContaining({
      name: 'hue',
      hubspotDefined: false,
      options: [expect.objectContaining({ value: 'red' })],
    }),
  );
  expect(typeOf('contacts').properties).toContainEqual(
    expect.objectContaining({ name: 'email', hubspotDefined: true }),
  );
  expect(typeOf('deals').pipelines[0]!.stages).toContainEqual(
    expect.objectContaining({ id: stage.id, archived: false }),
  );
  expect(associationTypes).toContainEqual(
    expect.objectContaining({ category: 'USER_DEFINED', fromType: 'contacts', label: 'Spouse of' }),
  );
  expect(owners).toEqual([expect.objectContaining({ id: app.admin.id, archived: false })]);

  // All of it changes: what is built again at the position does not.
  await app.ok('PATCH', '/crm/v3/properties/contacts/hue', {
    options: [{ label: 'Blue', value: 'blue', displayOrder: 0, hidden: false }],
  });
  await app.ok('DELETE', `/crm/v3/pipelines/deals/default/stages/${stage.id}`);
  await app.ok('POST', '/settings/v3/users', { email: 'lin@example.com', roleId: 'sales' });
  await app.ok('POST', `${BACKUPS}/${first.id}/rebuild`);
  expect(await ended(first.id)).toMatchObject({ sha256: first.sha256, bytes: first.bytes });
  expect(await definitionsIn(first.id)).toBe(text);
  const now = JSON.parse(await definitionsIn((await taken()).id)) as Definitions;
  expect(now.owners.map(({ email }) => email)).toContain('lin@example.com');
  expect(now.objectTypes.find(({ name }) => name === 'deals')!.pipelines[0]!.stages).toContainEqual(
    expect.objectContaining({ id: stage.id, archived: true }),
  );

  // Those of the types asked for only.
  const { id } = await taken({ objectTypes: ['deals'] });
  const some = JSON.parse(await definitionsIn(id)) as Definitions;
  expect(some.objectTypes.map(({ name }) => name)).toEqual(['deals']);
});

test('the manifest is answered as it stands in the file, also when the file is gone', async () => {
  app = await startApp(ownLog);
  await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: 'a@example.com' } });
  const backup = await taken();
  const { bytes } = await fileOf(backup.id);
  const entries = await unzipped(bytes);
  const manifest = JSON.parse(entries.get('manifest.json')!.toString()) as object;
  expect(await app.ok('GET', `${BACKUPS}/${backup.id}/manifest`)).toEqual(manifest);
  const definitions = entries.get('definitions.json')!;
  expect(manifest).toMatchObject({
    schemaVersion: 2,
    position: backup.position,
    tree: { size: expect.any(Number) as number, rootHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    files: [
      { name: 'contacts.csv', rows: 1 },
      { bytes: definitions.length, sha256: sha256(definitions) },
    ],
  });
  expect((await app.api('GET', `${BACKUPS}/4711/manifest`)).status).toBe(404);
  const path = kept('backup.zip', bytes);
  expect(await verified(path)).toMatchObject({ code: 0 });
  bytes[Math.floor(bytes.length / 3)]! ^= 1;
  const { code, lines } = await verified(kept('turned.zip', bytes));
  expect([code, lines]).toEqual([1, [expect.stringMatching(/not true: \S+ /)]]);
});

test('sensitive values are warned of where there are some, at that position', async () => {
  app = await startApp({ ...ownLog, BACKUP_QUOTA: 'off' });
  const before = await app.ok<Backup>('POST', BACKUPS);
  expect(before.warning).toBeUndefined();
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{
      name: 'diagnosis',
      label: 'Diagnosis',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    },
    dataSensitivity: 'highly_sensitive',
  });
  const after = await app.ok<Backup>('POST', BACKUPS);
  expect(after.warning).toMatch(/sensitive/);
  expect((await ended(after.id)).warning).toMatch(/sensitive/);
  const others = [{ asOf: before.position }, { objectTypes: ['deals'] }];
  for (const body of others) {
    const { id, warning } = await app.ok<Backup>('POST', BACKUPS, body);
    expect([warning, (await ended(id)).warning]).toEqual([undefined, undefined]);
  }
});

describe('Encrypted to the key of the operator', () => {
  test('it is what it was within, and opens with the secret key alone', async () => {
    const userIDs = { name: 'Operator', email: 'operator@example.com' };
    const { publicKey, privateKey } = await generateKey({ userIDs, type: 'ecc' });
    app = await startApp({ ...ownLog, BACKUP_QUOTA: 'off' });
    for (let i = 0; i < 20; i++)
      await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: `${i}@example.com` } });
    const plain = await taken();
    expect(plain.encrypted).toBeUndefined();
    await encryptingTo(publicKey);
    await app.ok('POST', `${BACKUPS}/${plain.id}/rebuild`);
    const backup = await ended(plain.id);
    expect(backup).toMatchObject({ sha256: plain.sha256, bytes: plain.bytes });
    const { headers, bytes } = await fileOf(backup.id);
    expect(headers.get('content-disposition')).toContain(`backup-${backup.id}.zip.pgp`);
    expect(backup.encrypted).toEqual({
      to: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      sha256: sha256(bytes),
      bytes: bytes.length,
    });
    expect(bytes.includes('manifest.json')).toBe(false);

    const path = kept('backup.zip.pgp', bytes);
    expect(await verified(path)).toMatchObject({ code: 2, lines: [expect.stringContaining('--identity')] });
    const identity = kept('secret.asc', privateKey);
    expect(await verified(path, '--identity', identity)).toMatchObject({ code: 0 });
    const { privateKey: other } = await generateKey({ userIDs, type: 'ecc' });
    expect(await verified(path, '--identity', kept('other.asc', other))).toMatchObject({ code: 1 });
    expect(await verified(path, '--identity', path)).toMatchObject({ code: 2 });
    const turned = Buffer.from(bytes);
    turned[turned.length - 40]! ^= 1;
    expect(await verified(kept('turned.pgp', turned), '--identity', identity)).toMatchObject({ code: 1 });
    expect(await verified(kept('cut.pgp', bytes.subarray(0, -5)), '--identity', identity)).toMatchObject({
      code: 1,
    });
  });

  const hasGpg = spawnSync('gpg', ['--version']).status === 0;
  (hasGpg ? test : test.skip)('gpg opens it, and its own locked keys are taken', async () => {
    app = await startApp(ownLog);
    const home = join(app.dataDir, 'gnupg');
    mkdirSync(home, { mode: 0o700 });
    const passphrase = 'open sesame';
    const gpg = (...args: string[]) =>
      execFileSync(
        'gpg',
        ['--batch', '--homedir', home, '--pinentry-mode', 'loopback', '--passphrase', passphrase, ...args],
        { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 },
      );
    try {
      gpg('--quick-gen-key', 'operator@example.com', 'future-default', 'default', 'never');
      const recipient = kept('public.gpg', gpg('--export', 'operator@example.com'));
      await encryptingTo(recipient);
      await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: 'a@example.com' } });
      const backup = await taken();
      const { bytes } = await fileOf(backup.id);
      const path = kept('backup.zip.pgp', bytes);
      const zip = gpg('--decrypt', path);
      expect([sha256(zip), zip.length]).toEqual([backup.sha256, backup.bytes]);
      const identity = kept('secret.gpg', gpg('--export-secret-keys', 'operator@example.com'));
      expect(await verified(path, '--identity', identity)).toMatchObject({ code: 2 });
      const unlocked = ['--identity', identity, '--passphrase-file', kept('passphrase', `${passphrase}\n`)];
      expect(await verified(path, ...unlocked)).toMatchObject({ code: 0 });
    } finally {
      spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    }
  });

  test('a key that cannot be encrypted to stops the start', async () => {
    app = await startApp(ownLog);
    const { privateKey } = await generateKey({ userIDs: { name: 'Operator' }, type: 'ecc' });
    const wrong = {
      '/no/such/key': /neither an armored public key nor a file/,
      [privateKey]: /a secret key/,
    };
    for (const [BACKUP_RECIPIENT, what] of Object.entries(wrong)) {
      const start = startApp({ ...ownLog, BACKUP_RECIPIENT });
      await expect(start).rejects.toThrow(/^BACKUP_RECIPIENT: /);
      await expect(start).rejects.toThrow(what);
    }
  });
});
