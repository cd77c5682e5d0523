import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LoadView } from '../../../src/loads/load.queries';
import { pause } from '../../../src/supervision/pause';
import { strata } from '../../../src/command-line/strata';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { backupZip, csvsIn, load, loadErrors, LOADS, startLoad, zipOf } from '../../support/loads/loading';
import { changePipelines } from '../../support/random/random-pipelines';
import { History, steps, type Step } from '../../support/random/random-history';
import { elsewhere, makers } from '../../support/random/random-makers';
import { richAccount } from '../../support/loads/rich-account';
import { unzipped } from '../../support/unzip';

/** The app would act on what ends records by itself. */
const ENDINGS: ReadonlySet<string> = new Set(['merge', 'purge', 'recreate', 'erase', 'request', 'cancel']);
/** A name that no property may be given over the API. */
const RESERVED = 'constructor';
/** An address for each record: two live records never have the same. */
const decided = ({ values, ...step }: Step): Step => {
  const { [RESERVED]: _, ...rest } = values;
  const email = rest['email'] && `${step.record}-${step.objectType}@example.com`;
  return { ...step, values: { ...rest, ...('email' in rest && { email: email || null }) } };
};

async function apps<T>(use: (source: App, target: App) => Promise<T>): Promise<T> {
  const source = await startApp(ownLog);
  const target = await startApp(ownLog);
  try {
    return await use(source, target);
  } finally {
    await source.close();
    await target.close();
  }
}

describe('Loads of a backup', () => {
  test.each([1, 2, 3])(
    'into an empty account give the same CSVs, value for value (history %s)',
    (seed) =>
      apps(async (source, target) => {
        await richAccount(source, seed, `car${seed}`);
        for (const type of ['deals', 'tickets', `car${seed}`])
          expect(await changePipelines(source, type, seed)).toBeGreaterThan(5);
        // The group that properties of a random history are in.
        for (const type of ['contacts', 'companies', 'deals'])
          await source.ok('POST', `/crm/v3/properties/${type}/groups`, { name: 'custom', label: 'Custom' });
        const history = new History(source.engine.eventStore, Date.now() - 10 * 86_400_000);
        const random = fc.sample(steps(40, 2), { numRuns: 10, seed }).flat();
        for (const step of random)
          if (step.property !== RESERVED && !ENDINGS.has(step.kind)) await history.take(decided(step));
        const zip = await backupZip(source);
        const done = await load(target, zip, { createDefinitions: true });
        expect(await loadErrors(target, done.id)).toEqual([]);
        expect(done).toMatchObject({ status: 'COMPLETED' });
        const csvs = await csvsIn(zip);
        expect(Object.keys(csvs)).toContain('associations.csv');
        // Of users whom nobody tells of here, and of what a load said.
        for (const value of [makers[0]!.actor.userId!, elsewhere(0)['hs_object_source_label']!])
          expect(Object.values(csvs).join()).toContain(`,${value},`);
        const ours = await csvsIn(await backupZip(target));
        // The owner is the one with the same address, who may have another id here.
        const there = new RegExp(source.admin.id, 'g');
        for (const name of Object.keys(csvs)) csvs[name] = csvs[name]!.replace(there, target.admin.id);
        expect(ours).toEqual(csvs);
        const definitions = await definitionsOf(source);
        expect(JSON.stringify(definitions)).toMatch(/"archived":true,"stages".*"archived":true,"metadata"/);
        expect(await definitionsOf(target)).toEqual(definitions);
      }),
    120_000,
  );
});

/** As HubSpot writes it: labels in the header, some names, labels of options, two parts, ids of associated records. */
const PEOPLE = [
  'Record ID,First Name,Last Name,Email,Phone Number,City,Create Date,Last Modified Date,Contact owner,Lifecycle Stage,' +
    'jobtitle,Website URL,Favourite Number,Is Member,Shoe size,Postal Code,Birthday card,Member since,Seen at,' +
    'Associated Company,Associated Company IDs',
  '501,Ada,Lovelace,ada@example.com,+44 1,London,2019-05-01 10:20,2023-01-02 03:04,ADMIN,Marketing Qualified Lead,' +
    'Analyst,https://example.com,7,true,38.5,01234,"Dear Ada,\nhappy birthday",2019-05-01,2020-01-01 01:02,Engines,701',
  '502,Grace,Hopper,grace@example.com,,Arlington,2020-06-01 00:00,2023-01-02 03:05,nobody@else.example,lead,' +
    'Admiral,,12,false,40,99999,,2020-02-29,,Engines;Navy,701;702',
];
const MORE = [
  'firstname,Record ID,email,Nickname',
  'Linus,503,linus@example.com,Benevolent',
  'Twice,501,twice@example.com,',
  'Taken,504,ada@example.com,',
];
const FIRMS = ['Record ID,Name,Company Domain Name', '701,Engines,engines.example', '702,Navy,navy.example'];
const lines = (rows: readonly string[]): string => `\ufeff${rows.join('\r\n')}\r\n`;
const hubspotZip = (email: string) =>
  zipOf({
    'Contacts 1.csv': lines(PEOPLE).replace('ADMIN', email),
    'CONTACT_2.csv': lines(MORE),
    'firms/all.csv': lines(FIRMS),
    'readme.txt': 'hello',
  });

interface Read {
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: string;
}

describe('Loads', () => {
  let app: App;
  beforeAll(async () => (app = await startApp(ownLog)));
  afterAll(() => app.close());

  const read = (type: string, id: string, properties: string) =>
    app.ok<Read>('GET', `/crm/v3/objects/${type}/${id}?properties=${properties}`);

  test('say in a dry run what they would do, and do nothing', async () => {
    const zip = await hubspotZip((await adminOf(app)).email);
    const head = await app.engine.eventStore.head();
    const done = await load(app, zip, { dryRun: true, files: { 'firms/all.csv': 'companies' } });
    expect(done).toMatchObject({
      status: 'COMPLETED',
      dryRun: true,
      counts: { rows: 0, records: {}, definitions: 0 },
    });
    expect(done.plan!.files.map(({ name, objectType, rows }) => [name, objectType, rows])).toEqual([
      ['Contacts 1.csv', 'contacts', 2],
      ['CONTACT_2.csv', 'contacts', 3],
      ['firms/all.csv', 'companies', 2],
    ]);
    expect(done.plan!.leftOut).toEqual(['readme.txt']);
    expect(done.plan!.missing.properties.map(({ name, type }) => [name, type])).toEqual([
      ['favourite_number', 'number'],
      ['is_member', 'bool'],
      ['shoe_size', 'number'],
      ['birthday_card', 'string'],
      ['member_since', 'date'],
      ['seen_at', 'datetime'],
      ['nickname', 'string'],
    ]);
    expect(done.plan!.unknownOwners).toEqual(['nobody@else.example']);
    const since = (await app.events()).filter(({ position }) => position > head);
    expect(since.filter(({ stream }) => !stream.startsWith('backupload-')).map(({ type }) => type)).toEqual(
      [],
    );
  });

  test('are refused where a file is of no known type, and where definitions are missing that they may not make', async () => {
    const zip = await hubspotZip('x@example.com');
    expect(await load(app, zip)).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('No object type is called as firms/all.csv') as string,
    });
    expect(await load(app, zip, { files: { 'firms/all.csv': null } })).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('lacks 7 definitions: contacts.favourite_number') as string,
      counts: { rows: 0 },
    });
    expect(await load(app, Buffer.from('no zip'))).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('is not a ZIP') as string,
    });
  });

  test("bring in a ZIP of HubSpot's shape without loss, and list what does not fit", async () => {
    const { email, id: admin } = await adminOf(app);
    const zip = await hubspotZip(email);
    const done = await load(app, zip, { createDefinitions: true, files: { 'firms/all.csv': 'company' } });
    expect(done).toMatchObject({
      status: 'COMPLETED',
      counts: {
        records: { contacts: 3, companies: 2 },
        mapped: 0,
        notLoaded: 2,
        associated: 3,
        definitions: 7,
      },
    });
    const ada = await read(
      'contacts',
      '501',
      'firstname,email,phone,createdate,hs_lastmodifieddate,hubspot_owner_id,lifecyclestage,jobtitle,favourite_number,' +
        'is_member,shoe_size,zip,birthday_card,member_since,seen_at',
    );
    expect(ada.createdAt).toBe('2019-05-01T10:20:00.000Z');
    expect(ada.properties).toMatchObject({
      ...{ firstname: 'Ada', email: 'ada@example.com', phone: '+44 1', jobtitle: 'Analyst' },
      ...{ createdate: '2019-05-01T10:20:00.000Z', hs_lastmodifieddate: '2023-01-02T03:04:00.000Z' },
      ...{ hubspot_owner_id: admin, lifecyclestage: 'marketingqualifiedlead', favourite_number: '7' },
      ...{ is_member: 'true', shoe_size: '38.5', zip: '01234', birthday_card: 'Dear Ada,\nhappy birthday' },
      ...{ member_since: '2019-05-01', seen_at: '2020-01-01T01:02:00.000Z' },
    });
    const grace = await read('contacts', '502', 'hubspot_owner_id,lifecyclestage');
    expect(grace.properties).toMatchObject({
      hubspot_owner_id: 'nobody@else.example',
      lifecyclestage: 'lead',
    });
    expect((await read('contacts', '503', 'nickname')).properties).toMatchObject({ nickname: 'Benevolent' });
    const { results } = await app.ok<{ results: { toObjectId: number }[] }>(
      'GET',
      '/crm/v4/objects/contacts/502/associations/companies',
    );
    expect(results.map(({ toObjectId }) => String(toObjectId)).sort()).toEqual(['701', '702']);
    expect((await loadErrors(app, done.id)).map(({ file, row, type }) => [file, row, type])).toEqual([
      ['definitions.json', 0, 'COULD_NOT_FIND_OWNER'],
      ['CONTACT_2.csv', 3, 'DUPLICATE_RECORD_ID'],
      ['CONTACT_2.csv', 4, 'DUPLICATE_UNIQUE_PROPERTY_VALUE'],
    ]);
    const made = (await app.events()).filter(({ meta }) => meta.actor.id === done.id);
    expect(made.length).toBeGreaterThan(10);
    for (const { meta } of made) {
      expect(meta.source).toEqual({ type: 'LOAD', id: done.id });
      expect(meta.actor).toEqual({ type: 'load', id: done.id, userId: admin });
    }
    const entries = await app.ok<{ results: { actor: object }[] }>(
      'GET',
      '/audit/v1/entries?targetId=501&source=LOAD',
    );
    expect(entries.results[0]).toMatchObject({ actor: { type: 'load', name: 'backup.zip' } });
  });

  test('give another id to a record whose own is taken, and associate it all the same', async () => {
    const zip = await zipOf({
      'contacts.csv': lines(['Record ID,First Name,Associated Company IDs', '501,Other,701', '900,Free,701']),
      'companies.csv': lines(['Record ID,Name', '701,Another']),
    });
    const done = await load(app, zip);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      counts: { records: { contacts: 2, companies: 1 }, mapped: 2, notLoaded: 0, associated: 2 },
    });
    expect((await read('contacts', '501', 'firstname')).properties).toMatchObject({ firstname: 'Ada' });
    const { results } = await app.ok<{ results: { toObjectId: number }[] }>(
      'GET',
      '/crm/v4/objects/contacts/900/associations/companies',
    );
    expect(results).toHaveLength(1);
    expect(String(results[0]!.toObjectId)).not.toBe('701');
    expect((await read('companies', String(results[0]!.toObjectId), 'name')).properties).toMatchObject({
      name: 'Another',
    });
  });

  test('bring nobody back who was erased', async () => {
    await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: '502' });
    const done = await load(
      app,
      await zipOf({ 'contacts.csv': lines(['Record ID,First Name', '502,Grace']) }),
    );
    expect(done.counts).toMatchObject({ records: {}, notLoaded: 1 });
    expect(await loadErrors(app, done.id)).toMatchObject([{ recordId: '502', type: 'RECORD_ERASED' }]);
  });

  test('are sent by the command, which says what was done and what did not fit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'strata-load-'));
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      ...{ name: 'Loads', scopes: ['backups'] },
    });
    const called = async (...args: string[]) => {
      const lines: string[] = [];
      const say = (line: string) => void lines.push(line);
      const code = await strata(['load', join(folder, 'a.zip'), ...args], { out: say, error: say });
      return { code, lines: lines.join('\n') };
    };
    process.env['STRATA_URL'] = app.url;
    process.env['XDG_CONFIG_HOME'] = folder;
    try {
      writeFileSync(
        join(folder, 'a.zip'),
        await zipOf({ 'contact.csv': lines(['Email,City,Height', 'by@command.example,Oslo,1.8']) }),
      );
      expect(await called()).toEqual({
        code: 2,
        lines: 'STRATA_TOKEN: is missing: an API key for the server; or log in: strata login',
      });
      process.env['STRATA_TOKEN'] = token;
      const dry = await called('--dry-run');
      expect(dry).toMatchObject({ code: 0 });
      expect(dry.lines).toContain('definitions that are missing: contacts.height (number)');
      const refused = await called();
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.lines).toContain('lacks 1 definitions: contacts.height');
      const done = await called('--create-definitions');
      expect(done).toMatchObject({ code: 0 });
      expect(done.lines).toContain('1 contacts (0 under another id), 0 associations, 1 definitions');
      const again = await called();
      expect(again).toMatchObject({ code: 1 });
      expect(again.lines).toContain('contact.csv, row 2: Contact already exists');
      process.env['STRATA_TOKEN'] = 'wrong';
      expect(await called()).toMatchObject({ code: 1, lines: expect.stringContaining('401') as string });
    } finally {
      delete process.env['STRATA_URL'];
      delete process.env['STRATA_TOKEN'];
      delete process.env['XDG_CONFIG_HOME'];
      rmSync(folder, { recursive: true });
    }
  });

  test('cancelled on its way, a load keeps what it has brought in, tells exactly of it, and is undone', async () => {
    const rows = Array.from({ length: 4_000 }, (_, n) => `${7_000_000 + n},Cancelled ${n}`);
    const { id } = await startLoad(
      app,
      await zipOf({ 'contacts.csv': lines(['Record ID,First Name', ...rows]) }),
    );
    const following = app.ok<string>('GET', `${LOADS}/${id}/progress`);
    for (;;) {
      const { status, progress } = await app.ok<LoadView>('GET', `${LOADS}/${id}`);
      expect(['QUEUED', 'RUNNING']).toContain(status);
      if (progress.done > 0 && progress.total >= rows.length) break;
      await pause(5);
    }
    await app.ok('POST', `${LOADS}/${id}/cancel`);
    // Whoever follows the progress is told of its end.
    expect((await following).trimEnd().split('\n').at(-1)).toContain('"CANCELLED"');
    const cancelled = await app.ok<LoadView>('GET', `${LOADS}/${id}`);
    const { contacts = 0 } = cancelled.counts.records;
    expect(cancelled.status).toBe('CANCELLED');
    expect(contacts).toBeLessThan(rows.length);
    expect((await app.api('POST', `${LOADS}/${id}/cancel`)).status).toBe(409);
    const there = (await app.events()).filter(
      ({ type, meta }) => type === 'record.created.v1' && meta.actor.id === id,
    );
    expect(there).toHaveLength(contacts);

    const plan = await app.ok<{ id: string }>('POST', '/restores/v1/plans/undo', { cause: { loadId: id } });
    for (;;) {
      const { status, summary } = await app.ok<{ status: string; summary: { archived: number } }>(
        'GET',
        `/restores/v1/plans/${plan.id}`,
      );
      if (status !== 'PLANNING') {
        expect([status, summary.archived]).toEqual(['READY', contacts]);
        break;
      }
      await pause(50);
    }
  });

  test('refuse what is no request for a load', async () => {
    const form = (fill: (form: FormData) => void) => {
      const made = new FormData();
      fill(made);
      return app.api('POST', LOADS, made);
    };
    const zip = new Blob(['x']);
    const wrong = [
      await form(() => undefined),
      await form((f) => f.append('other', zip, 'a.zip')),
      await form((f) => (f.append('dryRun', 'yes'), f.append('file', zip, 'a.zip'))),
      await form((f) => (f.append('files', '{"a":1}'), f.append('file', zip, 'a.zip'))),
      await form((f) => (f.append('unknown', 'x'), f.append('file', zip, 'a.zip'))),
    ];
    for (const { status, body } of wrong) expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR']);
    expect(await app.engine.files.usage('loads', (name) => name.endsWith('.zip'))).toBe(0);
    expect((await app.api('GET', `${LOADS}/1`)).status).toBe(404);
    const { results } = await app.ok<{ results: { id: string }[] }>('GET', `${LOADS}?limit=1`);
    expect((await app.api('POST', `${LOADS}/${results[0]!.id}/cancel`)).status).toBe(409);
  });
});

const adminOf = (app: App) =>
  app.ok<{ id: string; email: string }>('GET', `/settings/v3/users/${app.admin.id}`);

/** What a backup tells of definitions, without owners. */
async function definitionsOf(app: App): Promise<unknown> {
  const text = (await unzipped(await backupZip(app))).get('definitions.json')!.toString();
  const { owners: _, ...definitions } = JSON.parse(text) as Record<string, unknown>;
  return definitions;
}
