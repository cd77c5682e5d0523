import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { bothWays } from '../../../src/crm/associations/types/association-types';
import { everyStandardAssociationType } from '../../../src/crm/associations/types/standard-association-types';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { App, ownLog, startApp } from '../../support/servers/app';
import { naiveAssociations, naiveCsvs } from '../../support/random/naive-fold';
import { associationStep, AssociationHistory } from '../../support/random/random-associations';
import { History, steps } from '../../support/random/random-history';
import { unzipped } from '../../support/unzip';

interface Backup {
  id: string;
  status: string;
  position: string;
  asOf: string;
  fileStatus: string;
  fileExpiresAt?: string;
  progress: { done: number; total: number };
  counts: Record<string, number>;
  bytes?: number;
  sha256?: string;
}

const BACKUPS = '/backups/v1/backups';
/** The app would act on what ends records: that is left to the specs of the records at a position. */
const ENDINGS: ReadonlySet<string> = new Set(['merge', 'purge', 'recreate', 'erase', 'request', 'cancel']);
const randomSteps = (seed: number) =>
  fc
    .sample(steps(20), { numRuns: 15, seed })
    .flat()
    .filter(({ kind }) => !ENDINGS.has(kind));
const randomLinks = (seed: number) => fc.sample(associationStep, { numRuns: 40, seed });
const labels = new Map(
  everyStandardAssociationType.flatMap(bothWays).map(({ typeId, label }) => [typeId, label] as const),
);

describe('Backups', () => {
  let app: App;
  let history: History;
  let links: AssociationHistory;

  beforeAll(async () => {
    // Compared with a fold of the whole log.
    app = await startApp(ownLog);
    // Not so long ago that what it archives would be purged.
    history = new History(app.engine.eventStore, Date.now());
    for (const step of randomSteps(1)) await history.take(step);
    links = new AssociationHistory(app.engine.eventStore);
    for (const step of randomLinks(1)) await links.take(step);
  });
  afterAll(() => app.close());

  const get = (id: string) => app.ok<Backup>('GET', `${BACKUPS}/${id}`);

  /** Follows the progress stream to its end. */
  async function ended(id: string): Promise<Backup> {
    const text = await app.ok<string>('GET', `${BACKUPS}/${id}/progress`);
    const events = text.split('\n\n').filter((line) => line.startsWith('data: '));
    return JSON.parse(events.at(-1)!.slice('data: '.length)) as Backup;
  }

  async function bytesOf(path: string, token = app.admin.token) {
    const response = await fetch(app.url + path, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    return { response, zip: Buffer.from(await response.arrayBuffer()) };
  }

  async function csvsOf(id: string): Promise<Record<string, string>> {
    const { zip } = await bytesOf(`${BACKUPS}/${id}/file`);
    const files = [...(await unzipped(zip))].filter(([name]) => name.endsWith('.csv'));
    return Object.fromEntries(files.map(([name, bytes]) => [name, bytes.toString('utf8')]));
  }

  async function naive(position: string): Promise<Record<string, string>> {
    const at = [app.engine.eventStore, BigInt(position)] as const;
    const csvs = await naiveCsvs(...at, (type) => standardProperties(type).keys());
    const associations = await naiveAssociations(...at, labels);
    return { ...csvs, ...(associations !== undefined && { 'associations.csv': associations }) };
  }

  test('taken while records change without pause, equal a fold of the log up to their position', async () => {
    let writing = true;
    const writer = (async () => {
      for (let seed = 2; writing; seed++) {
        for (const step of randomSteps(seed)) if (writing) await history.take(step);
        for (const step of randomLinks(seed)) if (writing) await links.take(step);
      }
    })();
    try {
      for (let i = 0; i < 3; i++) {
        const { id, position, status } = await app.ok<Backup>('POST', BACKUPS, {});
        expect(status).toBe('QUEUED');
        const done = await ended(id);
        expect(done).toMatchObject({ status: 'COMPLETED', position, fileStatus: 'AVAILABLE' });
        const csvs = await csvsOf(id);
        expect(csvs).toEqual(await naive(position));
        expect(Object.keys(csvs)).toContain('associations.csv');
        expect(done.progress.done).toBe(Object.values(done.counts).reduce((sum, n) => sum + n, 0));
      }
    } finally {
      writing = false;
      await writer;
    }
  });

  test('built again are the same, byte for byte, and so are those asked for anew at that position', async () => {
    const { id, position } = await app.ok<Backup>('POST', BACKUPS);
    const first = await ended(id);
    for (const step of randomSteps(50)) await history.take(step);
    expect(await app.ok<Backup>('POST', `${BACKUPS}/${id}/rebuild`)).toMatchObject({ status: 'QUEUED' });
    const second = await ended(id);
    expect(second).toMatchObject({ status: 'COMPLETED', sha256: first.sha256, bytes: first.bytes });
    const { id: other } = await app.ok<Backup>('POST', BACKUPS, { asOf: position });
    expect(await ended(other)).toMatchObject({ sha256: first.sha256, position });
    const { zip } = await bytesOf(`${BACKUPS}/${id}/file`);
    expect(createHash('sha256').update(zip).digest('hex')).toBe(first.sha256);
    const manifest = JSON.parse((await unzipped(zip)).get('manifest.json')!.toString()) as object;
    expect(manifest).toMatchObject({ position, logId: app.engine.eventStore.logId });
    expect(JSON.stringify(manifest)).not.toContain(id);
    expect(JSON.stringify(manifest)).not.toContain(app.admin.id);
  });

  test('take any past time or position, and no future one', async () => {
    const events = await app.events();
    const middle = events[Math.floor(events.length / 2)]!;
    const byTime = await app.ok<Backup>('POST', BACKUPS, { asOf: new Date(middle.recordedAt).toISOString() });
    const last = events.filter(({ recordedAt }) => recordedAt <= middle.recordedAt).at(-1)!;
    expect(byTime.position).toBe(String(last.position));
    await ended(byTime.id);
    expect(await csvsOf(byTime.id)).toEqual(await naive(byTime.position));
    // Positions have gaps where a server gives them: one in a gap is made that of the event before it.
    const [before, after] = events.slice(-2);
    const byPosition = await app.ok<Backup>('POST', BACKUPS, { asOf: String(after!.position - 1n) });
    expect(byPosition.position).toBe(String(before!.position));
    await ended(byPosition.id);
    for (const asOf of [new Date(Date.now() + 60_000).toISOString(), '9'.repeat(18), 'yesterday', -1]) {
      const refused = await app.api('POST', BACKUPS, { asOf });
      expect([refused.status, refused.body.category]).toEqual([400, 'VALIDATION_ERROR']);
    }
  });

  test('hold the object types asked for, by any of their names', async () => {
    const { id } = await app.ok<Backup>('POST', BACKUPS, { objectTypes: ['deal', '0-1'] });
    expect(Object.keys((await ended(id)).counts)).toEqual(['contacts', 'deals', 'associations']);
    expect((await app.api('POST', BACKUPS, { objectTypes: ['unicorns'] })).status).toBe(400);
  });

  test('are listed, newest first', async () => {
    const { results } = await app.ok('GET', `${BACKUPS}?limit=2`);
    expect(results).toHaveLength(2);
    expect(results[0]!.id > results[1]!.id).toBe(true);
    expect((await app.api('GET', `${BACKUPS}/4711`)).status).toBe(404);
  });

  test('are cancelled while they wait or run, and leave no file', async () => {
    const { id } = await app.ok<Backup>('POST', BACKUPS);
    const answer = await app.api<Backup>('POST', `${BACKUPS}/${id}/cancel`);
    if (answer.status === 200) {
      expect(await ended(id)).toMatchObject({ status: 'CANCELLED', fileStatus: 'NONE' });
      expect((await app.api('GET', `${BACKUPS}/${id}/file`)).status).toBe(404);
    } else expect(await get(id)).toMatchObject({ status: 'COMPLETED' });
    const next = await app.ok<Backup>('POST', BACKUPS);
    await ended(next.id);
    const left = readdirSync(join(app.dataDir, 'files', 'backups'));
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
    if (answer.status === 200) expect(left.filter((name) => name.startsWith(id))).toEqual([]);
  });

  test('are handed out whole to super admins alone, and each download is recorded', async () => {
    const { id } = await app.ok<Backup>('POST', BACKUPS);
    const { sha256, bytes } = await ended(id);
    const { response } = await bytesOf(`${BACKUPS}/${id}/file`);
    expect(response.headers.get('content-length')).toBe(String(bytes));
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    expect((await bytesOf(`${BACKUPS}/${id}/file`, '')).response.status).toBe(401);
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      name: 'reader',
      scopes: ['crm.objects.contacts.read'],
    });
    expect((await bytesOf(`${BACKUPS}/${id}/file`, token)).response.status).toBe(403);
    const downloads = (await app.events()).filter(({ type }) => type === 'backup.downloaded.v1');
    expect(downloads.at(-1)).toMatchObject({ data: { backupId: id, userId: app.admin.id } });
  });

  test('have links that need no login, for a while', async () => {
    const { id } = await app.ok<Backup>('POST', BACKUPS);
    await ended(id);
    const { url, expiresAt } = await app.ok<{ url: string; expiresAt: string }>(
      'POST',
      `${BACKUPS}/${id}/download-link`,
    );
    const path = url.slice(app.url.length);
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
    expect((await unzipped((await bytesOf(path, '')).zip)).has('manifest.json')).toBe(true);
    const later = path.replace(/expires=\d+/, `expires=${Date.parse(expiresAt) + 1}`);
    const over = path.replace(/expires=\d+/, 'expires=1');
    for (const wrong of [later, over, path.replace(/by=[^&]+/, 'by=session-1'), `${path}0`])
      expect((await bytesOf(wrong, '')).response.status).toBe(403);
  });

  test('queued before a restart are built after it', async () => {
    const { id, position } = await app.ok<Backup>('POST', BACKUPS);
    await app.restart();
    expect(await ended(id)).toMatchObject({ status: 'COMPLETED', position });
    history = new History(app.engine.eventStore);
  });
});

describe('The quota of backups', () => {
  test('is one a day; what was cancelled does not count; the refusal says when', async () => {
    const app = await startApp({ ...ownLog, BACKUP_QUOTA: '' });
    try {
      const first = await app.ok<Backup>('POST', BACKUPS);
      const refused = await app.api<{ category: string; context: Record<string, string[]> }>('POST', BACKUPS);
      expect([refused.status, refused.body.category]).toEqual([429, 'BACKUP_QUOTA']);
      expect(Date.parse(refused.body.context.nextAllowedAt![0]!)).toBeGreaterThan(Date.now() + 86_000_000);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(86_000);
      const cancelled = await app.api('POST', `${BACKUPS}/${first.id}/cancel`);
      const again = await app.api('POST', BACKUPS);
      expect(again.status).toBe(cancelled.status === 200 ? 202 : 429);
    } finally {
      await app.close();
    }
  });

  test('sees a repeated request as one', async () => {
    const app = await startApp({ ...ownLog, BACKUP_QUOTA: '1/24h' });
    try {
      const headers = { 'idempotency-key': 'nightly' };
      const one = await app.ok<Backup>('POST', BACKUPS, {}, headers);
      const two = await app.ok<Backup>('POST', BACKUPS, {}, headers);
      expect([two.id, two.position]).toEqual([one.id, one.position]);
    } finally {
      await app.close();
    }
  });
});
