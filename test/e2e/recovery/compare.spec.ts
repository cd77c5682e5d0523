// The story of a comparison over HTTP: two instants, what differs between them, and a restore of a choice of it.
import { pause } from '../../../src/supervision/pause';
import { startApp, ownLog, type AnyJson, type App } from '../../support/servers/app';
import { some } from '../../support/servers/people';

interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}
interface ComparisonJson {
  readonly id: string;
  readonly status: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly sha256: string;
  readonly counts: Counts;
  readonly byObject: Readonly<Record<string, Counts>>;
  readonly byProperty: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly associations: Counts;
  readonly definitions: Counts;
}
interface RowJson {
  readonly what: string;
  readonly kind: string;
  readonly objectType: string;
  readonly recordId: string;
  readonly name?: string;
  readonly how?: string;
  readonly changes: Readonly<Record<string, { from: unknown; to: unknown }>>;
}

const compare = '/time-travel/v1/compare';
const contacts = '/crm/v3/objects/contacts';
const companies = '/crm/v3/objects/companies';

let app: App;
beforeAll(async () => {
  // What differs is counted.
  app = await startApp(ownLog);
});
afterAll(() => app.close());

async function ended<T extends { readonly status: string }>(path: string): Promise<T> {
  for (;;) {
    const job = await app.ok<T>('GET', path);
    if (!['RUNNING', 'PLANNING', 'QUEUED'].includes(job.status)) return job;
    await pause(50);
  }
}
async function compared(body: object): Promise<ComparisonJson> {
  const { id } = await app.ok('POST', compare, body);
  const made = await ended<ComparisonJson>(`${compare}/${id}`);
  expect(made.status).toBe('READY');
  return made;
}
async function rowsOf(id: string, query = ''): Promise<RowJson[]> {
  const rows: RowJson[] = [];
  for (let after = ''; ;) {
    const path = `${compare}/${id}/rows?limit=2${query}${after && `&after=${after}`}`;
    const page = await app.ok<{ results: RowJson[]; paging?: { next: { after: string } } }>('GET', path);
    rows.push(...page.results);
    if (!page.paging) return rows;
    after = page.paging.next.after;
  }
}
const head = async () => String(await app.engine.eventStore.head());
const contact = async (properties: object) => (await app.ok('POST', contacts, { properties })).id;
const cityOf = async (id: string) =>
  (await app.ok<AnyJson & { properties: { city: string } }>('GET', `${contacts}/${id}?properties=city`))
    .properties.city;

test('what came, went and changed between two instants is told, counted and brought back', async () => {
  const ids: string[] = [];
  for (const city of ['Oslo', 'Rome', 'Bern']) ids.push(await contact({ city, firstname: `=${city}` }));
  const [oslo, rome, bern] = ids as [string, string, string];
  const company = (await app.ok('POST', companies, { properties: { name: 'Acme' } })).id;
  const from = await head();

  await app.ok('PATCH', `${contacts}/${oslo}`, { properties: { city: 'Nowhere' } });
  await app.ok('PATCH', `${contacts}/${bern}`, { properties: { city: 'Nowhere' } });
  await app.ok('DELETE', `${contacts}/${rome}`);
  const added = await contact({ city: 'Paris' });
  await app.ok('PUT', `/crm/v4/objects/contacts/${oslo}/associations/default/companies/${company}`);
  const property = `p_${some()}`;
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{ name: property, label: 'One', type: 'string', fieldType: 'text', groupName: 'contactinformation' },
  });
  const to = await head();
  await app.ok('PATCH', `${contacts}/${oslo}`, { properties: { firstname: 'Later' } });

  const made = await compared({ from, to });
  expect(made).toMatchObject({
    ...{ from, to, counts: { added: 1, removed: 1, changed: 2 } },
    ...{
      byObject: { contacts: { added: 1, removed: 1, changed: 2 } },
      byProperty: { contacts: { city: 2 } },
    },
    ...{
      associations: { added: 1, removed: 0, changed: 0 },
      definitions: { added: 1, removed: 0, changed: 0 },
    },
  });
  expect(await compared({ from, to })).toMatchObject({ sha256: made.sha256, rows: 6 });
  const rows = await rowsOf(made.id);
  expect(rows.map(({ what, kind }) => `${what} ${kind}`)).toEqual([
    ...['record changed', 'record removed', 'record changed', 'record added'],
    ...['association added', 'property added'],
  ]);
  expect(rows[0]).toMatchObject({ recordId: oslo, changes: { city: { from: 'Oslo', to: 'Nowhere' } } });
  expect(rows[1]).toMatchObject({
    recordId: rome,
    how: 'archived',
    changes: { city: { from: 'Rome', to: null } },
  });
  expect(rows[3]).toMatchObject({ recordId: added, changes: { city: { from: null, to: 'Paris' } } });
  expect(rows[5]).toMatchObject({ objectType: 'contacts', name: property });
  expect(await rowsOf(made.id, '&kind=removed')).toEqual([rows[1]]);
  expect(await rowsOf(made.id, '&objectType=company')).toEqual([rows[4]]);
  expect(await rowsOf(made.id, '&property=city&kind=changed')).toEqual([rows[0], rows[2]]);

  const csv = await app.ok<string>('GET', `${compare}/${made.id}/file`);
  expect(csv).toContain(`record,changed,contacts,${oslo},,,city,Oslo,Nowhere\r\n`);
  expect(csv).toContain(`record,removed,contacts,${rome},,,firstname,'=Rome,\r\n`);

  const { id: planId } = await app.ok('POST', `${compare}/${made.id}/plan`, {
    objects: [{ objectType: 'contact', recordIds: [oslo, rome], properties: ['city'] }],
  });
  const plan = await ended<{ status: string; summary: object }>(`/restores/v1/plans/${planId}`);
  expect(plan).toMatchObject({ status: 'READY', summary: { records: 2, recreated: 1, changes: 1 } });
  await app.setUpTwoFactor();
  const confirm = { changesData: true, overwritesValues: true };
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${planId}/execute`, {
    ...{ confirm, totp: app.totp() },
  });
  expect(await ended(`/restores/v1/restores/${restoreId}`)).toMatchObject({ status: 'COMPLETED' });
  expect([await cityOf(oslo), await cityOf(rome), await cityOf(bern)]).toEqual(['Oslo', 'Rome', 'Nowhere']);

  const all = await app.ok('POST', `${compare}/${made.id}/plan`);
  expect(await ended(`/restores/v1/plans/${all.id}`)).toMatchObject({
    ...{ status: 'READY', summary: { records: 1, byProperty: { contacts: { city: 1 } } } },
  });
  const modes = { restoreAssociations: true, archiveCreatedSince: true };
  const whole = await app.ok('POST', `${compare}/${made.id}/plan`, { modes });
  await ended(`/restores/v1/plans/${whole.id}`);
  const changes = await app.ok<{ results: RowJson[] }>('GET', `/restores/v1/plans/${whole.id}/changes`);
  expect(new Set(changes.results.map((row) => row.kind))).toEqual(
    new Set(['update', 'archive', 'disassociate']),
  );
});

test('an instant is compared with now, for some object types and properties alone', async () => {
  const from = await head();
  const id = await contact({ city: 'Here', firstname: 'Kept' });
  await app.ok('POST', companies, { properties: { name: 'Other' } });
  const asked = { from, objectTypes: ['CONTACT'], properties: ['city'] };
  const made = await compared(asked);
  const [row, ...others] = await rowsOf(made.id);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ recordId: id, changes: { city: { from: null, to: 'Here' } } });
  expect(Object.keys(row!.changes)).toEqual(['city']);
  expect(await app.api('POST', `${compare}/${made.id}/plan`)).toMatchObject({ status: 400 });
  const listed = await app.ok('GET', `${compare}?limit=1`);
  expect(listed.results.map((one) => one.id)).toEqual([made.id]);
  const progress = await app.ok<string>('GET', `${compare}/${made.id}/progress`);
  expect(progress).toContain('"status":"READY"');
});

test('what cannot be compared is refused', async () => {
  const now = BigInt(await head());
  const refused = async (body: object, field: string) => {
    const { status, body: answer } = await app.api('POST', compare, body);
    expect([status, answer.errors?.[0]?.in]).toEqual([400, field]);
  };
  await refused({ from: '2999-01-01T00:00:00Z' }, 'from');
  await refused({ from: String(now + 1_000n) }, 'from');
  await refused({ from: 'now' }, 'from');
  await refused({ from: String(now), to: '0' }, 'to');
  await refused({ from: '0', objectTypes: ['nothing'] }, 'objectTypes.0');
  expect((await app.api('GET', `${compare}/1`)).status).toBe(404);
  expect((await app.api('GET', `${compare}/1/rows`)).status).toBe(404);
  const { id } = await compared({ from: '0' });
  expect((await app.api('POST', `${compare}/${id}/cancel`)).status).toBe(409);
  expect((await app.api('GET', `${compare}/${id}/rows?after=3`)).status).toBe(400);
});

test('a comparison that shows an erased record is withdrawn, and one made later does not show it', async () => {
  const from = await head();
  const [gone, left] = [await contact({ firstname: 'Gone' }), await contact({ firstname: 'Left' })];
  const before = await compared({ from });
  expect((await rowsOf(before.id)).map(({ recordId }) => recordId)).toEqual([gone, left]);
  await app.ok('POST', `${contacts}/gdpr-delete`, { objectId: gone });
  while ((await app.ok<ComparisonJson>('GET', `${compare}/${before.id}`)).status !== 'EXPIRED')
    await pause(50);
  expect(await app.api('GET', `${compare}/${before.id}/rows`)).toMatchObject({ status: 409 });
  expect(await app.api('GET', `${compare}/${before.id}/file`)).toMatchObject({ status: 409 });
  const later = await compared({ from });
  expect((await rowsOf(later.id)).map(({ recordId }) => recordId)).toEqual([left]);
});
