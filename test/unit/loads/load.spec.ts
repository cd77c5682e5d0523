// Loads: what a file and its columns are taken for, what a row means for a record, and how a load ends.
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { findObjectType, objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { loadRecord } from '../../../src/crm/records/loads/record-load.decider';
import { record } from '../../../src/crm/records/record.decider';
import type { RecordEvents } from '../../../src/crm/records/record.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  cancelLoad,
  endLoad,
  loadDecider,
  nothingLoaded,
  requestLoad,
  startLoad,
} from '../../../src/loads/load.decider';
import type { LoadEvents } from '../../../src/loads/load.events';
import { isCsv, typeFinder, typeOfFile } from '../../../src/loads/plan/file-names';
import { understood } from '../../../src/loads/plan/header';
import { ValueKind } from '../../../src/loads/plan/value-kinds';
import { RowReader } from '../../../src/loads/rows/load-row';
import { loads } from '../../../projections/transfers/loads';
import { at, deciding, later, projecting } from '../../support/spec';
import { samples } from '../audit/audit-samples';

const find = typeFinder(objectTypes);
const contacts = findObjectType('contacts')!;
const heading = (isExact = false) => ({
  ...{ file: 'contacts.csv', type: contacts, definitions: standardProperties('contacts'), find },
  isExact: () => isExact,
});

describe('A file of a ZIP', () => {
  test.each([
    ['contacts.csv', 'contacts'],
    ['CONTACT.CSV', 'contacts'],
    ['all/Companies 2.csv', 'companies'],
    ['deals-part-03.csv', 'deals'],
    ['Tickets (2).csv', 'tickets'],
    ['0-1.csv', 'contacts'],
    ['calls_1 of 12.csv', 'calls'],
  ])('called %s holds %s', (name, type) => expect(typeOfFile(name, find)?.name).toBe(type));

  test.each(['people.csv', 'contacts of 2024.csv'])('called %s says nothing of its type', (name) =>
    expect(typeOfFile(name, find)).toBeUndefined(),
  );

  test('is a CSV by its name, unless a Mac has put it beside one', () => {
    expect(['a.csv', 'b.CSV', 'readme.txt', '__MACOSX/a.csv'].filter(isCsv)).toEqual(['a.csv', 'b.CSV']);
  });
});

describe('A header', () => {
  const columnsOf = (...header: string[]) => understood(header, heading());

  test('names properties by name or label, ids, and records to associate with', () => {
    const { columns, problems, proposed } = columnsOf(
      ...[
        'Record ID',
        'email',
        'FIRST NAME',
        'Contact owner',
        'Associated Company IDs',
        'Associated Deal IDs (Big)',
      ],
      'Associated Company',
    );
    expect(columns.map(({ index: _, header: __, ...column }) => column)).toEqual([
      { as: 'id' },
      { as: 'property', property: 'email', exact: false },
      { as: 'property', property: 'firstname', exact: false },
      { as: 'property', property: 'hubspot_owner_id', exact: false },
      { as: 'links', toType: 'companies' },
      { as: 'links', toType: 'deals', label: 'Big' },
      { as: 'nothing' },
    ]);
    expect([problems, proposed]).toEqual([[], []]);
  });

  test('proposes properties for columns that are none, under names that they may have', () => {
    expect(
      columnsOf('Größe (cm)', '2nd phone', 'constructor', 'plain_name').proposed.map(({ name }) => name),
    ).toEqual([
      ...['große_cm', 'column_2nd_phone', 'constructor_', 'plain_name'].map((name) => name.replace('ß', '_')),
    ]);
  });

  test('leaves out a column that another one has, that has no header, or whose label several properties have', () => {
    const twice = new Map(standardProperties('contacts'));
    const first = twice.get('firstname')!;
    for (const name of ['a', 'b']) twice.set(name, { ...first, name, label: 'Colour' });
    const { columns, problems } = understood(['email', 'Email', '', 'colour', 'Associated Car IDs'], {
      ...heading(),
      definitions: twice,
    });
    expect(columns.map(({ as }) => as)).toEqual(['property', 'nothing', 'nothing', 'nothing', 'nothing']);
    expect(problems.map(({ column }) => column)).toEqual([1, 2, 3, 4]);
  });
});

describe('A column without a property', () => {
  const typeOf = (...values: string[]) => {
    const kind = new ValueKind();
    for (const value of values) kind.see(value);
    const { type, fieldType } = kind.definition('contacts', 'x', 'X');
    return `${type}/${fieldType}`;
  };
  test.each([
    ['number/number', ['1', '-2.5', '']],
    ['string/text', ['01234']],
    ['string/text', ['1234567890123456']],
    ['bool/booleancheckbox', ['true', 'FALSE']],
    ['date/date', ['2024-02-29']],
    ['datetime/date', ['2024-02-29 10:11', '2024-02-29T10:11:12Z']],
    ['string/text', ['2024-02-29', '7']],
    ['string/textarea', ['a\nb']],
    ['string/text', ['', '']],
  ])('is %s where its values are %j', (type, values) => expect(typeOf(...values)).toBe(type));
});

describe('A row', () => {
  const define = (name: string, part: Partial<PropertyDefinition> = {}): PropertyDefinition => ({
    ...standardProperties('contacts').get('firstname')!,
    ...{ name, label: name, ...part },
  });
  const option = (value: string, label: string) => ({ value, label, displayOrder: 0, hidden: false });
  const definitions = new Map(
    [
      define('colours', {
        ...{ type: 'enumeration', fieldType: 'checkbox' },
        options: [option('r', 'Red'), option('g', 'Green')],
      }),
      define('seats', { type: 'number', fieldType: 'number' }),
      standardProperties('contacts').get('createdate')!,
      standardProperties('contacts').get('hubspot_owner_id')!,
    ].map((one) => [one.name, one]),
  );
  const reader = (exact: boolean) =>
    new RowReader({
      definitions,
      users: {},
      owners: { 'ada@x.example': '7' },
      file: {
        ...{ name: 'contacts.csv', objectType: 'contacts', rows: 1 },
        columns: [
          { index: 0, header: 'id', as: 'id' },
          ...['colours', 'seats', 'createdate', 'hubspot_owner_id'].map((property, n) => ({
            ...{ index: n + 1, header: property, as: 'property' as const, property, exact },
          })),
        ],
      },
    });

  test('is read as HubSpot writes it', () => {
    expect(reader(false).read(['5', 'red; g', '1e3', '2024-05-01 10:20', 'ada@x.example'])).toEqual({
      id: '5',
      values: {
        colours: 'r;g',
        seats: '1000',
        createdate: '2024-05-01T10:20:00.000Z',
        hubspot_owner_id: '7',
      },
      leftOut: [],
    });
  });

  test('of a backup is taken as it stands, but for owners; a time that is not there stays away', () => {
    expect(reader(true).read(['5', 'red; g', '1e3', '', 'ada@x.example']).values).toEqual({
      ...{ colours: 'red; g', seats: '1e3', createdate: null, hubspot_owner_id: '7' },
    });
    expect(
      reader(true)
        .read(['5', '', '', 'yesterday', 'who'])
        .leftOut.map(({ column }) => column),
    ).toEqual([3]);
  });

  test('comes without the values that do not fit, and not at all without a number as its id', () => {
    const { values, leftOut } = reader(false).read(['5', 'blue', 'many', '', '']);
    expect(values).toEqual({});
    expect(leftOut.map(({ property, type }) => [property, type])).toEqual([
      ['colours', 'INVALID_ENUMERATION_OPTION'],
      ['seats', 'COULD_NOT_PARSE_NUMBER'],
    ]);
    expect(JSON.stringify(leftOut)).not.toMatch(/blue|many/);
    expect(reader(false).read(['1.2E+9', '', '', '', '']).refused?.type).toBe('INVALID_OBJECT_ID');
    expect(reader(false).read(['1']).refused?.type).toBe('INCORRECT_NUMBER_OF_COLUMNS');
    expect(reader(false).read(['', '', '', '', '']).id).toBeUndefined();
  });
});

test('who made a record is the same user here, or stays as it stands; how it was made is what its file says', () => {
  const names = [
    'hs_created_by_user_id',
    'hs_updated_by_user_id',
    'hs_object_source',
    'hs_object_source_label',
  ];
  for (const exact of [true, false]) {
    const reader = new RowReader({
      ...{ definitions: standardProperties('contacts'), owners: { '11': '99' }, users: { '11': '21' } },
      file: {
        ...{ name: 'contacts.csv', objectType: 'contacts', rows: 1 },
        columns: names.map((property, index) => ({
          ...{ index, header: property, as: 'property' as const, property, exact },
        })),
      },
    });
    expect(reader.read(['11', '12', 'GMAIL', 'EMAIL'])).toEqual({
      ...{ id: undefined, leftOut: [] },
      values: {
        ...{ hs_created_by_user_id: '21', hs_updated_by_user_id: '12' },
        ...{ hs_object_source: 'GMAIL', hs_object_source_label: 'EMAIL' },
      },
    });
    expect(reader.read(['', '', '', '']).values).toEqual({});
  }
});

describe('A record from elsewhere', () => {
  const event = eventsOf<RecordEvents>();
  const given = deciding(record);
  const wanted = (values: Readonly<Record<string, string | null>>) => ({
    ...{ objectType: 'contacts', recordId: '5', values, at: later },
  });
  const created = (values: Readonly<Record<string, string>>) =>
    event('record.created.v1', {
      ...{ objectType: 'contacts', recordId: '5', before: null },
      changes: Object.fromEntries(
        Object.entries({ ...values, hs_object_id: '5' }).map(([name, to]) => [name, { from: null, to }]),
      ),
    });

  test('keeps its times, each under all of its names', () =>
    given()
      .when((state) => loadRecord(state, wanted({ createdate: at, lastmodifieddate: at, hs_object_id: '9' })))
      .then(created({ createdate: at, lastmodifieddate: at, hs_lastmodifieddate: at })));

  test('gets times where its file tells of none, and none where it had none', () =>
    given()
      .when((state) => loadRecord(state, wanted({ createdate: null })))
      .then(created({ hs_lastmodifieddate: later, lastmodifieddate: later })));

  test('is laid over no other, and does not bring back who was erased', () => {
    given(created({}))
      .when((state) => loadRecord(state, wanted({})))
      .thenRefused('record-id-taken');
    given(created({}), event('record.erased.v1', { objectType: 'contacts', recordId: '5', before: null }))
      .when((state) => loadRecord(state, wanted({})))
      .thenRefused('record-erased');
  });
});

describe('A load', () => {
  const event = eventsOf<LoadEvents>();
  const given = deciding(loadDecider);
  const requested = event('backupload.requested.v1', samples['backupload.requested.v1']);
  const started = event('backupload.started.v1', { loadId: '78' });
  const cancelling = event('backupload.cancel-requested.v1', { loadId: '78' });
  const cancelled = event('backupload.cancelled.v1', { loadId: '78', counters: nothingLoaded });
  const reached = { counters: nothingLoaded };

  test('is requested once, and started once', () => {
    given()
      .when((state) => requestLoad(state, requested.data))
      .then(requested);
    given(requested)
      .when((state) => requestLoad(state, requested.data))
      .then();
    given(requested).when(startLoad).then(started);
    given(requested, started).when(startLoad).then();
  });

  test('that waits is cancelled at once, one that runs when its job reads of it', () => {
    given(requested).when(cancelLoad).then(cancelled);
    given(requested, started).when(cancelLoad).then(cancelling);
    given(requested, started, cancelling).when(cancelLoad).then();
    given().when(cancelLoad).thenRefused('load-unknown');
    given(requested, cancelled).when(cancelLoad).thenRefused('load-ended');
  });

  test('ends once', () => {
    const failed = event('backupload.failed.v1', { loadId: '78', counters: nothingLoaded, reason: 'why' });
    given(requested, started)
      .when((state) => endLoad(state, { failed: 'why' }, reached))
      .then(failed);
    given(requested, started, failed)
      .when((state) => endLoad(state, 'completed', reached))
      .then();
  });

  test('is listed with how it went', () => {
    const listed = projecting(loads).given(
      requested,
      started,
      event('backupload.failed.v1', samples['backupload.failed.v1']),
    );
    expect(listed.documents['78']).toMatchObject({
      status: 'FAILED',
      error: 'The ZIP holds no CSV of records',
    });
  });
});
