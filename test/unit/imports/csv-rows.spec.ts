// CSV in: what stands in the file is what comes out, whatever it is made of.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { CsvBroken, csvRows, firstRow, MOST_CELLS, type CsvRow } from '../../../src/imports/rows/csv-rows';

async function read(bytes: Buffer, chunk = 64, encoding: Parameters<typeof csvRows>[1] = 'UTF-8') {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) pieces.push(bytes.subarray(at, at + chunk));
  const rows: CsvRow[] = [];
  for await (const row of csvRows(Readable.from(pieces, { objectMode: false }), encoding)) rows.push(row);
  return rows;
}
const cellsOf = async (text: string, chunk?: number) =>
  (await read(Buffer.from(text), chunk)).map(({ cells }) => cells);

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\r', '\n', '\r\n', ' ', 'é', '𝔘', '\u2028', '\ufeff', "'", '='),
  }),
);

test('random cells with quotes, line breaks and any characters come back verbatim', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 }),
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      async (rows, lineBreak, bom, chunk) => {
        const text = rows.map((row) => row.map(quoted).join(',') + lineBreak).join('');
        // A first cell that begins with a byte order mark cannot be told from the file's own, so the file has one.
        const mark = bom || text.startsWith('\ufeff') ? '\ufeff' : '';
        expect(await cellsOf(mark + text, chunk)).toEqual(rows);
      },
    ),
    { numRuns: 150 },
  ));

test('blank lines are no rows, and rows are numbered as a spreadsheet shows them', async () => {
  const rows = await read(Buffer.from('a,b\n\n1,2\n"x\ny",3\n4,5\n\n'));
  expect(rows.map(({ number }) => number)).toEqual([1, 3, 4, 5]);
});

test('Latin-1 and Windows-1252 are read when they are named', async () => {
  const latin = iconv.encode('Name\r\nJürgen Größe\r\n', 'latin1');
  expect((await read(latin, 3, 'ISO-8859-1')).map(({ cells }) => cells[0])).toEqual(['Name', 'Jürgen Größe']);
  const windows = iconv.encode('Preis\r\n5 €\r\n', 'win1252');
  expect((await read(windows, 3, 'WINDOWS-1252')).map(({ cells }) => cells[0])).toEqual(['Preis', '5 €']);
});

test.each([
  ['a,b\n1,2\n"x"y,3\n4,5\n', 3],
  ['a,b\n1,2\n1,x"y\n4,5\n', 3],
  ['a,b\n1,2\n3,4\n"never closed,5\n6,7\n', 4],
])('a file that breaks names the row: %j', async (text, row) => {
  const rows: number[] = [];
  const reading = async () => {
    for await (const { number } of csvRows(Readable.from([text]), 'UTF-8')) rows.push(number);
  };
  const error = await reading().catch((problem: unknown) => problem);
  expect(error).toBeInstanceOf(CsvBroken);
  expect((error as CsvBroken).row).toBe(row);
  expect((error as CsvBroken).message).not.toContain('x');
  expect(rows.at(-1)).toBe(row - 1);
});

test('a quote that is never closed does not fill the memory', async () => {
  let pulled = 0;
  const endless = Readable.from(
    (function* () {
      yield 'a,b\n"';
      for (;;) {
        pulled += 1;
        yield 'x'.repeat(65_536);
      }
    })(),
  );
  await expect(firstRow(Readable.from(['']), 'UTF-8')).resolves.toBeUndefined();
  await expect(async () => {
    for await (const _ of csvRows(endless, 'UTF-8'));
  }).rejects.toBeInstanceOf(CsvBroken);
  expect(pulled).toBeLessThan(200);
});

/** A row without an end; tells how much of it was asked for. */
function endless(before: string, piece: string) {
  const pulled = { pieces: 0 };
  const source = Readable.from(
    (function* () {
      yield before;
      for (;;) {
        pulled.pieces += 1;
        yield piece;
      }
    })(),
  );
  return { source, pulled };
}

test.each([
  ['the first', '', 1],
  ['a later', 'a,b\r\n\r\n"1\r\n",2\r\n', 4],
])(
  'as %s row, one of too many cells is refused before they are made, and those before it are read',
  async (_, before, row) => {
    const rows: CsvRow[] = [];
    const { source, pulled } = endless(before, '"\n",,'.repeat(10_000));
    const reading = async () => {
      for await (const read of csvRows(source, 'UTF-8')) rows.push(read);
    };
    await expect(reading()).rejects.toMatchObject({
      row,
      message: `the row has more than ${MOST_CELLS} cells`,
    });
    expect(rows.map(({ cells }) => cells)).toEqual(
      before
        ? [
            ['a', 'b'],
            ['1\r\n', '2'],
          ]
        : [],
    );
    expect(pulled.pieces).toBeLessThan(10);
    expect(source.destroyed).toBe(true);
  },
);

test.each(['UTF-8', 'WINDOWS-1252'] as const)(
  'as many cells as a row may have are read (%s)',
  async (encoding) => {
    const widest = `${','.repeat(MOST_CELLS - 1)}\r`;
    const rows = await read(Buffer.from(`${widest}"a,""",b\n${widest}`), 1_000, encoding);
    expect(rows.map(({ cells }) => cells.length)).toEqual([MOST_CELLS, 2, MOST_CELLS]);
  },
);

test('who takes only the header leaves the file', async () => {
  const source = Readable.from(['a,b\n', '1,2\n']);
  expect(await firstRow(source, 'UTF-8')).toEqual(['a', 'b']);
  expect(source.destroyed).toBe(true);
});
