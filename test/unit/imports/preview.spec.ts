// Previews of imports: what is shown of a file is what an import makes of it, and what is suggested can be asked for.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { Caller } from '../../../src/caller';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { findObjectType } from '../../../src/crm/schemas/object-type.vocabulary';
import { looked } from '../../../src/imports/preview/file-head';
import { hold, HELD_BYTES } from '../../../src/imports/preview/held-upload';
import { Importable } from '../../../src/imports/preview/importable';
import { completed } from '../../../src/imports/preview/completed-request';
import { partOf } from '../../../src/imports/preview/preview-request';
import { fileView } from '../../../src/imports/preview/preview.view';
import { checked, only } from '../../../src/imports/requests/import-request';
import { problemsOf } from '../../../src/imports/requests/request-files';
import type { UploadPart } from '../../../src/imports/requests/import-upload';
import { csvRows } from '../../../src/imports/rows/csv-rows';
import { definitions, owners } from '../../support/imports/csv-account';
import { csvCases } from '../../support/imports/csv-cases';
import { define, fileOf, knownBy, readCsv } from '../../support/imports/csv-read';

type Definitions = ReadonlyMap<string, PropertyDefinition>;
const caller = { superAdmin: true, scopes: 'all' } as const as unknown as Caller;
const contacts = findObjectType('contacts')!;

interface Account {
  readonly contacts: Definitions;
  readonly companies?: Definitions;
  readonly caller?: Pick<Caller, 'superAdmin' | 'scopes'>;
}

/** A file of contacts as it is previewed; `sent`: what is said of the file in the request. */
async function previewed(
  bytes: Buffer,
  of: Account,
  sent: object = {},
  type: 'contacts' | null = 'contacts',
) {
  const [file] = (await hold(parts(bytes, bytes.length > 10_000 ? 60_000 : 7))).files;
  const part = partOf(JSON.stringify({ files: [{ fileName: 'x.csv', ...sent }] }));
  const types = [
    { type: contacts, definitions: of.contacts },
    { type: findObjectType('companies')!, definitions: of.companies ?? new Map() },
  ];
  const importable = new Importable(types, new Set(['contacts/companies', 'companies/contacts']));
  const problems: { message: string; in: string }[] = [];
  const looking = {
    ...{ file: file!, asked: part.files![0]!, importable, type: type ? contacts : undefined },
    caller: { ...caller, ...of.caller },
  };
  const found = await looked(looking, problemsOf(0, problems));
  if (!found || problems.length > 0) return { problems };
  const request = completed(part, part.files!, [found], findObjectType);
  return { problems, request, view: fileView(found), header: found.header };
}

async function* parts(bytes: Buffer, chunk: number): AsyncGenerator<UploadPart> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) pieces.push(bytes.subarray(at, at + chunk));
  const file = Readable.from(pieces, { objectMode: false });
  yield { type: 'file', fieldname: 'files', filename: 'x.csv', file };
}

/** Whether what a header says of the file is all that is asked of its columns. */
const isOfHeader = ({ hasHeader, asked = {} }: (typeof csvCases)[number]) =>
  hasHeader !== false && !('columnMappings' in asked);

const said = (problems: readonly { message: string; in: string }[]) =>
  problems.map(({ message, in: place }) => `${place} ${message}`).join('\n');
const text = (cells: readonly string[]) => cells.map((cell) => (cell.length > 100 ? 'long' : cell));

describe.each(csvCases.map((one) => [one.name, one] as const))('a file with %s', (_, one) => {
  const known = knownBy(() => definitions, owners);
  const { bytes, page } = fileOf(one);

  test('is shown as an import reads it that was asked for already', async () => {
    const shown = await previewed(bytes, { contacts: definitions }, page);
    const read = await readCsv(bytes, page, known);
    if (!shown.view) {
      const messages = read.problems.map(({ message }) => message);
      return expect(messages).toEqual(expect.arrayContaining(shown.problems.map(({ message }) => message)));
    }
    expect([shown.view.encoding, shown.view.delimiter]).toEqual([
      read.format!.encoding,
      read.format!.delimiter,
    ]);
    const rows = [];
    const width = shown.view.columnCount;
    for await (const row of csvRows(Readable.from([bytes]), read.format!, width)) rows.push(row);
    const header = page.fileImportPage.hasHeader ? rows.shift()!.cells : null;
    expect(shown.view.header).toEqual(header);
    expect(shown.view.rows.map(({ row, cells, problem }) => [row, cells, problem])).toEqual(
      rows.slice(0, 10).map(({ number, cells, broken }) => [number, text(cells), broken]),
    );
    expect(shown.view.hasMore).toBe(rows.length > 10);
    // What is wrong with an import of it is wrong with the one that is completed.
    const sent = checked(shown.request, findObjectType, only).files[0]!;
    const { fileName: __, ...again } = { ...shown.request.files[0]!, fileFormat: 'CSV' };
    expect(sent.delimiter).toBe(read.format!.delimiter);
    const { problems } = await readCsv(bytes, again, known);
    // Of columns of one name, those that were not mapped are now said to be ignored.
    const told = read.problems.filter(({ message }) => !message.startsWith('stands 2 times'));
    expect(said(problems).replace(/s[.]\d+[.]c/g, 's.n.c')).toBe(said(told).replace(/s[.]\d+[.]c/g, 's.n.c'));
  });

  test('is imported as is suggested for it', async () => {
    if (!isOfHeader(one)) return;
    const { asked = {} } = one;
    const columns = new Map(Object.entries(one.columns).map(([column, property]) => [property, column]));
    const labelled = new Map(
      [...definitions].flatMap(([name, of]) => {
        const label = columns.get(name);
        return label === undefined ? [] : [[name, { ...of, label }] as const];
      }),
    );
    const shown = await previewed(bytes, { contacts: labelled }, asked);
    if (!shown.view) return expect(said(shown.problems)).toMatch(one.refused!);
    if (one.as) expect([shown.view.encoding, shown.view.delimiter]).toEqual(one.as);
    if (shown.view.columns.every(({ ignored }) => ignored)) return expect(one.refused).toBeDefined();
    const { fileName: __, ...again } = shown.request.files[0]!;
    const read = await readCsv(
      bytes,
      again,
      knownBy(() => labelled, owners),
    );
    expect(said(read.problems)).toBe('');
    // What is found without being told is what was found.
    const untold = { ...again, ...asked, delimiter: (asked as { delimiter?: string }).delimiter };
    expect((await readCsv(bytes, untold, known)).format).toEqual(read.format);
    if (one.refused) return;
    const ends = [...read.rows].map(([number, [row]]) => {
      const errors = row!.errors.map(({ type }) => type).join(' ');
      return [number, errors === '' ? row!.values : errors];
    });
    expect(Object.fromEntries(ends)).toEqual(one.rows);
  });
});

describe('columns', () => {
  const own = new Map(
    [
      ...[
        define('email', { label: 'Email', hasUniqueValue: true }),
        define('code', { label: 'Code', hasUniqueValue: true }),
      ],
      ...[define('firstname', { label: 'First name' }), define('lastname', { label: 'Last name' })],
      ...[define('city', { label: 'Town' }), define('town', { label: 'Place' })],
      ...[define('a1', { label: 'Alike' }), define('a2', { label: 'Alike' })],
      ...[
        define('made', { label: 'Made', readOnlyValue: true }),
        define('b', { label: 'Made too', readOnlyValue: true }),
      ],
      ...[
        define('b2', { label: 'Made too' }),
        define('illness', { label: 'Illness', dataSensitivity: 'sensitive' }),
      ],
    ].map((one) => [one.name, one]),
  );
  const companies = new Map(
    [define('domain', { label: 'Company domain name' }), define('name', { label: 'Name' })].map((one) => [
      one.name,
      one,
    ]),
  );
  const account = { contacts: own, companies };
  const of = async (header: string, sent?: object, more: Partial<Account> = {}) => {
    const { view, request } = await previewed(Buffer.from(`${header}\n`), { ...account, ...more }, sent);
    return {
      columns: view!.columns,
      request: request!,
      mappings: request!.files[0]!.fileImportPage.columnMappings,
    };
  };

  test.each([
    ['their internal names', 'email,firstname,city', ['email', 'firstname', 'city']],
    ['their labels', 'Email,First name,Town', ['email', 'firstname', 'city']],
    [
      'either in any case and with blanks around it',
      ' EMAIL ,first NAME,CITY',
      ['email', 'firstname', 'city'],
    ],
    ['either in one word or several', 'E-mail,first_name,LastName', ['email', 'firstname', 'lastname']],
    ['the internal name before a label', 'town,Town', ['town', 'city']],
    ['the property that can be written, of two that are called so', 'Made too', ['b2']],
  ])('are found by %s', async (_, header, names) => {
    expect((await of(header)).columns.map(({ propertyName }) => propertyName)).toEqual(names);
  });

  test.each([
    ['a name that no property has', 'Shoe', 'NOT_FOUND', 'No property of contacts is called so'],
    [
      'one that a property nearly has',
      'Frist name',
      'NOT_FOUND',
      'No property of contacts is called so; the nearest is First name (firstname)',
    ],
    ['a name of several', 'alike', 'SEVERAL_PROPERTIES', 'Several properties are called so: a1, a2'],
    ['what Strata alone sets', 'Made', 'SET_BY_STRATA', 'made is set by Strata alone'],
    [
      'what another column is about',
      'First_name,First name',
      'TAKEN',
      'Another column is about firstname already',
    ],
    ['no name', ' ,email', 'NO_NAME', 'The column has no name: nothing tells what it is about'],
    [
      'the mark of an export',
      'strata:export,email',
      'MARK',
      'It marks the file as an export of Strata, and holds nothing',
    ],
  ])('are left out, and why is said: %s', async (_, header, reason, message) => {
    const { columns, mappings } = await of(header);
    expect(columns[0]).toMatchObject({ ignored: true, propertyName: null, reason, message });
    for (const { ignored, columnName } of mappings)
      if (columnName === columns[0]!.columnName) expect(ignored).toBe(true);
  });

  test('of sensitive values are for who may write them', async () => {
    const scopes = new Set(['crm.objects.contacts.write']);
    const without = await of('Illness,email', {}, { caller: { superAdmin: false, scopes } });
    expect(without.columns[0]).toMatchObject({ ignored: true, reason: 'NOT_PERMITTED' });
    expect((await of('Illness,email')).columns[0]).toMatchObject({ ignored: false, propertyName: 'illness' });
  });

  test.each([
    ['record ids', 'Email,Record ID', 'UPSERT', ['STANDARD', 'HUBSPOT_OBJECT_ID']],
    [
      'record ids as another program calls them',
      'Email,Contact ID',
      'UPSERT',
      ['STANDARD', 'HUBSPOT_OBJECT_ID'],
    ],
    [
      'the e-mail address before what else is unique',
      'Code,Email',
      'UPSERT',
      ['STANDARD', 'HUBSPOT_ALTERNATE_ID'],
    ],
    ['what is unique', 'Town,Code', 'UPSERT', ['STANDARD', 'HUBSPOT_ALTERNATE_ID']],
    ['nothing, and then all are made', 'Town,Place', 'CREATE', ['STANDARD', 'STANDARD']],
  ])('name the records that are there by %s', async (_, header, operation, types) => {
    const { columns, request } = await of(header);
    expect(columns.map(({ columnType }) => columnType)).toEqual(types);
    expect(request.importOperations).toEqual({ '0-1': operation });
  });

  test.each([
    ['Associated Company IDs', { columnType: 'HUBSPOT_OBJECT_ID' }],
    ['company id', { columnType: 'HUBSPOT_OBJECT_ID' }],
    ['Company Record ID', { columnType: 'HUBSPOT_OBJECT_ID' }],
    ['Company domain', { propertyName: 'domain' }],
    ['Company domain name', undefined],
  ])('name records of another type: %s', async (column, by) => {
    const { mappings } = await of(`email,${column}`);
    expect(mappings[1]).toEqual(
      by
        ? { columnObjectTypeId: '0-1', columnName: column, toColumnObjectTypeId: '0-2', ...by }
        : { columnName: column, ignored: true },
    );
  });

  test('keep what the request says of them, and the rest is suggested', async () => {
    const asked = [
      {
        columnName: 'Town',
        columnObjectTypeId: '0-1',
        propertyName: 'firstname',
        columnType: 'HUBSPOT_ALTERNATE_ID',
      },
      { columnName: 'Place', ignored: true },
    ];
    const sent = { fileImportPage: { hasHeader: true, columnMappings: asked } };
    const { columns, mappings } = await of('Email,Town,First name,Place', sent);
    expect(mappings).toEqual([
      { columnObjectTypeId: '0-1', columnName: 'Email', propertyName: 'email' },
      asked[0],
      { columnName: 'First name', ignored: true },
      asked[1],
    ]);
    expect(columns.map(({ reason }) => reason)).toEqual([undefined, undefined, 'TAKEN', 'ASKED']);
  });

  test('tell the type of the records where nobody does', async () => {
    const shown = await previewed(Buffer.from('Name;domain\n'), account, {}, null);
    expect(shown.view).toMatchObject({ objectType: 'companies', columnObjectTypeId: '0-2', delimiter: ';' });
  });
});

describe('what is shown', () => {
  const account = { contacts: definitions };
  const rows = (count: number) => Array.from({ length: count }, (_, n) => `n${n},x\n`).join('');

  test.each([
    ['ten rows', 10, 10, false],
    ['ten of more', 11, 10, true],
    ['as many as there are', 3, 3, false],
  ])('are %s', async (_, count, shown, hasMore) => {
    const { view } = await previewed(Buffer.from(`name,city\n${rows(count)}`), account);
    expect([view!.rows.length, view!.hasMore, view!.lines]).toEqual([shown, hasMore, count + 2]);
  });

  test('are cells and names of a hundred characters, between whole ones, and a mark after them', async () => {
    const long = `${'x'.repeat(99)}😀 and more`;
    const { view } = await previewed(Buffer.from(`name,${long}\n${long},${'y'.repeat(100)}\n`), account);
    expect(view!.header![1]).toBe(`${'x'.repeat(99)}…`);
    expect(view!.rows[0]!.cells).toEqual([`${'x'.repeat(99)}…`, 'y'.repeat(100)]);
  });

  test('are a thousand columns of however many', async () => {
    const header = Array.from({ length: 5_000 }, (_, n) => (n === 4_321 ? 'city' : `c${n}`)).join();
    const { view, request } = await previewed(Buffer.from(`${header}\n${header}\n`), account);
    expect([
      view!.columnCount,
      view!.header!.length,
      view!.columns.length,
      view!.rows[0]!.cells.length,
    ]).toEqual([...[5_000, 1_000, 1_000, 1_000]]);
    expect(request!.files[0]!.fileImportPage.columnMappings).toMatchObject([{ columnName: 'city' }]);
  });

  test('are whole rows of what is held of a long file, whose every byte tells its encoding', async () => {
    const line = `Jurgen,${'z'.repeat(HELD_BYTES / 4)}\n`;
    const bytes = Buffer.from(`name,city\n${line.repeat(20)}Jürgen,x\n`, 'latin1');
    const [held] = (await hold(parts(bytes, 60_000))).files;
    expect([held!.beginning.length, held!.bytes]).toEqual([HELD_BYTES, bytes.length]);
    const { view } = await previewed(bytes, account);
    expect([view!.encoding, view!.rows.length, view!.bytes]).toEqual(['WINDOWS-1252', 3, bytes.length]);
  });

  test('is nothing of a file whose first row is longer than that', async () => {
    const { problems } = await previewed(Buffer.from(`name,${'z'.repeat(2 * HELD_BYTES)}\nAda,x\n`), account);
    expect(said(problems)).toBe('importRequest.files.0 has a first row that is too long for a preview');
  });
});

test('whatever a file is, its preview shows what an import reads, and suggests what can be asked for', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'name', 'city', '"', ',', ';', '\t', '|', ' ', '\r', '\n', 'ü'),
    maxLength: 6,
  });
  const known = knownBy(() => definitions, owners);
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { maxLength: 30 }), fc.boolean(), async (cells, isLatin) => {
      const bytes = Buffer.from(cells.join(''), isLatin ? 'latin1' : 'utf8');
      const shown = await previewed(bytes, { contacts: definitions });
      if (!shown.view || shown.view.columns.every(({ ignored }) => ignored)) return;
      const { fileName: __, ...asked } = shown.request.files[0]!;
      const read = await readCsv(bytes, asked, known);
      expect(said(read.problems)).toBe('');
      expect(read.format).toEqual({ encoding: shown.view.encoding, delimiter: shown.view.delimiter });
      const numbers = shown.view.rows.map(({ row }) => row);
      expect([...read.rows.keys()].slice(0, 10)).toEqual(numbers);
    }),
    { numRuns: 200 },
  );
});
