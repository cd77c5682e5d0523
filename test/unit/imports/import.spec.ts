// Imports: what a request means for a file, what a row means for a record, and how an import ends.
import { isoDate } from '../../../src/imports/rows/import-dates';
import type { FilePlan } from '../../../src/imports/rows/import-plan';
import { planFile } from '../../../src/imports/rows/file-plan';
import { findObjectType } from '../../../src/crm/schemas/object-type.vocabulary';
import { checked, parseImportRequest, type Problem } from '../../../src/imports/requests/import-request';
import { readRow, sequenceKeys } from '../../../src/imports/rows/import-row';
import {
  cancelImport,
  endImport,
  endingOf,
  importDecider,
  noCounters,
  requestImport,
  startImport,
} from '../../../src/imports/import.decider';
import type { ImportCounters } from '../../../src/imports/import-counters.vocabulary';
import type { ImportEvents } from '../../../src/imports/import.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { imports } from '../../../projections/imports';
import { Refusal } from '../../../src/refusals';
import { define, knownBy } from '../../support/imports/csv-read';
import { at, deciding, later, meta, projecting } from '../../support/spec';
import { samples } from '../audit/audit-samples';

const definitions = new Map(
  [
    ...[define('email', { hasUniqueValue: true }), define('code', { hasUniqueValue: true })],
    define('firstname'),
    define('birthday', { type: 'date' }),
    define('closedate', { type: 'datetime' }),
    define('createdate', { type: 'datetime', readOnlyValue: true }),
  ].map((one) => [one.name, one]),
);

const companies = new Map([define('name'), define('domain'), define('sector')].map((one) => [one.name, one]));
const known = knownBy((type) => (type === 'companies' ? companies : definitions));

const map = (columnName: string, propertyName: string | null = columnName, columnType?: string) => ({
  ...{ columnObjectTypeId: '0-1', columnName, propertyName },
  ...(columnType && { columnType }),
});
const requestOf = (columnMappings: object[], part: object = {}, page: object = {}) => ({
  name: 'Spring fair',
  files: [
    { fileName: 'fair.csv', fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings, ...page } },
  ],
  ...part,
});
function plan(sent: object, header: string[]): { plan: FilePlan; problems: Problem[] } {
  const request = checked(sent, findObjectType);
  const problems: Problem[] = [];
  return { plan: planFile(request, request.files[0]!, header, known, problems), problems };
}

describe('a request', () => {
  test.each([
    ['importRequest', 'not JSON', '{'],
    ['importRequest', 'missing', undefined],
    ['importRequest.name', 'no name', { ...requestOf([map('email')]), name: undefined }],
    ['importRequest.files', 'no files', { name: 'x', files: [] }],
    [
      'importRequest.dateFormat',
      'a date format of its own',
      requestOf([map('email')], { dateFormat: 'WEEKS' }),
    ],
    [
      'importRequest.files.0.fileImportPage.columnMappings.0.columnObjectTypeId',
      'an unknown object type',
      requestOf([{ ...map('email'), columnObjectTypeId: '9-9' }]),
    ],
    [
      'importRequest.files.0.fileImportPage.columnMappings.0.columnType',
      'a column type of its own',
      requestOf([map('email', 'email', 'EVENT_TIMESTAMP')]),
    ],
    [
      'importRequest.files.0.fileImportPage.columnMappings.0.propertyName',
      'a column of nothing',
      requestOf([map('email', null)]),
    ],
    [
      'importRequest.createContactListFromImport',
      'a list of the contacts',
      requestOf([map('email')], { createContactListFromImport: true }),
    ],
    [
      'importRequest.files.0.fileFormat',
      'a spreadsheet',
      { name: 'x', files: [{ ...requestOf([map('email')]).files[0], fileFormat: 'SPREADSHEET' }] },
    ],
  ])('is refused naming %s: %s', (place, _, sent) => {
    try {
      parseImportRequest(typeof sent === 'object' ? JSON.stringify(sent) : sent, findObjectType);
      throw new Error('It was taken');
    } catch (error) {
      expect((error as Refusal).code).toBe('import-request-invalid');
      expect((error as Refusal).detail.errors?.[0]?.in).toBe(place);
    }
  });

  test('has a plan for each mapped column, the others are left out', () => {
    const { plan: made, problems } = plan(requestOf([map('Mail', 'email'), map('Name', 'firstname')]), [
      ...['Name', 'Shoe size', 'Mail'],
    ]);
    expect(problems).toEqual([]);
    expect(made.objects[0]!.columns.map(({ index, property }) => [index, property.name])).toEqual([
      [2, 'email'],
      [0, 'firstname'],
    ]);
    expect(made.objects).toMatchObject([{ objectType: 'contacts', operation: 'UPSERT' }]);
    expect(made).toMatchObject({ links: [], width: 3 });
  });

  const places = 'importRequest.files.0.fileImportPage.columnMappings';
  test.each([
    [`${places}.0.propertyName`, 'unknown property', [map('email', 'shoe_size')], ['email']],
    [`${places}.0.propertyName`, 'read-only property', [map('a', 'createdate')], ['a']],
    [`${places}.0.columnName`, 'missing column', [map('email')], ['Email']],
    [`${places}.0.columnName`, 'doubled column', [map('email')], ['email', 'email']],
    [
      `${places}.0.propertyName`,
      'key that is not unique',
      [map('a', 'firstname', 'HUBSPOT_ALTERNATE_ID')],
      ['a'],
    ],
    [places, 'one property twice', [map('a', 'firstname'), map('b', 'firstname')], ['a', 'b']],
  ])('is refused at %s: %s', (place, _, mappings, header) => {
    expect(plan(requestOf(mappings), header).problems.map((problem) => problem.in)).toEqual([place]);
  });

  test('that only updates needs a column that names the records', () => {
    const update = { importOperations: { '0-1': 'UPDATE' } };
    expect(plan(requestOf([map('firstname')], update), ['firstname']).problems).toHaveLength(1);
    const byId = requestOf([map('id', null, 'HUBSPOT_OBJECT_ID'), map('firstname')], update);
    expect(plan(byId, ['firstname', 'id'])).toMatchObject({
      problems: [],
      plan: { objects: [{ key: { by: 'id', index: 1 } }] },
    });
  });

  test('knows a column of ids by its property or its name, and one of a unique property', () => {
    const update = { importOperations: { '0-1': 'UPDATE' } };
    const id = { by: 'id', index: 0 };
    for (const mapping of [map('a', 'hs_object_id'), map('a', 'hs_object_id', 'STANDARD')])
      expect(plan(requestOf([mapping, map('firstname')], update), ['a', 'firstname'])).toMatchObject({
        problems: [],
        plan: { objects: [{ key: id }] },
      });
    for (const name of ['Record ID', 'hs_object_id'])
      expect(plan(requestOf([map(name, null), map('firstname')], update), [name, 'firstname'])).toMatchObject(
        { problems: [], plan: { objects: [{ key: id }] } },
      );
    const byCode = plan(requestOf([map('a', 'code'), map('firstname')], update), ['a', 'firstname']);
    expect(byCode.plan.objects[0]!.key).toMatchObject({ by: 'property', column: { index: 0 } });
    expect(() => plan(requestOf([map('a', null)]), ['a'])).toThrow(
      /HUBSPOT_OBJECT_ID is a column of record ids/,
    );
  });

  test("names contacts by their e-mail when it doesn't say how", () => {
    const [contacts] = plan(requestOf([map('email'), map('firstname')]), ['email', 'firstname']).plan.objects;
    expect(contacts!.key).toMatchObject({ by: 'property', column: { property: { name: 'email' } } });
    const creating = requestOf([map('email')], { importOperations: { contacts: 'CREATE' } });
    expect(plan(creating, ['email']).plan.objects[0]!.key).toBeUndefined();
  });
});

describe('a row', () => {
  const header = ['email', 'firstname', 'birthday', 'closedate'];
  const of = (cells: string[], part: object = {}) => {
    const { plan: made } = plan(
      requestOf(
        header.map((name) => map(name)),
        part,
      ),
      header,
    );
    const read = readRow(made, { number: 2, cells });
    return { made, read, row: read[0]! };
  };

  test('gives strings verbatim, dates by the format, and leaves empty cells out', () => {
    expect(of(['ada@example.com', ' Ada\r', '12/10/1815', '']).row).toEqual({
      key: 'ada@example.com',
      values: { email: 'ada@example.com', firstname: ' Ada\r', birthday: '1815-12-10' },
      errors: [],
    });
  });

  test('with a date that is none names row and column, not the value', () => {
    const { errors } = of(['a@example.com', '', '13/32/2016', '']).row;
    expect(errors).toMatchObject([{ column: 2, property: 'birthday', type: 'COULD_NOT_PARSE_DATE' }]);
    expect(errors[0]!.message).not.toContain('13');
  });

  test('of another length or without any value is an error', () => {
    expect(of(['a']).row.errors[0]?.type).toBe('INCORRECT_NUMBER_OF_COLUMNS');
    expect(of(['', '', '', '']).row.errors[0]?.type).toBe(
      'FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES',
    );
  });

  test('that only updates must name its record', () => {
    const { errors } = of(['', 'Ada', '', ''], { importOperations: { '0-1': 'UPDATE' } }).row;
    expect(errors.map(({ type }) => type)).toEqual(['INVALID_ALTERNATE_ID']);
  });

  test('waits for another with the same e-mail, however it is written', () => {
    const { made, read } = of(['Ada@Example.com ', '', '', '']);
    expect(sequenceKeys(made, read)).toEqual(['contacts.email=ada@example.com']);
  });
});

test.each([
  ['MONTH_DAY_YEAR', '3/1/2017', '2017-03-01'],
  ['MONTH_DAY_YEAR', '10/20/2016', '2016-10-20'],
  ['DAY_MONTH_YEAR', '3.1.2017', '2017-01-03'],
  ['DAY_MONTH_YEAR', '31-12-2017', '2017-12-31'],
  ['YEAR_MONTH_DAY', '2017/3/1', '2017-03-01'],
  ['MONTH_DAY_YEAR', '2017-03-01', '2017-03-01'],
  ['DAY_MONTH_YEAR', '1/2/2017 9:05', '2017-02-01T09:05:00Z'],
  ['MONTH_DAY_YEAR', '2/29/2016', '2016-02-29'],
  ['MONTH_DAY_YEAR', '2/29/2017', undefined],
  ['MONTH_DAY_YEAR', '13/1/2017', undefined],
  ['DAY_MONTH_YEAR', '1/13/2017', undefined],
  ['MONTH_DAY_YEAR', '3/1/17', undefined],
  ['MONTH_DAY_YEAR', '3/1.2017', undefined],
  ['MONTH_DAY_YEAR', 'soon', undefined],
] as const)('as %s, %s is %s', (format, text, day) => expect(isoDate(text, format)).toBe(day));

describe('an import', () => {
  const event = eventsOf<ImportEvents>();
  const given = deciding(importDecider);
  const requested = event('import.requested.v1', samples['import.requested.v1']);
  const importId = '77';
  const started = event('import.started.v1', { importId });
  const counters = { ...noCounters, totalRows: 3, createdObjects: 3 };
  const completed = event('import.completed.v1', { importId, counters });

  test('is requested once', () => {
    given()
      .when((s) => requestImport(s, requested.data))
      .then(requested);
    given(requested)
      .when((s) => requestImport(s, requested.data))
      .thenNothing();
  });
  test('starts once, also when it is taken up again', () => {
    given(requested).when(startImport).then(started);
    given(requested, started).when(startImport).thenNothing();
  });
  test('that waits is cancelled at once, one that runs when it has stopped', () => {
    const cancelled = event('import.cancelled.v1', { importId, counters: noCounters });
    const asked = event('import.cancel-requested.v1', { importId });
    given(requested).when(cancelImport).then(cancelled);
    given(requested, started).when(cancelImport).then(asked);
    given(requested, started, asked).when(cancelImport).thenNothing();
    given(requested, started, asked)
      .when((s) => endImport(s, 'cancelled', { counters }))
      .then(event('import.cancelled.v1', { importId, counters }));
  });
  test('that is not there or has ended cannot be cancelled', () => {
    given().when(cancelImport).thenRefused('import-unknown');
    given(requested, started, completed).when(cancelImport).thenRefused('import-ended');
  });
  test('that imported none of its rows has failed, one without rows or with one of them has not', () => {
    const ofRows = (part: Partial<ImportCounters>) => endingOf({ ...noCounters, ...part });
    expect(ofRows({ totalRows: 8_800, errors: 8_800 })).toEqual({
      failed: 'None of the 8800 rows was imported: the list of errors says why',
    });
    expect(ofRows({ totalRows: 2, errors: 1, unchangedObjects: 1 })).toBe('completed');
    expect(ofRows({})).toBe('completed');
  });
  test('ends once', () => {
    given(requested, started)
      .when((s) => endImport(s, 'completed', { counters }))
      .then(completed);
    given(requested, started, completed)
      .when((s) => endImport(s, { failed: 'x' }, { counters }))
      .thenNothing();
  });

  test('stands in the list from its request to its end; a restore has an entry for each object type', () => {
    const { documents } = projecting(imports).given(
      requested,
      { ...started, meta: { at: later } },
      completed,
      { type: 'restore.requested.v1', data: samples['restore.requested.v1'] },
    );
    const { importId: _, name, objectTypes, ...job } = requested.data;
    expect(documents).toEqual({
      77: {
        ...{ id: '77', name, objectTypes, state: 'DONE', counters, createdAt: at, updatedAt: at },
        touches: { contacts: true },
        job: {
          ...job,
          actor: { type: 'user', id: 'user-1', userId: 'user-1' },
          correlationId: meta.correlationId,
          commandId: meta.commandId,
          client: {},
        },
      },
      78: {
        ...{
          id: '78',
          name: 'Data Restore - Contact',
          objectTypes: ['contacts'],
          createdAt: at,
          updatedAt: at,
        },
        touches: { contacts: true },
        restore: { restoreId: 'r-1', rows: 1 },
      },
    });
  });
});
