// Which associations the files of an import stand for, worked out from its request.
import { directionsOf } from '../../../src/crm/associations/types/association-types';
import { findObjectType, objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import type { FilePlan, Known } from '../../../src/imports/rows/import-plan';
import { planFile } from '../../../src/imports/rows/file-plan';
import { checked, type Problem } from '../../../src/imports/requests/import-request';
import { identifies } from '../../../src/imports/passes/record-finder';

const associations = directionsOf([]);
const known: Known = {
  definitions: standardProperties,
  associationTypes: (from, to) => associations.get(`${from}/${to}`) ?? [],
  objectTypes: objectTypes.map(({ name }) => name),
  owners: [],
  identifies,
};

type Mapping = Readonly<Record<string, unknown>>;
const column = (columnObjectTypeId: string, columnName: string, more: Mapping = {}): Mapping => ({
  ...{ columnObjectTypeId, columnName },
  ...more,
});
const file = (fileName: string, columnMappings: readonly Mapping[]) => ({
  ...{ fileName, fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings } },
});

function plansOf(...files: ReturnType<typeof file>[]): { plans: FilePlan[]; problems: Problem[] } {
  const request = checked({ name: 'Fair', files }, findObjectType);
  const problems: Problem[] = [];
  const plans = request.files.map((one) => {
    const header = one.fileImportPage.columnMappings.map(({ columnName }) => columnName);
    return planFile(request, one, [...new Set(header)], known, problems);
  });
  return { plans, problems };
}

const contactFile = file('contacts.csv', [
  column('0-1', 'First', { propertyName: 'firstname' }),
  column('0-1', 'Email', { propertyName: 'email', associationIdentifierColumn: true }),
]);
const domain = column('0-2', 'Domain', { propertyName: 'domain', columnType: 'HUBSPOT_ALTERNATE_ID' });

test('a file of two object types associates the records of each row, by labels where it has them', () => {
  const label = column('0-1', 'Label', {
    columnType: 'FLEXIBLE_ASSOCIATION_LABEL',
    toColumnObjectTypeId: '0-2',
  });
  const { plans, problems } = plansOf(
    file('both.csv', [column('0-1', 'Email', { propertyName: 'email' }), domain, label]),
  );
  expect(problems).toEqual([]);
  expect(plans[0]!.objects.map(({ objectType }) => objectType)).toEqual(['contacts', 'companies']);
  const [link] = plans[0]!.links;
  expect(link).toMatchObject({
    from: 0,
    toType: 'companies',
    types: [],
    to: { object: 1 },
    labels: { index: 2 },
  });
  expect(link!.labels!.types.get('primary')).toEqual({ category: 'HUBSPOT_DEFINED', typeId: 1 });
});

test('a common column names the records of another file by the property that that file marks', () => {
  const { plans, problems } = plansOf(
    contactFile,
    file('companies.csv', [
      domain,
      column('0-2', 'Email', {
        ...{ toColumnObjectTypeId: '0-1', propertyName: null },
        foreignKeyType: { associationTypeId: 280, associationCategory: 'HUBSPOT_DEFINED' },
      }),
    ]),
  );
  expect(problems).toEqual([]);
  expect(plans[1]!.links).toMatchObject([
    {
      ...{ from: 0, toType: 'contacts', to: { index: 1, by: { name: 'email' } } },
      types: [{ category: 'HUBSPOT_DEFINED', typeId: 280 }],
    },
  ]);
});

test('an older request names the other type by the number of the association alone', () => {
  const { plans, problems } = plansOf(
    file('contacts.csv', [
      {
        columnObjectType: 'CONTACT',
        columnName: 'Email',
        propertyName: 'email',
        idColumnType: 'HUBSPOT_ALTERNATE_ID',
      },
      {
        ...{ columnObjectType: 'CONTACT', columnName: 'Company ID', idColumnType: 'HUBSPOT_OBJECT_ID' },
        ...{ propertyName: null, foreignKeyType: { associationTypeId: 1 }, ignored: false },
      },
      { columnName: 'Left out', ignored: true },
    ]),
  );
  expect(problems).toEqual([]);
  expect(plans[0]!.links).toMatchObject([{ toType: 'companies', to: { index: 1, by: 'id' } }]);
});

test('records of one type are associated by their keys', () => {
  const { plans, problems } = plansOf(
    file('contacts.csv', [
      column('0-1', 'Email', { propertyName: 'email' }),
      column('0-1', 'Boss', { propertyName: 'email', columnType: 'ASSOCIATION_KEYS' }),
    ]),
  );
  expect(problems).toEqual([]);
  expect(plans[0]!.links).toMatchObject([{ from: 0, toType: 'contacts', to: { index: 1 } }]);
});

test('a cell may name a record by what people call it', () => {
  const { plans, problems } = plansOf(
    file('deals.csv', [
      column('0-3', 'Deal', { propertyName: 'dealname' }),
      column('0-3', 'Account', { toColumnObjectTypeId: '0-2', propertyName: 'name' }),
    ]),
  );
  expect(problems).toEqual([]);
  expect(plans[0]!.links[0]!.to).toMatchObject({ index: 1, by: { name: 'name' } });
});

const deal = column('0-3', 'Deal', { propertyName: 'dealname' });
const types = (associationTypeId: number) => ({ associationTypeId, associationCategory: 'HUBSPOT_DEFINED' });
test.each<[string, string, Mapping[]]>([
  [
    'an association type of other types',
    '1.foreignKeyType',
    [deal, column('0-3', 'A', { toColumnObjectTypeId: '0-2', foreignKeyType: types(1) })],
  ],
  [
    'a property that does not tell records apart',
    '1',
    [deal, column('0-3', 'A', { toColumnObjectTypeId: '0-2', propertyName: 'city' })],
  ],
  ['no record of its own', '1', [deal, column('0-1', 'A', { toColumnObjectTypeId: '0-2' })]],
  [
    'labels of nothing',
    '1',
    [deal, column('0-3', 'A', { toColumnObjectTypeId: '0-2', columnType: 'FLEXIBLE_ASSOCIATION_LABEL' })],
  ],
])('%s is refused', (_, place, mappings) => {
  const { problems } = plansOf(file('deals.csv', mappings));
  expect(problems.map((problem) => problem.in)).toEqual([
    `importRequest.files.0.fileImportPage.columnMappings.${place}`,
  ]);
});
