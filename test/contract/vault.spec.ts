// What every vault promises, whichever store it keeps its data in.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { ConfigError } from '../../src/config';
import { exportVault, importVault } from '../../src/log-copies/vault-copy';
import { SealBroken } from '../../src/vault/seal';
import { EmbeddedVault, vaultFile } from '../../src/vault/stores/embedded/vault';
import { MongoVault } from '../../src/vault/stores/mongodb/vault';
import type { Vault } from '../../src/vault/vault';
import { dropDatabase, ownDatabase } from '../support/servers/own-database';
import Database from 'libsql';

interface Place {
  open(key: Buffer): Promise<Vault>;
  /** Every stored byte, as text in which a secret would be found. */
  bytes(): Promise<string>;
  move(from: string, to: string): Promise<void>;
  cleanUp(): Promise<void>;
}

function embedded(): Place {
  const dir = mkdtempSync(join(tmpdir(), 'strata-vault-'));
  const query = async (sql: string, ...args: string[]) => {
    const db = new Database(vaultFile(dir));
    const rows = sql.startsWith('SELECT') ? db.prepare(sql).all(...args) : db.prepare(sql).run(...args);
    db.close();
    return rows;
  };
  return {
    open: (key) => EmbeddedVault.open(dir, key),
    bytes: async () =>
      ((await query('SELECT place, sealed FROM vault')) as { place: string; sealed: Buffer }[])
        .map((row) => row.place + Buffer.from(row.sealed).toString('latin1'))
        .join('\n'),
    move: async (from, to) => void (await query('UPDATE vault SET place = ? WHERE place = ?', to, from)),
    cleanUp: async () => rmSync(dir, { recursive: true }),
  };
}

function mongo(): Place {
  const url = ownDatabase(process.env.MONGODB_URL!);
  const within = async <T>(work: (client: MongoClient) => Promise<T>): Promise<T> => {
    const client = await MongoClient.connect(url);
    return work(client).finally(() => client.close());
  };
  type Row = { _id: string; sealed: { value(): Uint8Array } };
  const places = (client: MongoClient) => client.db().collection<Row>('vault');
  return {
    open: (key) => MongoVault.connect(url, key),
    bytes: () =>
      within(async (client) => {
        const rows = await places(client).find().toArray();
        return rows.map((row) => row._id + Buffer.from(row.sealed.value()).toString('latin1')).join('\n');
      }),
    move: (from, to) =>
      within(async (client) => {
        const row = await places(client).findOneAndDelete({ _id: from });
        await places(client).insertOne({ ...row!, _id: to });
      }),
    cleanUp: () => dropDatabase(url),
  };
}

const vaults = { embedded, ...(process.env.MONGODB_URL && { mongo }) };

describe.each(Object.entries(vaults))('the %s vault', (_, make) => {
  const key = randomBytes(32);
  let place: Place;
  let vault: Vault;
  beforeAll(async () => {
    place = make();
    vault = await place.open(key);
  });
  afterAll(async () => {
    await vault.close();
    await place.cleanUp();
  });

  test('gives back what was put last, and nothing where nothing was put', async () => {
    await vault.put('password', 'ada', { hash: 'first' });
    await vault.put('password', 'ada', { hash: 'second', grüße: ['ü', 1] });
    expect(await vault.get('password', 'ada')).toEqual({ hash: 'second', grüße: ['ü', 1] });
    expect(await vault.get('password', 'bob')).toBeUndefined();
    expect(await vault.get('token', 'ada')).toBeUndefined();
  });

  test('forgets what is removed', async () => {
    await vault.put('token', 'gone', 'secret');
    expect(await vault.remove('token', 'gone')).toBe(true);
    expect(await vault.remove('token', 'gone')).toBe(false);
    expect(await vault.get('token', 'gone')).toBeUndefined();
  });

  test('sets a value only over the one expected', async () => {
    expect(await vault.compareAndSet('step', 'ada', undefined, { last: 1 })).toBe(true);
    expect(await vault.compareAndSet('step', 'ada', undefined, { last: 2 })).toBe(false);
    expect(await vault.compareAndSet('step', 'ada', { last: 9 }, { last: 2 })).toBe(false);
    expect(await vault.compareAndSet('step', 'ada', { last: 1 }, { last: 2 })).toBe(true);
    expect(await vault.get('step', 'ada')).toEqual({ last: 2 });
  });

  test('lets one of many win who expect the same', async () => {
    await vault.put('step', 'race', 0);
    const tries = Array.from({ length: 20 }, (_, i) => vault.compareAndSet('step', 'race', 0, i + 1));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
  });

  test('changes a value by what is there, for all who change it at once, or leaves it', async () => {
    const add = (kept: { sum: number } | undefined) => ({ sum: (kept?.sum ?? 0) + 1 });
    await Promise.all(Array.from({ length: 8 }, () => vault.change('step', 'sum', add)));
    expect(await vault.change('step', 'sum', () => 'enough')).toBe('enough');
    expect(await vault.get('step', 'sum')).toEqual({ sum: 8 });
  });

  test('stores no value in clear', async () => {
    await vault.put('password', 'clear', 'correct horse battery staple');
    expect(await place.bytes()).not.toContain('horse');
  });

  test('refuses a value that was moved to another place', async () => {
    await vault.put('totp', 'mallory', 'known to mallory');
    await place.move('totp/mallory', 'totp/ada');
    await expect(vault.get('totp', 'ada')).rejects.toThrow(SealBroken);
  });

  test('keeps its values over a restart, and its digests too', async () => {
    await vault.put('password', 'kept', 'still here');
    const digest = vault.hmac('email', 'ada@example.com');
    const again = await place.open(key);
    expect(await again.get('password', 'kept')).toBe('still here');
    expect(again.hmac('email', 'ada@example.com')).toBe(digest);
    await again.close();
  });

  test('goes into another vault of its key, sealed as it is, and never over what lies there', async () => {
    const [from, to, other] = [make(), make(), make()];
    const [own, same, foreign] = [
      await from.open(key),
      await to.open(key),
      await other.open(randomBytes(32)),
    ];
    const names = Array.from({ length: 1_100 }, (_, n) => `person-${n}`);
    for (const name of names) await own.put('password', name, { of: name });
    const copy = mkdtempSync(join(tmpdir(), 'strata-vault-copy-'));
    expect(await exportVault(own, copy)).toBe(1_101);
    expect(readFileSync(join(copy, 'vault.jsonl'), 'utf8')).not.toContain('"of"');
    await importVault(same, copy);
    await importVault(same, copy);
    for (const name of names) expect(await same.get('password', name)).toEqual({ of: name });
    await expect(importVault(foreign, copy)).rejects.toThrow(/^MASTER_KEY: /);
    await same.put('password', 'person-7', 'another');
    await expect(importVault(same, copy)).rejects.toThrow('holds other values');
    expect(await same.get('password', 'person-7')).toBe('another');
    for (const opened of [own, same, foreign]) await opened.close();
    for (const made of [from, to, other]) await made.cleanUp();
    rmSync(copy, { recursive: true });
  });

  test('is found at start to have another master key', async () => {
    const opening = place.open(randomBytes(32));
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(/^MASTER_KEY: /);
  });

  test('makes other digests for another purpose', () => {
    expect(vault.hmac('email', 'x')).toMatch(/^[0-9a-f]{64}$/);
    expect(vault.hmac('email', 'x')).not.toBe(vault.hmac('token', 'x'));
  });
});
