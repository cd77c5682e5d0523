// Real sales data, messy as it is: what was in the files is in the records, and in a backup of them.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { pause } from '../../../src/supervision/pause';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { allRecords, importCsv, type ImportAnswer, type RecordAnswer } from '../../support/importing';
import { unzipped } from '../../support/unzip';

const folder = resolve(__dirname, '../../../../test/fixtures/crm-sales');

type Row = Readonly<Record<string, string>>;
const rowsOf = (text: string | Buffer): Row[] => parse(text, { columns: true, bom: true });

const companies = {
  account: 'name',
  sector: 'sector',
  year_established: 'year_established',
  revenue: 'revenue_millions',
  employees: 'employees',
  office_location: 'office_location',
  subsidiary_of: 'subsidiary_of',
};
const products = { product: 'name', series: 'series', sales_price: 'price' };
const deals = {
  opportunity_id: 'opportunity_id',
  sales_agent: 'dealname',
  product: 'product_name',
  account: 'account_name',
  deal_stage: 'sales_stage',
  engage_date: 'engage_date',
  close_date: 'close_day',
  close_value: 'close_value',
};

/** Deals name their company and their product as the other files do, mostly. */
const named = (columnName: string, toColumnObjectTypeId: string) => ({
  ...{ columnObjectTypeId: '0-3', columnName, toColumnObjectTypeId, propertyName: 'name' },
});
const also = [named('account', '0-2'), named('product', '0-7')];

const imports = [
  { file: 'accounts.csv', objectType: 'companies', type: '0-2', columns: companies, rows: 85, also: [] },
  { file: 'products.csv', objectType: 'products', type: '0-7', columns: products, rows: 7, also: [] },
  { file: 'sales_pipeline.csv', objectType: 'deals', type: '0-3', columns: deals, rows: 8_800, also },
] as const;
const pipeline = 'sales_pipeline.csv';
const sold = () => rowsOf(readFileSync(join(folder, pipeline)));
const namesIn = (file: string, column: string) =>
  new Set(rowsOf(readFileSync(join(folder, file))).map((row) => row[column]!));
/** Rows of the file, as a spreadsheet numbers them, whose cell names none of the records of another file. */
const unmatched = (column: string, names: ReadonlySet<string>) =>
  sold().flatMap((row, n) => (names.has(row[column]!) ? [] : [n + 2]));

const usDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
/** What a cell of the files must be as a value. */
function valueOf(cell: string): string {
  const [, month, day, year] = usDate.exec(cell) ?? [];
  return month === undefined ? cell : `${year}-${month.padStart(2, '0')}-${day!.padStart(2, '0')}`;
}
const key = (values: readonly string[]) => JSON.stringify(values);
/** The values of the mapped columns, row by row, in an order of their own. */
const expected = (file: string, columns: Readonly<Record<string, string>>): string[] =>
  rowsOf(readFileSync(join(folder, file)))
    .map((row) => key(Object.keys(columns).map((column) => valueOf(row[column]!))))
    .sort();

/** Thousands of rows, each with two associations, beside other specs. */
jest.setTimeout(600_000);

describe('the sales data', () => {
  let app: App;
  beforeAll(async () => {
    // All that there is is what was in the files.
    app = await startApp(ownLog);
    const define = (objectType: string, group: string, type: string, names: string[], options?: string[]) =>
      Promise.all(
        names.map((name) =>
          app.ok('POST', `/crm/v3/properties/${objectType}`, {
            ...{ name, label: name, type, groupName: group },
            fieldType: options ? 'select' : type === 'string' ? 'text' : type,
            ...(options && { options: options.map((value) => ({ label: value, value })) }),
          }),
        ),
      );
    const texts = ['sector', 'office_location', 'subsidiary_of'];
    await define('companies', 'companyinformation', 'string', texts);
    const numbers = ['year_established', 'revenue_millions', 'employees'];
    await define('companies', 'companyinformation', 'number', numbers);
    await define('products', 'productinformation', 'string', ['series']);
    await define('deals', 'dealinformation', 'string', ['opportunity_id', 'product_name', 'account_name']);
    await define('deals', 'dealinformation', 'date', ['engage_date', 'close_day']);
    await define('deals', 'dealinformation', 'number', ['close_value']);
    const stages = ['Prospecting', 'Engaging', 'Won', 'Lost'];
    await define('deals', 'dealinformation', 'enumeration', ['sales_stage'], stages);
  });
  afterAll(() => app.close());

  let deal = '';
  test.each(imports)(
    '$file: all $rows rows become $objectType',
    async ({ file, type, columns, rows, also }) => {
      const csv = readFileSync(join(folder, file));
      const done = await importCsv(app, { type, columns, csv, name: file, also, operation: 'CREATE' });
      expect(done.state).toBe('DONE');
      expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: rows, CREATED_OBJECTS: rows });
      deal = done.id;
    },
  );

  test('deals are associated with their companies and products; rows that match none are listed', async () => {
    const companyless = unmatched('account', namesIn('accounts.csv', 'account'));
    const productless = unmatched('product', namesIn('products.csv', 'product'));
    expect([companyless.length, productless.length]).toEqual([1_425, 1_480]);
    const { metadata } = await app.ok<ImportAnswer>('GET', `/crm/v3/imports/${deal}`);
    expect(metadata.counters).toMatchObject({
      CREATED_ASSOCIATIONS: 2 * 8_800 - companyless.length - productless.length,
      ...{ ASSOCIATION_ERRORS: productless.length, EMPTY_ASSOCIATIONS: companyless.length },
      ERRORS: productless.length,
    });
    const listed: { errorType: string; sourceData: { lineNumber: number } }[] = [];
    for (let after: string | undefined; ;) {
      const page = await app.ok<{ results: typeof listed; paging?: { next: { after: string } } }>(
        'GET',
        `/crm/v3/imports/${deal}/errors?limit=200${after ? `&after=${after}` : ''}`,
      );
      listed.push(...page.results);
      after = page.paging?.next.after;
      if (after === undefined) break;
    }
    const rows = (type: string) =>
      listed.filter(({ errorType }) => errorType === type).map(({ sourceData }) => sourceData.lineNumber);
    expect(rows('NO_OBJECT_ID_FROM_ASSOCIATION_IDENTIFIER')).toEqual(companyless);
    expect(rows('ASSOCIATION_RECORD_NOT_FOUND')).toEqual(productless);
  });

  test.each(imports)('$objectType hold what $file says, empty fields stay empty', async (one) => {
    const names = Object.values(one.columns);
    const found = await allRecords(app, one.objectType, names);
    const values = ({ properties }: RecordAnswer) => key(names.map((name) => properties[name] ?? ''));
    expect(found.map(values).sort()).toEqual(expected(one.file, one.columns));
  });

  test('a product keeps the name it was sold under', async () => {
    const found = await app.ok<{ total: number }>('POST', '/crm/v3/objects/deals/search', {
      filterGroups: [{ filters: [{ propertyName: 'product_name', operator: 'EQ', value: 'GTXPro' }] }],
      limit: 1,
    });
    expect(found.total).toBe(1_480);
  });

  test('an import of which every row fails has failed, and says so, with what was expected in each cell', async () => {
    const asked = {
      ...{ type: '0-3', csv: readFileSync(join(folder, pipeline)), operation: 'CREATE' as const },
      columns: { opportunity_id: 'opportunity_id', product: 'sales_stage', sales_agent: 'engage_date' },
    };
    const tried = await importCsv(app, { ...asked, dryRun: true });
    const done = await importCsv(app, asked);
    for (const one of [tried, done]) {
      expect(one.state).toBe('FAILED');
      expect(one.error).toContain('None of the 8800 rows');
      expect(one.metadata.counters).toMatchObject({ TOTAL_ROWS: 8_800, CREATED_OBJECTS: 0, ERRORS: 8_800 });
      const { results } = await app.ok('GET', `/crm/v3/imports/${one.id}/errors?limit=2`);
      const cell = { ...sold()[0]! };
      expect(results).toMatchObject([
        {
          ...{ errorType: 'INVALID_ENUMERATION_OPTION', knownColumnNumber: 3, invalidValue: cell['product'] },
          ...{ expected: 'one of the options', options: ['Prospecting', 'Engaging', 'Won', 'Lost'] },
        },
        { errorType: 'COULD_NOT_PARSE_DATE', knownColumnNumber: 2, invalidValue: cell['sales_agent'] },
      ]);
    }
    const told = async () =>
      (await app.ok('GET', '/notifications/v1/notifications?limit=50')).results.filter(
        (one) => one['kind'] === 'IMPORT_FAILED',
      );
    let notifications = await told();
    for (; notifications.length === 0; notifications = await told()) await pause(50);
    // Who tries looks at the answer.
    expect(notifications).toMatchObject([{ about: { importId: done.id, none: '8,800' } }]);
  });

  test('a backup compared value by value with the files has no difference', async () => {
    const { id } = await app.ok<{ id: string }>('POST', '/backups/v1/backups', {});
    const progress = await fetch(`${app.url}/backups/v1/backups/${id}/progress`, {
      headers: { authorization: `Bearer ${app.admin.token}` },
    });
    await progress.text();
    const backup = await app.ok<{ status: string }>('GET', `/backups/v1/backups/${id}`);
    expect(backup).toMatchObject({
      status: 'COMPLETED',
      counts: { companies: 85, deals: 8_800, products: 7, associations: 14_695 },
    });
    const file = await fetch(`${app.url}/backups/v1/backups/${id}/file`, {
      headers: { authorization: `Bearer ${app.admin.token}` },
    });
    const zip = await unzipped(Buffer.from(await file.arrayBuffer()));
    for (const one of imports) {
      const names = Object.values(one.columns);
      const rows = rowsOf(zip.get(`${one.objectType}.csv`)!);
      expect(rows.map((row) => key(names.map((name) => row[name]!))).sort()).toEqual(
        expected(one.file, one.columns),
      );
    }
    // Companies come before deals, and deals before products: so do the two sides of a pair.
    const called = (type: string, column: string) =>
      new Map(rowsOf(zip.get(`${type}.csv`)!).map((row) => [row['hs_object_id']!, row[column]!]));
    const names = {
      companies: called('companies', 'name'),
      products: called('products', 'name'),
      deals: called('deals', 'opportunity_id'),
    };
    const nameOf = (type: string, id: string) => names[type as keyof typeof names].get(id)!;
    const pairs = rowsOf(zip.get('associations.csv')!).map((row) =>
      key([
        nameOf(row['from_object_type']!, row['from_record_id']!),
        nameOf(row['to_object_type']!, row['to_record_id']!),
      ]),
    );
    const [accounts, goods] = [namesIn('accounts.csv', 'account'), namesIn('products.csv', 'product')];
    const matched = sold().flatMap(({ opportunity_id: deal = '', account = '', product = '' }) => [
      ...(accounts.has(account) ? [key([account, deal])] : []),
      ...(goods.has(product) ? [key([deal, product])] : []),
    ]);
    expect(pairs.sort()).toEqual(matched.sort());
  });
});
