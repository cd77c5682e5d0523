// A worker that was only paused beside its successor: whichever run of a job wins, what comes of it is complete and exact,
// and nothing of the other stays.
import { createHash, randomUUID } from 'node:crypto';
import { authenticator } from 'otplib';
import type { TotpSecret } from '../../../src/identity/grants';
import { UploadExpiry } from '../../../src/imports/requests/upload.expiry';
import { BinRestoreExpiry } from '../../../src/recycle-bin/bin-restore.expiry';
import { PlanExpiry } from '../../../src/restores/plans/plan.expiry';
import { ownLog, startApp, type AnyJson, type App } from '../../support/servers/app';
import { csvOf, exportBody } from '../../support/exporting';
import { ended, importForm, type ImportAnswer } from '../../support/importing';
import { PausedRuns, type PauseAt } from '../../support/servers/paused-runs';
import { oneRound } from '../../support/rounds';

const host = `${randomUUID().slice(0, 8)}.test`;

let app: App;
let runs: PausedRuns;
beforeAll(async () => {
  app = await startApp(ownLog);
  await app.setUpTwoFactor();
  runs = new PausedRuns(app.engine);
});
afterAll(async () => {
  runs.restore();
  await app.close();
});

type Properties = Readonly<Record<string, string>>;

async function batch(type: string, what: string, inputs: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let start = 0; start < inputs.length; start += 100) {
    const body = { inputs: inputs.slice(start, start + 100) };
    const made = await app.ok('POST', `/crm/v3/objects/${type}/batch/${what}`, body);
    ids.push(...(made?.results ?? []).map(({ id }) => id));
  }
  return ids;
}
const created = (type: string, all: readonly Properties[]) =>
  batch(
    type,
    'create',
    all.map((properties) => ({ properties })),
  );

async function all<T>(path: string): Promise<T[]> {
  const found: T[] = [];
  for (let after: string | undefined; ;) {
    const page = await app.ok(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=100${after ? `&after=${after}` : ''}`,
    );
    found.push(...(page.results as unknown as T[]));
    after = page.paging?.next.after;
    if (after === undefined) return found;
  }
}

/** Codes that have been spent are forgotten: there are more restores here than there is time for new ones. */
async function anotherCode(): Promise<string> {
  const { vault } = app.engine;
  const known = (await vault.get<TotpSecret>('totp', app.admin.id))!;
  await vault.put<TotpSecret>('totp', app.admin.id, { ...known, lastStep: 0 });
  return authenticator.generate(app.codes!.secret);
}

interface Job extends AnyJson {
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
}
async function over(path: string): Promise<Job> {
  for (;;) {
    const job = await app.ok<Job>('GET', path);
    if (!['QUEUED', 'RUNNING', 'PLANNING'].includes(job.status)) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The second run ends while the first is paused, or is paused beside it. */
interface Order {
  readonly then: string;
  readonly first: PauseAt;
  readonly second?: PauseAt;
}
const orders: readonly Order[] = [
  { then: 'ends first', first: ['mark', 2] },
  { then: 'ends first', first: ['write', 1] },
  { then: 'is still at it', first: ['write', 1], second: ['mark', 2] },
  { then: 'has only begun', first: ['write', 1], second: ['mark', 1] },
];

describe.each(orders)('where one is paused at $first and the next $then,', ({ first, second }) => {
  test('an import makes and tells of each row once', async () => {
    const ROWS = 300;
    const FIRMS = 5;
    const run = randomUUID().slice(0, 8);
    const firms = await created(
      'companies',
      Array.from({ length: FIRMS }, (_, n) => ({ name: `Firm ${n} of ${run}` })),
    );
    const emailOf = (row: number) => (row % 10 === 3 ? `no address ${row}` : `${run}-${row}@${host}`);
    const firmOf = (row: number) => (row % 10 === 7 ? '12' : firms[row % FIRMS]);
    const lines = Array.from({ length: ROWS }, (_, row) => `${emailOf(row)},${firmOf(row)}`);
    const form = importForm({
      ...{ csv: ['Mail,Firm', ...lines].join('\n'), type: '0-1', columns: { Mail: 'email' } },
      also: [
        {
          ...{ columnObjectTypeId: '0-1', toColumnObjectTypeId: '0-2', columnName: 'Firm' },
          ...{ propertyName: null, columnType: 'HUBSPOT_OBJECT_ID' },
          foreignKeyType: { associationTypeId: 279, associationCategory: 'HUBSPOT_DEFINED' },
        },
      ],
    });
    const both = runs.next('import', first, second);
    const { id } = await app.ok<ImportAnswer>('POST', '/crm/v3/imports', form);
    await both;
    const done = await ended(app, id);
    expect(done.state).toBe('DONE');
    expect(done.metadata.counters).toMatchObject({
      ...{ TOTAL_ROWS: ROWS, CREATED_CONTACTS: ROWS * 0.9, CREATED_ASSOCIATIONS: ROWS * 0.8 },
      ...{ ERRORS: ROWS * 0.2, ASSOCIATION_ERRORS: ROWS * 0.1 },
    });
    const rows = Array.from({ length: ROWS }, (_, row) => row);
    const wrong = (digit: number) => rows.filter((row) => row % 10 === digit).map((row) => row + 2);
    const errors = await all<{ sourceData: { lineNumber: number } }>(`/crm/v3/imports/${id}/errors`);
    expect(errors.map(({ sourceData }) => sourceData.lineNumber)).toEqual([...wrong(3), ...wrong(7)]);
    let associated = 0;
    for (const firm of firms)
      associated += (await all(`/crm/v4/objects/companies/${firm}/associations/contacts`)).length;
    expect(associated).toBe(ROWS * 0.8);
    const expiry = new UploadExpiry(app.engine.streams, app.engine.files);
    await oneRound((round) => expiry.sweep(round, new Date()));
    expect(await app.engine.files.list(`imports/${id}`)).toEqual([expect.stringMatching(/^errors\./)]);
  });

  test('a restore from the bin brings back and tells of each record once', async () => {
    const RECORDS = 300;
    const run = randomUUID().slice(0, 8);
    const people = Array.from({ length: RECORDS }, (_, n) => ({
      ...{ email: `bin-${run}-${n}@${host}`, jobtitle: run },
    }));
    const ids = await created('contacts', people);
    await batch(
      'contacts',
      'archive',
      ids.map((id) => ({ id })),
    );
    const taken = (_: unknown, n: number) => n % 10 === 0;
    await created(
      'contacts',
      people.filter(taken).map(({ email }) => ({ email })),
    );
    const both = runs.next('bin-restores', first, second);
    const filters = [{ propertyName: 'jobtitle', operator: 'EQ', value: run }];
    const { id } = await app.ok('POST', '/recycle-bin/v1/contacts/restore', { filterGroups: [{ filters }] });
    await both;
    const done = await over(`/recycle-bin/v1/restores/${id}`);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      outcomes: { restored: RECORDS * 0.9, live: 0, refused: RECORDS * 0.1 },
    });
    const refused = await all<{ id: string }>(`/recycle-bin/v1/restores/${id}/records`);
    expect(refused.map((one) => one.id).sort()).toEqual(ids.filter(taken).sort());
    const { streams, files } = app.engine;
    const expiry = new BinRestoreExpiry(streams, files);
    await oneRound((round) => expiry.sweep(round));
    const names = await files.list('recycle-bin');
    expect(names.filter((name) => name.startsWith(id))).toHaveLength(1);
  });

  test('a restore changes and tells of each record once', async () => {
    const RECORDS = 200;
    const run = randomUUID().slice(0, 8);
    const ids = await created(
      'companies',
      Array.from({ length: RECORDS }, (_, n) => ({ name: `${run} ${n}`, city: 'Then' })),
    );
    const asOf = String(await app.engine.eventStore.head());
    const update = (some: readonly string[], city: string) =>
      batch(
        'companies',
        'update',
        some.map((id) => ({ id, properties: { city } })),
      );
    await update(ids, 'Now');
    const plan = await app.ok('POST', '/restores/v1/plans', {
      source: { asOf },
      objects: [{ objectType: 'companies', properties: ['city'], recordIds: ids }],
    });
    expect((await over(`/restores/v1/plans/${plan.id}`)).status).toBe('READY');
    const drifting = ids.filter((_, n) => n % 10 === 0);
    await update(drifting, 'Later');
    const both = runs.next('restores', first, second);
    const { restoreId } = await app.ok<{ restoreId: string }>(
      'POST',
      `/restores/v1/plans/${plan.id}/execute`,
      {
        confirm: { changesData: true, overwritesValues: true, reason: 'A wrong change' },
        totp: await anotherCode(),
      },
    );
    await both;
    const done = await over(`/restores/v1/restores/${restoreId}`);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      outcomes: { changed: RECORDS * 0.9, drifted: RECORDS * 0.1, unchanged: 0, refused: 0, recreated: 0 },
    });
    const kept = await all<{ recordId: string }>(`/restores/v1/restores/${restoreId}/records`);
    expect(kept.map((one) => one.recordId).sort()).toEqual([...drifting].sort());
    const { streams, readModels, files } = app.engine;
    const expiry = new PlanExpiry(streams, readModels, files);
    await oneRound((round) => expiry.sweep(round, new Date()));
    const names = await files.list('restores');
    expect(names.filter((name) => name.startsWith(restoreId))).toHaveLength(1);
  });
});

/** Paused with its file made, before it tells of it. */
describe.each([
  { then: 'ends first', first: ['event', 2] },
  { then: 'has made its file, too', first: ['event', 2], second: ['event', 2] },
] satisfies Order[])(
  'where one is paused with its file made and the next $then,',
  ({ first, second }: Order) => {
    const contacts = () =>
      created(
        'contacts',
        Array.from({ length: 20 }, (_, n) => ({ email: `${randomUUID()}-${n}@${host}` })),
      );
    const filesOf = async (folder: string, id: string) =>
      (await app.engine.files.list(folder)).filter((name) => name.startsWith(id));

    test('an export has the file of one of them', async () => {
      const ids = await contacts();
      const both = runs.next('export', first, second);
      const { id } = await app.ok('POST', '/crm/v3/exports/export/async', exportBody('contacts', ['email']));
      expect(await both).toEqual({ first: undefined, second: undefined });
      await app.ok('GET', `/crm/v3/exports/export/${id}/progress`);
      const csv = await csvOf(app, id);
      for (const one of ids) expect(csv.split(one)).toHaveLength(2);
      expect(await filesOf('exports', id)).toHaveLength(1);
    });

    test('a backup has the file of one of them', async () => {
      await contacts();
      const both = runs.next('backup', first, second);
      const { id } = await app.ok('POST', '/backups/v1/backups', {});
      expect(await both).toEqual({ first: undefined, second: undefined });
      const done = await over(`/backups/v1/backups/${id}`);
      expect(done.status).toBe('COMPLETED');
      const [name] = await filesOf('backups', id);
      const hash = createHash('sha256');
      for await (const chunk of app.engine.files.read(`backups/${name}`)) hash.update(chunk as Buffer);
      expect(done).toMatchObject({ sha256: hash.digest('hex') });
      expect(await filesOf('backups', id)).toHaveLength(1);
    });

    test('a plan has the file of one of them', async () => {
      const ids = await created(
        'companies',
        Array.from({ length: 20 }, (_, n) => ({ name: `${n}`, city: 'Then' })),
      );
      const asOf = String(await app.engine.eventStore.head());
      await batch(
        'companies',
        'update',
        ids.map((id) => ({ id, properties: { city: 'Now' } })),
      );
      const atEnd = (at?: PauseAt): PauseAt | undefined => at && ['event', 1];
      const both = runs.next('restore-plans', atEnd(first)!, atEnd(second));
      const { id } = await app.ok('POST', '/restores/v1/plans', {
        source: { asOf },
        objects: [{ objectType: 'companies', properties: ['city'], recordIds: ids }],
      });
      expect(await both).toEqual({ first: undefined, second: undefined });
      expect((await over(`/restores/v1/plans/${id}`)).status).toBe('READY');
      const changes = await all<{ recordId: string }>(`/restores/v1/plans/${id}/changes`);
      expect(changes.map(({ recordId }) => recordId).sort()).toEqual([...ids].sort());
      expect(await filesOf('restore-plans', id)).toHaveLength(1);
    });
  },
);
