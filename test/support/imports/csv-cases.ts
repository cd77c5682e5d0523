// Small CSV files as people have them, each with what becomes of every row. Made up for this; names and numbers mean
// nobody.
import iconv from 'iconv-lite';

/** The values that a row gives its record, or the types of its errors, one after another. */
export type RowEnd = Readonly<Record<string, string>> | string;

export interface CsvCase {
  readonly name: string;
  /** Text is UTF-8. */
  readonly file: string | Buffer;
  /** Property by column, in the order of the file's columns. */
  readonly columns?: Readonly<Record<string, string>>;
  /** More of the request's file: delimiter, encoding, dateFormat, numberFormat, formulaGuard. */
  readonly asked?: object;
  readonly hasHeader?: false;
  /** Encoding and delimiter that are found. */
  readonly as?: readonly [string, string];
  /** By the row's number, as a spreadsheet shows it. */
  readonly rows?: Readonly<Record<number, RowEnd>>;
  /** What the refusal says where the request is refused. */
  readonly refused?: RegExp;
}

const people = { Name: 'name', Town: 'city' };
const latin = (text: string, encoding = 'latin1') => iconv.encode(text, encoding);
const utf16 = (text: string, encoding = 'utf-16le', addBOM = true) =>
  iconv.encode(text, encoding, { addBOM });

const ada = { name: 'Ada', city: 'London' };
const bob = { name: 'Bob', city: 'Oslo' };
const WIDTH = 'INCORRECT_NUMBER_OF_COLUMNS';
const BROKEN = 'COULD_NOT_PARSE_ROW';
const EMPTY = 'FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES';
const OPTION = 'INVALID_ENUMERATION_OPTION';
const DATE = 'COULD_NOT_PARSE_DATE';
const NUMBER = 'COULD_NOT_PARSE_NUMBER';
const OWNER = 'COULD_NOT_FIND_OWNER';

const one = (property: string) => ({ Name: 'name', Value: property });
/** Rows below `Name,Value`, each with a name and the value in quotes. */
const values = (cells: readonly string[], delimiter = ',') =>
  [
    `Name${delimiter}Value`,
    ...cells.map((cell, n) => `n${n}${delimiter}"${cell.replaceAll('"', '""')}"`),
  ].join('\r\n');
/** What becomes of these rows: null, or the type of an error beside the name. */
const ends = (property: string, found: readonly string[]) =>
  Object.fromEntries(
    found.map((end, n) => [n + 2, /^[A-Z_]{8,}$/.test(end) ? end : { name: `n${n}`, [property]: end }]),
  );

const delimiters: CsvCase[] = [
  {
    name: 'commas',
    file: 'Name,Town\r\nAda,London\r\nBob,Oslo\r\n',
    as: ['UTF-8', ','],
    rows: { 2: ada, 3: bob },
  },
  {
    name: 'semicolons',
    file: 'Name;Town\r\nAda;London\r\nBob;Oslo\r\n',
    as: ['UTF-8', ';'],
    rows: { 2: ada, 3: bob },
  },
  {
    name: 'tabs',
    file: 'Name\tTown\nAda\tLondon\nBob\tOslo\n',
    as: ['UTF-8', '\t'],
    rows: { 2: ada, 3: bob },
  },
  { name: 'bars', file: 'Name|Town\nAda|London\nBob|Oslo\n', as: ['UTF-8', '|'], rows: { 2: ada, 3: bob } },
  {
    name: 'semicolons between cells with commas',
    file: 'Name;Town\nAda, Countess;London, UK\nBob;Oslo\n',
    as: ['UTF-8', ';'],
    rows: { 2: { name: 'Ada, Countess', city: 'London, UK' }, 3: bob },
  },
  {
    name: 'commas between quoted cells with semicolons',
    file: 'Name,Town\n"Ada;A;B;C","London;E"\nBob,Oslo\n',
    as: ['UTF-8', ','],
    rows: { 2: { name: 'Ada;A;B;C', city: 'London;E' }, 3: bob },
  },
  {
    name: 'tabs beside commas in the header',
    file: 'Name, first\tTown\nAda\tLondon\n',
    columns: { 'Name, first': 'name', Town: 'city' },
    as: ['UTF-8', '\t'],
    rows: { 2: ada },
  },
  {
    name: 'one column whose cells hold commas',
    file: 'Name\nAda, Countess\nBob\n',
    columns: { Name: 'name' },
    rows: { 2: { name: 'Ada, Countess' }, 3: { name: 'Bob' } },
  },
  {
    name: 'a delimiter that is given',
    file: 'Name;Town\nAda;London\n',
    asked: { delimiter: ';' },
    as: ['UTF-8', ';'],
    rows: { 2: ada },
  },
  {
    name: 'a delimiter that does not fit, and the one that would',
    file: 'Name;Town\nAda;London\n',
    asked: { delimiter: ',' },
    refused:
      /delimiter lets columns be missing: with ";"[\s\S]*the header of the file, which reads "Name;Town"/,
  },
  {
    name: 'no header',
    file: 'Ada;London\nBob;Oslo\n',
    hasHeader: false,
    as: ['UTF-8', ';'],
    rows: { 1: ada, 2: bob },
  },
  {
    name: 'no header, and fewer columns than are mapped',
    file: 'Ada\nBob\n',
    hasHeader: false,
    refused: /maps more columns than the file/,
  },
];

const encodings: CsvCase[] = [
  {
    name: 'UTF-8 with a byte order mark',
    file: '\ufeffName,Town\nÅsa,Malmö\n',
    as: ['UTF-8', ','],
    rows: { 2: { name: 'Åsa', city: 'Malmö' } },
  },
  {
    name: 'UTF-8 without',
    file: 'Name,Town\n王芳,上海\n',
    as: ['UTF-8', ','],
    rows: { 2: { name: '王芳', city: '上海' } },
  },
  {
    name: 'a byte order mark before a quoted header',
    file: '\ufeff"Name","Town"\n"Ada","London"\n',
    as: ['UTF-8', ','],
    rows: { 2: ada },
  },
  {
    name: 'Unicode text of a spreadsheet',
    file: utf16('Name\tTown\r\nÅsa\tMalmö\r\n"Bo ""B"" Ek"\tOslo\r\n'),
    as: ['UTF-16', '\t'],
    rows: { 2: { name: 'Åsa', city: 'Malmö' }, 3: { name: 'Bo "B" Ek', city: 'Oslo' } },
  },
  {
    name: 'UTF-16, the other end first',
    file: utf16('Name;Town\r\nÅsa;上海\r\n', 'utf-16be'),
    as: ['UTF-16', ';'],
    rows: { 2: { name: 'Åsa', city: '上海' } },
  },
  {
    name: 'UTF-16 without a mark',
    file: utf16('Name,Town\r\nAda,London\r\n', 'utf-16le', false),
    as: ['UTF-16', ','],
    rows: { 2: ada },
  },
  {
    name: 'letters of UTF-16 that hold the bytes of line breaks',
    file: utf16('Name,Town\nĊčਊ഍,Malmö\n'),
    as: ['UTF-16', ','],
    rows: { 2: { name: 'Ċčਊ഍', city: 'Malmö' } },
  },
  {
    name: 'Latin-1, found as the part of Windows-1252 that it is',
    file: latin('Name;Town\nJürgen;Köln\n'),
    as: ['WINDOWS-1252', ';'],
    rows: { 2: { name: 'Jürgen', city: 'Köln' } },
  },
  {
    name: 'Windows-1252',
    file: latin('Name;Town\nŠárka „S“ €;Brno\n', 'win1252'),
    as: ['WINDOWS-1252', ';'],
    rows: { 2: { name: 'Šárka „S“ €', city: 'Brno' } },
  },
  {
    name: 'Latin-1 that is given',
    file: latin('Name,Town\nJürgen,Köln\n'),
    asked: { encoding: 'ISO-8859-1' },
    as: ['ISO-8859-1', ','],
    rows: { 2: { name: 'Jürgen', city: 'Köln' } },
  },
  {
    name: 'what is said to be UTF-8 and is not',
    file: latin('Name,Town\nJürgen,Köln\n'),
    asked: { encoding: 'UTF-8' },
    refused: /is not UTF-8/,
  },
  {
    name: 'UTF-8 that is damaged',
    file: Buffer.concat([Buffer.from('Name,Town\nÅsa Öberg,Malmö\n'), Buffer.from([0xe4, 0x2c, 0x41, 0x0a])]),
    refused: /an encoding that its characters do not tell/,
  },
  {
    name: 'an alphabet that is not looked for',
    file: latin('Name,Town\nАлександр,Ярославль\n', 'win1251'),
    refused: /an encoding that its characters do not tell/,
  },
  { name: 'no text at all', file: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 0, 0xff]), refused: /encoding/ },
  { name: 'a workbook', file: Buffer.from('PK\x03\x04 and more'), refused: /is a spreadsheet/ },
  {
    name: 'an older workbook',
    file: Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]),
    refused: /is a spreadsheet/,
  },
  { name: 'nothing', file: '', refused: /is empty/ },
  { name: 'blank lines alone', file: '\r\n\r\n\n', refused: /is empty/ },
];

const quotes: CsvCase[] = [
  {
    name: 'quotes, delimiters and line breaks in quoted cells',
    file: 'Name,Town\r\n"Ada ""A"", Countess","Lon\r\ndon"\r\nBob,Oslo\r\n',
    rows: { 2: { name: 'Ada "A", Countess', city: 'Lon\r\ndon' }, 3: bob },
  },
  {
    name: 'a quote inside a bare cell',
    file: 'Name,Town\nTV 40" wide,London\nBob,Oslo\n',
    rows: { 2: { name: 'TV 40" wide', city: 'London' }, 3: bob },
  },
  {
    name: 'blanks around quoted cells',
    file: 'Name,Town\n "Ada" ,\t"London" \nBob,Oslo\n',
    rows: { 2: ada, 3: bob },
  },
  {
    name: 'blanks around bare cells, which are theirs',
    file: 'Name,Town\n Ada , London\nBob,Oslo\n',
    rows: { 2: { name: ' Ada ', city: ' London' }, 3: bob },
  },
  {
    name: 'quotes in a quoted cell that are not doubled',
    file: 'Name,Town\n"Ada "the Countess" A",London\nBob,Oslo\n',
    rows: { 2: BROKEN, 3: bob },
  },
  {
    name: 'a quote that is never closed',
    file: 'Name,Town\n"Ada,London\nBob,Oslo\nEve,Rome\n',
    rows: { 2: BROKEN, 3: bob, 4: { name: 'Eve', city: 'Rome' } },
  },
  {
    name: 'one in the last row',
    file: 'Name,Town\nBob,Oslo\nAda,"London\n',
    rows: { 2: bob, 3: BROKEN },
  },
  {
    name: 'one before rows with quotes of their own',
    file: 'Name,Town\n"Ada,London\nBob,Oslo\n"Eve","Rome"\nBob,Oslo\n',
    rows: { 2: BROKEN, 3: bob, 4: { name: 'Eve', city: 'Rome' }, 5: bob },
  },
  {
    name: 'one before a cell of several lines',
    file: 'Name,Town\n"Ada,London\nBob,Oslo\nEve,"Ro\nme"\nBob,Oslo\n',
    rows: { 2: BROKEN, 3: bob, 4: { name: 'Eve', city: 'Ro\nme' }, 5: bob },
  },
  {
    name: 'one that another row seems to close',
    file: 'Name,Town\n"Ada,London\nBob,Oslo\nTV,40"\nBob,Oslo\n',
    rows: { 2: BROKEN, 3: bob, 4: BROKEN, 5: bob },
  },
  {
    name: 'several, one after another',
    file: 'Name,Town\n"Ada,London\n"Ida,London\nBob,Oslo\n"Una,London\nBob,Oslo\n',
    rows: { 2: BROKEN, 3: BROKEN, 4: bob, 5: BROKEN, 6: bob },
  },
  {
    name: 'a row of several lines that goes on after its quote',
    file: 'Name,Town\n"Ada\nof"London,UK\nBob,Oslo\n',
    rows: { 2: BROKEN, 3: BROKEN, 4: bob },
  },
  {
    name: 'a header that cannot be read',
    file: '"Name"x,Town\nAda,London\n',
    refused: /in row 1 a quoted field goes on/,
  },
  {
    name: 'line breaks of every kind',
    file: 'Name,Town\rAda,London\nBob,Oslo\r\nAda,London',
    rows: { 2: ada, 3: bob, 4: ada },
  },
];

const shapes: CsvCase[] = [
  {
    name: 'blank lines between and before rows',
    file: '\n\nName,Town\n\nAda,London\n\n\nBob,Oslo\n',
    rows: { 5: ada, 8: bob },
  },
  {
    name: 'empty rows and columns at the end',
    file: 'Name;Town;;\r\nAda;London;;\r\nBob;Oslo;;\r\n;;;\r\n;;;\r\n',
    rows: { 2: ada, 3: bob },
  },
  {
    name: 'an empty row in the middle',
    file: 'Name;Town\r\nAda;London\r\n;\r\nBob;Oslo\r\n',
    rows: { 2: ada, 3: EMPTY, 4: bob },
  },
  {
    name: 'more and fewer cells than columns',
    file: 'Name,Town\nAda,London,UK\nBob\nBob,Oslo,,\n',
    rows: { 2: WIDTH, 3: WIDTH, 4: bob },
  },
  {
    name: 'cells left out that nobody asks for',
    file: 'Name,Town,Note,Note 2\nAda,London\nBob,Oslo,x\n',
    rows: { 2: ada, 3: bob },
  },
  {
    name: 'columns of one name, each mapped',
    file: 'Name,Town,Town\nAda,London,Oslo\n',
    asked: {
      columnMappings: ['name', 'city', 'note'].map((propertyName, n) => ({
        ...{ columnObjectTypeId: '0-1', columnName: n === 0 ? 'Name' : 'Town', propertyName },
      })),
    },
    rows: { 2: { name: 'Ada', city: 'London', note: 'Oslo' } },
  },
  {
    name: 'columns of one name, one mapped',
    file: 'Name,Town,Town\nAda,London,Oslo\n',
    refused: /stands 2 times/,
  },
  {
    name: 'columns of one name that nobody asks for',
    file: 'Name,,x,,x,Town\nAda,1,2,3,4,London\n',
    rows: { 2: ada },
  },
  {
    name: 'a column in another spelling, shown as it stands',
    file: 'Name , town\nAda,London\n',
    refused: /which reads "Name ", " town"; the nearest is "Name "[\s\S]*the nearest is " town"/,
  },
  {
    name: 'a header of nothing alike',
    file: '1,2\nAda,London\n',
    refused: /which reads "1", "2"(?!; the nearest)/,
  },
  {
    name: 'columns in another order, some of them unknown',
    file: 'Town,Shoe size,Name\nLondon,38,Ada\n',
    rows: { 2: ada },
  },
];

const choices: CsvCase[] = [
  {
    name: 'options by value, by label, by either in any case',
    file: values(['r', 'Red', 'RED', 'R', 'dark blue', 'b', 'green', ' red ']),
    columns: one('colour'),
    rows: ends('colour', ['r', 'r', 'r', 'r', 'b', 'b', OPTION, 'r']),
  },
  {
    name: 'an option whose label is the value of another',
    file: values(['small', 'large', 'LARGE', 'Small']),
    columns: one('size'),
    rows: ends('size', ['small', 'large', OPTION, 'large']),
  },
  {
    name: 'options of one label',
    file: values(['Won', 'won_a', 'won_b', 'WON_A']),
    columns: one('stage'),
    rows: ends('stage', [OPTION, 'won_a', 'won_b', 'won_a']),
  },
  {
    name: 'several options',
    file: values(['r;b', 'Red; Dark blue', ';red', 'r;pink', ';', 'RED;']),
    columns: one('colours'),
    rows: ends('colours', ['r;b', 'r;b', ';r', OPTION, OPTION, 'r']),
  },
  {
    name: 'yes and no',
    file: values(['Yes', 'No', 'Ja', 'nein', '1', '0', 'TRUE', 'WAHR', 'Agreed', 'maybe', 'x']),
    columns: one('agreed'),
    rows: ends('agreed', [
      'true',
      'false',
      'true',
      'false',
      'true',
      'false',
      'true',
      'true',
      'true',
      OPTION,
      OPTION,
    ]),
  },
  {
    name: 'labels of yes and no the other way round',
    file: values(['Yes', 'No', 'true', 'ja']),
    columns: one('opposed'),
    rows: ends('opposed', ['false', 'true', 'true', 'true']),
  },
  {
    name: 'owners by id, e-mail address and name',
    file: values([
      '71',
      'ADA@firm.test',
      'Ada  Byron',
      'bob berg',
      'Cy Twin',
      'Gone Person',
      'nobody',
      'gone@firm.test',
    ]),
    columns: one('owner'),
    rows: ends('owner', ['71', '71', '71', '72', OWNER, OWNER, OWNER, '75']),
  },
];

const numbersAndDates: CsvCase[] = [
  {
    name: 'numbers as they are',
    file: values(['12', '-1.5', '+7', '.5', '1e3', '1,234', '1.234,5', '1 234', '12 €']),
    columns: one('amount'),
    rows: ends('amount', ['12', '-1.5', '+7', '.5', '1e3', NUMBER, NUMBER, NUMBER, NUMBER]),
  },
  {
    name: 'decimal commas',
    file: values(
      ['1.234,50', '1234,5', '-0,5', "1'234", '1\u00a0234,5', '1.5', '1,234.5', '1.23,4', '12'],
      ';',
    ),
    columns: one('amount'),
    asked: { numberFormat: 'DECIMAL_COMMA' },
    as: ['UTF-8', ';'],
    rows: ends('amount', ['1234.50', '1234.5', '-0.5', '1234', '1234.5', NUMBER, NUMBER, NUMBER, '12']),
  },
  {
    name: 'decimal points with thousands',
    file: values(['1,234.50', '1,234,567', '1,23', '1.234,5', '\u22125', '1e3', "1'000,000"]),
    columns: one('amount'),
    asked: { numberFormat: 'DECIMAL_POINT' },
    rows: ends('amount', ['1234.50', '1234567', NUMBER, NUMBER, '-5', '1e3', NUMBER]),
  },
  {
    name: 'days by the order that is named',
    file: values([
      '3.1.2017',
      '31/12/2017',
      '2017-03-01',
      '1/13/2017',
      '3.1.17',
      '30.2.2016',
      '29.2.2016',
      'soon',
    ]),
    columns: one('born'),
    asked: { dateFormat: 'DAY_MONTH_YEAR' },
    rows: ends('born', ['2017-01-03', '2017-12-31', '2017-03-01', DATE, DATE, DATE, '2016-02-29', DATE]),
  },
  {
    name: 'days without an order, the month first where slashes stand',
    file: values(['3/1/2017', '2017-03-01', '3.1.2017', '20170301']),
    columns: one('born'),
    rows: ends('born', ['2017-03-01', '2017-03-01', DATE, DATE]),
  },
  {
    name: 'days without an order that are written in several',
    file: values(['3/1/2017', '25/12/2017', '12/25/2017', '5/5/2017', '2017-03-01']),
    columns: one('born'),
    rows: ends('born', [DATE, DATE, '2017-12-25', '2017-05-05', '2017-03-01']),
  },
  {
    name: 'times, and numbers of milliseconds or of seconds',
    file: values([
      '1/2/2017 9:05',
      '2017-02-01T09:05:00Z',
      '1485939900000',
      '1485939900',
      '99999999999',
      '2017-02-30',
    ]),
    columns: one('met'),
    rows: ends('met', ['2017-01-02T09:05:00Z', '2017-02-01T09:05:00Z', '1485939900000', DATE, DATE, DATE]),
  },
  {
    name: 'days as numbers of milliseconds or of seconds',
    file: values(['1485907200000', '1485907200', '1468800000', '1485939900000']),
    columns: one('born'),
    rows: ends('born', ['1485907200000', DATE, DATE, DATE]),
  },
  {
    name: 'e-mail addresses, phone numbers and JSON',
    file: 'Name,Mail,Phone,Data\nn,a@b.test,+49 30 1,"{""a"":1}"\nn,none,,\nn,,no!,\nn,,,{\nn,none,no!,{\n',
    columns: { Name: 'name', Mail: 'email', Phone: 'phone', Data: 'data' },
    rows: {
      2: { name: 'n', email: 'a@b.test', phone: '+49 30 1', data: '{"a":1}' },
      3: 'INVALID_EMAIL',
      4: 'FAILED_VALIDATION',
      5: 'FAILED_VALIDATION',
      6: 'INVALID_EMAIL FAILED_VALIDATION FAILED_VALIDATION',
    },
  },
];

const guards: CsvCase[] = [
  {
    name: 'apostrophes before formulas, which are the file’s own',
    file: "Name,Town\n'=1+1,'+49 30\n",
    rows: { 2: { name: "'=1+1", city: "'+49 30" } },
  },
  {
    name: 'guards of an export',
    file: "\ufeffName,Town,strata:export\r\n'=1+1,''=x,\r\n'Twas,'-5,\r\n-5,' =x,\r\n",
    rows: {
      2: { name: '=1+1', city: "'=x" },
      3: { name: "'Twas", city: "'-5" },
      4: { name: '-5', city: ' =x' },
    },
  },
  {
    name: 'an export that a spreadsheet has saved: semicolons, no last cells',
    file: "Name;Town;strata:export\r\n'=1+1;London\r\nBob;Oslo;\r\n",
    as: ['UTF-8', ';'],
    rows: { 2: { name: '=1+1', city: 'London' }, 3: bob },
  },
  {
    name: 'guards that the request tells of',
    file: "Name,Town\n'=1+1,'@x\n",
    asked: { formulaGuard: true },
    rows: { 2: { name: '=1+1', city: '@x' } },
  },
  {
    name: 'an export whose apostrophes are to stay',
    file: "Name,Town,strata:export\n'=1+1,'@x,\n",
    asked: { formulaGuard: false },
    rows: { 2: { name: "'=1+1", city: "'@x" } },
  },
];

export const csvCases = [
  ...delimiters,
  ...encodings,
  ...quotes,
  ...shapes,
  ...choices,
  ...numbersAndDates,
  ...guards,
].map((one) => ({ columns: people, ...one }));
