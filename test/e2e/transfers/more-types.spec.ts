// Notes, emails, meetings, line items, quotes and leads are records like any other, wherever records go.
import { parse } from 'csv-parse/sync';
import { exportBody, rowsOf } from '../../support/exporting';
import { importCsv, type RecordAnswer } from '../../support/importing';
import { backupZip, csvsIn } from '../../support/loads/loading';
import { Restoring } from '../../support/restores/restoring';
import { ownLog, startApp, type App } from '../../support/servers/app';

interface Sample {
  readonly typeId: string;
  readonly subCategory: string;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  /** The type that it is associated with, by HubSpot's number. */
  readonly to: 'contacts' | 'deals';
  readonly associationTypeId: number;
}

const samples: Readonly<Record<string, Sample>> = {
  notes: {
    ...{ typeId: '0-46', subCategory: 'NOTE', text: 'hs_note_body', to: 'contacts', associationTypeId: 202 },
    values: { hs_timestamp: '2026-01-05T10:00:00.000Z' },
  },
  emails: {
    ...{ typeId: '0-49', subCategory: 'EMAIL', text: 'hs_email_subject' },
    ...{ to: 'contacts', associationTypeId: 198 },
    values: { hs_email_direction: 'INCOMING_EMAIL', hs_email_text: 'Hello,\r\n"Ada"' },
  },
  meetings: {
    ...{ typeId: '0-47', subCategory: 'MEETING', text: 'hs_meeting_title' },
    ...{ to: 'contacts', associationTypeId: 200 },
    values: { hs_meeting_outcome: 'SCHEDULED', hs_meeting_start_time: '2026-01-06T09:30:00.000Z' },
  },
  line_items: {
    ...{ typeId: '0-8', subCategory: 'LINE_ITEM', text: 'name', to: 'deals', associationTypeId: 20 },
    values: { quantity: '2', price: '9.50', recurringbillingfrequency: 'monthly' },
  },
  quotes: {
    ...{ typeId: '0-14', subCategory: 'QUOTE', text: 'hs_title', to: 'contacts', associationTypeId: 69 },
    values: { hs_status: 'DRAFT', hs_expiration_date: '2026-12-31' },
  },
  leads: {
    ...{ typeId: '0-136', subCategory: 'LEAD', text: 'hs_lead_name', to: 'contacts', associationTypeId: 578 },
    values: { hs_pipeline: 'lead-pipeline-id', hs_pipeline_stage: 'new-stage-id', hs_lead_label: 'WARM' },
  },
};
const cases = Object.entries(samples).map(([objectType, sample]) => ({ objectType, ...sample }));

let app: App;
const ids = new Map<string, string>();
const others = { contacts: '', deals: '' };
const allOf = ({ text, values }: Sample) => ({ ...values, [text]: `First of ${text}` });

beforeAll(async () => {
  app = await startApp(ownLog);
  for (const type of ['contacts', 'deals'] as const)
    others[type] = (await app.ok('POST', `/crm/v3/objects/${type}`, { properties: {} })).id;
  for (const sample of cases) {
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: sample.associationTypeId }];
    const associations = [{ to: { id: others[sample.to] }, types }];
    const body = { properties: allOf(sample), associations };
    ids.set(sample.objectType, (await app.ok('POST', `/crm/v3/objects/${sample.objectType}`, body)).id);
  }
});
afterAll(() => app.close());

const pathOf = (objectType: string) => `/crm/v3/objects/${objectType}/${ids.get(objectType)}`;

describe.each(cases)('$objectType', ({ objectType, ...sample }) => {
  const { typeId, text, to, associationTypeId } = sample;

  test('are read by their name and by their number, with what they are associated with', async () => {
    const names = Object.keys(allOf(sample)).join();
    const record = await app.ok<RecordAnswer>(
      'GET',
      `${pathOf(objectType)}?properties=${names}&associations=${to}`,
    );
    expect(record.properties).toMatchObject(allOf(sample));
    const same = await app.ok<RecordAnswer>(
      'GET',
      `/crm/v3/objects/${typeId}/${ids.get(objectType)}?properties=${names}`,
    );
    expect(same.properties).toEqual(record.properties);
    const found = await app.ok('GET', `${pathOf(objectType).replace('v3', 'v4')}/associations/${to}`);
    expect(found.results).toEqual([
      {
        toObjectId: others[to],
        associationTypes: expect.arrayContaining([
          expect.objectContaining({ typeId: associationTypeId }),
        ]) as unknown,
      },
    ]);
  });

  test('have their place in the vocabulary of the audit log', async () => {
    const query = `targetType=${objectType}&targetId=${ids.get(objectType)}&category=CRM_OBJECT`;
    const { results } = await app.ok('GET', `/audit/v1/entries?${query}`);
    expect(results).toMatchObject([{ subCategory: sample.subCategory, action: 'CREATE' }]);
  });

  test('are open to keys with their own scope', async () => {
    const key = { name: objectType, scopes: [`crm.objects.${objectType}.read`] };
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', key);
    const headers = { authorization: `Bearer ${token}` };
    expect((await app.api('GET', pathOf(objectType), undefined, headers)).status).toBe(200);
    expect((await app.api('GET', '/crm/v3/objects/contacts', undefined, headers)).status).toBe(403);
  });

  test('are imported, exported and found', async () => {
    const value = `From a file: ${objectType}`;
    const csv = `Text\n${value}`;
    const done = await importCsv(app, { csv, type: typeId, operation: 'CREATE', columns: { Text: text } });
    expect([done.state, done.metadata.counters['CREATED_OBJECTS']]).toEqual(['DONE', 1]);
    const rows = await rowsOf(app, exportBody(objectType, [text]));
    expect(rows.flat()).toEqual(expect.arrayContaining([value, `First of ${text}`]));
    const query = { query: `First of ${text}` };
    const found = await app.ok('POST', `/crm/v3/objects/${objectType}/search`, query);
    expect(found.results.map(({ id }) => id)).toContain(ids.get(objectType));
  });
});

test('all are in backups, and restores bring their values and the deleted ones back', async () => {
  await app.setUpTwoFactor();
  const csvs = await csvsIn(await backupZip(app));
  for (const { objectType, ...sample } of cases) {
    const rows: Record<string, string>[] = parse(csvs[`${objectType}.csv`]!, { columns: true });
    expect(rows.find((row) => row['hs_object_id'] === ids.get(objectType))).toMatchObject(allOf(sample));
  }
  const restoring = new Restoring(() => app);
  const asOf = await restoring.head();
  const [gone, ...changed] = cases;
  await app.ok('DELETE', pathOf(gone!.objectType));
  for (const { objectType, text } of changed)
    await app.ok('PATCH', pathOf(objectType), { properties: { [text]: 'Overwritten' } });
  const plan = await restoring.plan({
    source: { asOf },
    objects: cases.map(({ objectType }) => ({ objectType, properties: '*' })),
    modes: { recreateDeleted: true, restoreAssociations: true },
  });
  expect(plan.status).toBe('READY');
  expect(await restoring.execute(plan.id)).toMatchObject({
    status: 'COMPLETED',
    outcomes: { recreated: 1, changed: changed.length },
  });
  for (const { objectType, ...sample } of cases) {
    const names = Object.keys(allOf(sample)).join();
    const record = await app.ok<RecordAnswer>('GET', `${pathOf(objectType)}?properties=${names}`);
    expect(record.properties).toMatchObject(allOf(sample));
  }
});
