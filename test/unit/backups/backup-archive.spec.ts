import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { archiveOf } from '../../../src/backups/archives/archive';
import { CellsAsCsv, csvLines, headerLine } from '../../../src/backups/archives/csv';
import type { RecordAt } from '../../../src/point-in-time/record-at';
import { CELL_END, ROW_END } from '../../../src/read/document-store';
import { unzipped } from '../../support/unzip';

const recordOf = (objectType: string, recordId: string, values: Record<string, string>): RecordAt => ({
  objectType,
  recordId,
  values: { hs_object_id: recordId, ...values },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  archived: false,
  archivedAt: null,
  revision: 0,
});

const manifest = {
  schemaVersion: 1,
  product: { name: 'strata', version: '0.0.0' },
  logId: 'log',
  position: '7',
  asOf: '2026-01-02T03:04:06.000Z',
  objectTypes: ['companies', 'contacts'],
  compressionLevel: 6,
};

const DEFINED = '{}\n';
const columns = ['hs_object_id', 'a', 'b'];

async function* inPages(records: readonly RecordAt[][]): AsyncIterable<readonly RecordAt[]> {
  yield* records;
}

const zipOf = async (pages: readonly RecordAt[][]) => {
  const archive = archiveOf({
    pages: inPages(pages),
    columns: () => columns,
    manifest,
    definitions: DEFINED,
    signal: new AbortController().signal,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of archive.stream) chunks.push(chunk as Buffer);
  return { zip: Buffer.concat(chunks), files: (await archive.told).files };
};

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', '=', 'a', 'é', '\0', '\ufeff') }),
);

describe('The CSV of a backup', () => {
  test('gives every value back exactly, and the very text that csv-stringify writes', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.option(value), fc.option(value)), { minLength: 1 }), (rows) => {
        const records = rows.map(([a, b], i) =>
          recordOf('contacts', String(1000 + i), { ...(a && { a }), ...(b && { b }) }),
        );
        const text = headerLine(columns) + csvLines(columns, records);
        const cells = [columns, ...rows.map(([a, b], i) => [String(1000 + i), a ?? '', b ?? ''])];
        expect(parse(text, { record_delimiter: '\r\n' })).toEqual(cells);
        const joined = cells
          .slice(1)
          .map((row) =>
            Buffer.concat([
              Buffer.from(row[0]!),
              ...row.slice(1).flatMap((one) => [Buffer.of(CELL_END), Buffer.from(one)]),
              Buffer.of(ROW_END),
            ]),
          );
        const byCells = new CellsAsCsv().lines(Buffer.concat(joined));
        expect(headerLine(columns) + byCells.toString()).toBe(Buffer.from(text).toString());
        expect(text).toBe(stringify(cells, { record_delimiter: '\r\n', quoted_match: /[\r\n]/ }));
      }),
    ));

  test('leaves formulas as they are', () =>
    expect(csvLines(columns, [recordOf('contacts', '1', { a: '=1+1' })])).toBe('1,=1+1,\r\n'));
});

describe('The ZIP of a backup', () => {
  const pages = [
    [recordOf('companies', '1', { a: 'Müller, "X"' })],
    [recordOf('companies', '2', {})],
    [recordOf('contacts', '3', { b: 'line\nbreak' })],
  ];

  test('holds a file for each type that has records, and a manifest with their hashes', async () => {
    const { zip } = await zipOf(pages);
    const entries = await unzipped(zip);
    expect([...entries.keys()]).toEqual([
      'companies.csv',
      'contacts.csv',
      'definitions.json',
      'manifest.json',
    ]);
    expect(entries.get('companies.csv')!.toString()).toBe(
      'hs_object_id,a,b\r\n1,"Müller, ""X""",\r\n2,,\r\n',
    );
    const read = JSON.parse(entries.get('manifest.json')!.toString()) as { files: { sha256: string }[] };
    expect(read).toMatchObject({
      ...manifest,
      files: [{ rows: 2 }, { rows: 1 }, { name: 'definitions.json' }],
    });
    const csv = entries.get('contacts.csv')!;
    expect(read.files[1]).toMatchObject({
      name: 'contacts.csv',
      bytes: csv.length,
      sha256: createHash('sha256').update(csv).digest('hex'),
    });
  });

  test('is the same, byte for byte, however the records come in pages', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) =>
      recordOf('contacts', String(100_000 + i), { a: `value ${i % 97}`, b: 'é'.repeat(i % 50) }),
    );
    const paged = Array.from({ length: 50 }, (_, i) => many.slice(i * 100, i * 100 + 100));
    const [one, two] = [await zipOf([many]), await zipOf(paged)];
    expect(one.files).toEqual(two.files);
    const again = await zipOf(paged);
    expect(again.zip.equals(two.zip)).toBe(true);
    expect(one.zip.equals(two.zip)).toBe(true);
  });

  test('without records is definitions and a manifest', async () => {
    const entries = await unzipped((await zipOf([])).zip);
    expect([...entries.keys()]).toEqual(['definitions.json', 'manifest.json']);
  });

  test('pulls no more rows once it is aborted', async () => {
    const aborting = new AbortController();
    let pulled = 0;
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          pulled += 1;
          yield Array.from({ length: 1_000 }, (_, i) =>
            recordOf('contacts', String(i), { a: `${pulled}-${i}` }),
          );
        }
      } finally {
        ended = true;
      }
    }
    const archive = archiveOf({
      pages: endless(),
      columns: () => columns,
      manifest,
      definitions: DEFINED,
      signal: aborting.signal,
    });
    await expect(
      (async () => {
        for await (const _ of archive.stream) aborting.abort(new Error('left'));
      })(),
    ).rejects.toThrow('left');
    await expect(archive.told).rejects.toThrow('left');
    expect(ended).toBe(true);
    expect(pulled).toBeLessThan(50);
  });

  test('fails as its source does', async () => {
    async function* broken() {
      yield [recordOf('contacts', '1', {})];
      throw new Error('disk gone');
    }
    const archive = archiveOf({
      pages: broken(),
      columns: () => columns,
      manifest,
      definitions: DEFINED,
      signal: new AbortController().signal,
    });
    const read = async () => {
      for await (const _ of archive.stream);
    };
    await expect(read()).rejects.toThrow('disk gone');
    await expect(archive.told).rejects.toThrow('disk gone');
  });
});
