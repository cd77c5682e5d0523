// CSV in: what stands in the file is what comes out, whatever it is made of, and a row that is broken is one row.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { encodings, type CsvFormat } from '../../../src/imports/rows/csv-format';
import { delimiters, MOST_CELLS, type CsvRow } from '../../../src/imports/rows/csv-parser';
import { CsvBroken, csvRows, firstRow, soundRows } from '../../../src/imports/rows/csv-rows';

const usual: CsvFormat = { encoding: 'UTF-8', delimiter: ',' };

async function read(bytes: Buffer, chunk = 64, format = usual, width?: number): Promise<CsvRow[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) pieces.push(bytes.subarray(at, at + chunk));
  const rows: CsvRow[] = [];
  for await (const row of csvRows(Readable.from(pieces, { objectMode: false }), format, width))
    rows.push(row);
  return rows;
}
const cellsIn = (rows: readonly CsvRow[]) => rows.map(({ cells }) => cells);

const quoted = (cell: string) => (/[",;\t|\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      ',',
      ';',
      '\t',
      '|',
      '\r',
      '\n',
      '\r\n',
      ' ',
      'é',
      '𝔘',
      '\u2028',
      '\ufeff',
      "'",
      '=',
    ),
  }),
);
const isEmpty = (row: readonly string[]) => row.every((one) => one === '');

test('random cells with quotes, line breaks and any characters come back verbatim', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 }),
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.record({
        encoding: fc.constantFrom('UTF-8' as const, 'UTF-16' as const),
        delimiter: fc.constantFrom(...delimiters),
      }),
      fc.integer({ min: 1, max: 50 }),
      async (rows, lineBreak, format, chunk) => {
        const text = rows.map((row) => row.map(quoted).join(format.delimiter) + lineBreak).join('');
        // With a mark of its own, a first cell that begins with one cannot be taken for the file's.
        const bytes = iconv.encode(text, format.encoding, { addBOM: true });
        const kept = rows.slice(0, rows.findLastIndex((row) => !isEmpty(row)) + 1);
        expect(cellsIn(await read(bytes, chunk, format, 3))).toEqual(kept);
      },
    ),
    { numRuns: 150 },
  ));

test.each([
  ['a broken row that a carriage return ends', 'city\n"aaa"aaa\ra\n', ['2 broken', '3 a']],
  ['one that CRLF ends', 'city\n"aaa"aaa\r\na\n', ['2 broken', '3 a']],
])('%s is one row, wherever the text is cut', async (_, text, expected) => {
  for (let chunk = 1; chunk <= text.length; chunk++) {
    const rows = (await read(Buffer.from(text), chunk, usual, 1)).slice(1);
    const told = rows.map(({ number, cells, broken }) => `${number} ${broken ? 'broken' : cells.join()}`);
    expect([chunk, told]).toEqual([chunk, expected]);
  }
});

test('whatever a text is, its rows are the same wherever it is cut', () => {
  const unit = fc.constantFrom('a', '"', '""', ',', '\r', '\n', '\r\n', ' ', 'é');
  return fc.assert(
    fc.asyncProperty(
      fc.string({ unit, maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      async (text, chunk, width) => {
        const bytes = Buffer.from(text);
        expect(await read(bytes, chunk, usual, width)).toEqual(await read(bytes, 1_000, usual, width));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('blank lines are no rows, and rows are numbered as a spreadsheet shows them', async () => {
  const rows = await read(Buffer.from('a,b\n\n1,2\n"x\ny",3\n4,5\n\n'));
  expect(rows.map(({ number }) => number)).toEqual([1, 3, 4, 5]);
});

test('empty rows at the end are none, those before another are rows of their own', async () => {
  const rows = await read(Buffer.from('a,b\n,\n\n,\n,,\n1,2\n,\n,\n,,,\n'));
  expect(rows.map(({ number, cells }) => [number, ...cells])).toEqual([
    ...[
      [1, 'a', 'b'],
      [2, '', ''],
      [4, '', ''],
      [5, '', '', ''],
      [6, '1', '2'],
    ],
  ]);
});

test('Latin-1 and Windows-1252 are read as they are named', async () => {
  const text = { 'ISO-8859-1': 'Jürgen Größe', 'WINDOWS-1252': '5 € „Š“', 'UTF-8': '王 é', 'UTF-16': '王 é' };
  for (const encoding of encodings) {
    const bytes = iconv.encode(`Name\r\n${text[encoding]}\r\n`, encoding);
    expect(cellsIn(await read(bytes, 3, { encoding, delimiter: ',' }))).toEqual([['Name'], [text[encoding]]]);
  }
});

test('a quote that is opened and never closed costs its row, and no other', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', '1', ' ', 'é', '-'), minLength: 1, maxLength: 4 });
  const inQuotes = fc
    .string({ unit: fc.constantFrom('a', ',', '\n', '""', ' '), maxLength: 5 })
    .map((text) => `"b${text}"`);
  const row = fc.tuple(fc.oneof(plain, inQuotes), fc.oneof(plain, inQuotes), plain);
  const valueOf = (text: string) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
  return fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 10 }),
      fc.array(row, { maxLength: 10 }),
      fc.tuple(plain, plain, plain),
      fc.nat(2),
      fc.integer({ min: 1, max: 50 }),
      async (before, after, damaged, at, chunk) => {
        const broken = damaged.map((one, n) => (n === at ? `"${one}` : one));
        const lines = [['x', 'y', 'z'], ...before, broken, ...after].map((one) => one.join(','));
        const rows = await read(Buffer.from(lines.join('\n') + '\n'), chunk, usual, 3);
        expect(cellsIn(rows.filter((one) => one.broken === undefined))).toEqual([
          ['x', 'y', 'z'],
          ...[...before, ...after].map((one) => one.map(valueOf)),
        ]);
        expect(rows.filter((one) => one.broken !== undefined).map(({ number }) => number)).toEqual([
          before.length + 2,
        ]);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['a,b\n1,2\n"x"y,3\n4,5\n', 3],
  ['a,b\n1,2\n3,4\n"never closed,5\n6,7\n', 4],
])('a file of a program breaks at the first row that does: %j', async (text, row) => {
  const rows: number[] = [];
  const reading = async () => {
    for await (const { number } of soundRows(Readable.from([text]))) rows.push(number);
  };
  const error = await reading().catch((problem: unknown) => problem);
  expect(error).toBeInstanceOf(CsvBroken);
  expect((error as CsvBroken).row).toBe(row);
  expect((error as CsvBroken).message).not.toContain('x');
  expect(rows.at(-1)).toBe(row - 1);
});

test('a quote that is never closed does not fill the memory, and costs its row alone', async () => {
  const line = `${'x'.repeat(1_000)},1\n`;
  const many = 10_000;
  const source = Readable.from(
    (function* () {
      yield 'a,b\n"';
      for (let n = 0; n < many; n += 100) yield line.repeat(100);
    })(),
  );
  let sound = 0;
  const broken: number[] = [];
  for await (const row of csvRows(source, usual, 2))
    if (row.broken === undefined) sound += 1;
    else broken.push(row.number);
  expect([sound, broken]).toEqual([many, [2]]);
  await expect(firstRow(Readable.from(['']))).resolves.toBeUndefined();
});

/** A row of very many pieces, and what comes after. */
const longRow = (before: string, piece: string, pieces: number, after: string) =>
  Readable.from(
    (function* () {
      yield before;
      for (let n = 0; n < pieces; n++) yield piece;
      yield after;
    })(),
  );

test.each([
  ['of too many cells', ',,,'.repeat(10_000), 'the row has more than 16384 cells'],
  ['that is too long', 'x'.repeat(65_536), 'the row is longer than 4194304 characters'],
  ['that is too long, in quotes', `"${'x'.repeat(65_534)}"`, 'the row is longer than 4194304 characters'],
])('a row %s is listed before its cells are made, and the others are read', async (_, piece, broken) => {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(longRow('a,b\n', piece, 100, '\n1,2\n'), usual)) rows.push(row);
  expect(
    rows.map(({ number, cells, broken: why }) => [number, why ?? cells.map((one) => one.slice(0, 9))]),
  ).toEqual([
    [1, ['a', 'b']],
    [2, broken],
    [3, ['1', '2']],
  ]);
});

test.each(['UTF-8', 'WINDOWS-1252'] as const)(
  'as many cells as a row may have are read (%s)',
  async (encoding) => {
    const widest = `${','.repeat(MOST_CELLS - 1)}\r`;
    const bytes = Buffer.from(`${widest}"a,""",b\n${widest}x`);
    const rows = await read(bytes, 1_000, { encoding, delimiter: ',' });
    expect(rows.map(({ cells }) => cells.length)).toEqual([MOST_CELLS, 2, MOST_CELLS, 1]);
  },
);

test('who takes only the header leaves the file', async () => {
  const source = Readable.from(['a,b\n', '1,2\n']);
  expect(await firstRow(source)).toEqual(['a', 'b']);
  expect(source.destroyed).toBe(true);
});
