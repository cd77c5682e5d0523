// `strata verify`: what is true is said to be, and of what is not one line names what is wrong.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import archiver from 'archiver';
import { archiveOf } from '../../../src/backups/archives/archive';
import { strata } from '../../../src/command-line/strata';

const about = {
  schemaVersion: 2,
  product: { name: 'strata', version: '0.0.0' },
  logId: 'log',
  position: '7',
  asOf: '2026-01-02T03:04:06.000Z',
  objectTypes: ['companies', 'contacts'],
  compressionLevel: 6,
};
const DEFINED = '{"objectTypes":[{"name":"contacts","properties":[{"name":"a"},{"name":"hs_object_id"}]}]}\n';
const CONTACTS = 'hs_object_id,a\r\n1,"x, ""y""\r\nz"\r\n2,\r\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const described = (text: string) => ({
  ...{ name: 'contacts.csv', objectType: 'contacts', rows: 2 },
  ...{ bytes: Buffer.byteLength(text), sha256: sha256(text) },
});

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  file = join(folder, 'backup.zip');
});
afterAll(() => rm(folder, { recursive: true }));

type Entries = readonly (readonly [name: string, text: string])[];

async function zipped(entries: Entries): Promise<void> {
  const zip = archiver('zip');
  for (const [name, text] of entries) zip.append(text, { name });
  await Promise.all([pipeline(zip, createWriteStream(file)), zip.finalize()]);
}
const withManifest = (manifest: object, others: Entries = [['contacts.csv', CONTACTS]]) =>
  zipped([...others, ['definitions.json', DEFINED], ['manifest.json', JSON.stringify(manifest)]]);
const definitions = { name: 'definitions.json', bytes: DEFINED.length, sha256: sha256(DEFINED) };
const of = (...files: object[]) => ({ ...about, files: [...files, definitions] });
const good = of(described(CONTACTS));

async function called(...args: string[]) {
  const lines: string[] = [];
  const say = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  const code = await strata(args, say);
  return { code, lines };
}
const expectWrong = async (what: string) =>
  expect(await called('verify', file)).toEqual({ code: 1, lines: [`${file}: not true: ${what}`] });

test('a backup as it is built is true, also for the installed command', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  const record = {
    ...{ objectType: 'contacts', recordId: '1', values: { hs_object_id: '1', a: 'é\r\n"' } },
    ...{ createdAt: at, updatedAt: at, archived: false, archivedAt: null, revision: 0 },
  };
  const { stream } = archiveOf({
    pages: Readable.from([[record]]),
    columns: () => ['hs_object_id', 'a'],
    manifest: about,
    definitions: DEFINED,
    signal: new AbortController().signal,
  });
  await pipeline(stream, createWriteStream(file));
  const line = `${file}: true: 2 files, 1 rows, as of ${about.asOf}, position 7`;
  expect(await called('verify', file)).toEqual({ code: 0, lines: [line] });
  const [error, stdout] = await new Promise<[Error | null, string]>((resolve) =>
    execFile(process.execPath, ['bin/strata', 'verify', file], { env: {} }, (...answer) =>
      resolve([answer[0], answer[1]]),
    ),
  );
  expect([error, stdout]).toEqual([null, `${line}\n`]);
});

test('a backup of nothing is true', async () => {
  await withManifest(of(), []);
  expect((await called('verify', file)).code).toBe(0);
});

describe('names what is wrong:', () => {
  const other = CONTACTS.replace('x', 'X');

  test('a value that was changed', async () => {
    await withManifest(good, [['contacts.csv', other]]);
    await expectWrong(`contacts.csv has the SHA-256 ${sha256(other)}, the manifest says ${sha256(CONTACTS)}`);
  });

  test('a file of another size, which is not unpacked', async () => {
    await withManifest(good, [['contacts.csv', '0'.repeat(50_000_000)]]);
    await expectWrong(`contacts.csv has 50000000 bytes, the manifest says ${CONTACTS.length}`);
  });

  test('other rows than are counted', async () => {
    await withManifest(of({ ...described(CONTACTS), rows: 3 }));
    await expectWrong('contacts.csv has 2 rows, the manifest says 3');
  });

  test('rows of different lengths', async () => {
    const text = 'hs_object_id,a\r\n1\r\n';
    await withManifest(of(described(text)), [['contacts.csv', text]]);
    await expectWrong(
      'contacts.csv is not the CSV it was to be: Invalid Record Length: expect 2, got 1 on line 2',
    );
  });

  test('a first column that is not the id', async () => {
    const text = `a,hs_object_id\r\n${'1,2\r\n'.repeat(200_000)}`;
    await withManifest(of(described(text)), [['contacts.csv', text]]);
    await expectWrong(
      'contacts.csv is not the CSV it was to be: its column 1 is a, and was to be hs_object_id',
    );
  });

  test('a file that is missing, one that is extra, one that is there twice', async () => {
    await withManifest(good, []);
    await expectWrong('contacts.csv is missing');
    await withManifest(good, [
      ['contacts.csv', CONTACTS],
      ['deals.csv', ''],
    ]);
    await expectWrong('deals.csv is not in the manifest');
    await withManifest(good, [
      ['contacts.csv', CONTACTS],
      ['contacts.csv', CONTACTS],
    ]);
    await expectWrong('contacts.csv is there twice');
  });

  test('a column that is missing, and one that is not defined', async () => {
    for (const [text, what] of [
      ['hs_object_id\r\n', 'it lacks the column a'],
      ['hs_object_id,a,b\r\n', 'its column 3 is b, and was to be none'],
    ] as const) {
      await withManifest(of({ ...described(text), rows: 0 }), [['contacts.csv', text]]);
      await expectWrong(`contacts.csv is not the CSV it was to be: ${what}`);
    }
  });

  test('definitions that are missing', async () => {
    await withManifest({ ...about, files: [] }, []);
    await expectWrong('definitions.json is not in the manifest');
    await zipped([['manifest.json', JSON.stringify({ ...about, files: [] })]]);
    await expectWrong('definitions.json is missing');
    const before = { ...about, schemaVersion: 1, files: [described(CONTACTS)] };
    await zipped([
      ['contacts.csv', CONTACTS],
      ['manifest.json', JSON.stringify(before)],
    ]);
    expect((await called('verify', file)).code).toBe(0);
  });

  test('a type that the backup does not have', async () => {
    await withManifest({ ...good, objectTypes: ['deals'] });
    await expectWrong('contacts.csv holds contacts, which the backup does not have');
  });

  test('a manifest that is missing, no JSON, not whole or of a later version', async () => {
    await zipped([['contacts.csv', CONTACTS]]);
    await expectWrong('manifest.json is missing');
    for (const text of ['{', '{}}', '[1,]', '', ' ', 'nul', '{"a":1} x']) {
      await zipped([['manifest.json', text]]);
      await expectWrong('manifest.json is not JSON');
    }
    await zipped([['manifest.json', '['.repeat(100_000)]]);
    await expectWrong('manifest.json cannot be read: It is nested more than 64 deep');
    await withManifest({ ...good, position: undefined });
    await expectWrong('manifest.json: position: Invalid input: expected string, received undefined');
    await withManifest({ ...good, schemaVersion: 99 });
    await expectWrong('manifest.json has the schemaVersion 99, which this version of strata does not know');
  });

  test('any byte that is lost or turned', async () => {
    await withManifest(good);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, -30));
    await expect(called('verify', file)).resolves.toMatchObject({ code: 1 });
    // Names, sizes and contents are told from each other by the manifest; times and modes of entries are nobody's values.
    for (let at = 30; at < 60; at++) {
      const turned = Buffer.from(whole);
      turned[at]! ^= 0x10;
      await writeFile(file, turned);
      const { code, lines } = await called('verify', file);
      expect([at, lines.length]).toEqual([at, 1]);
      if (at >= 42) expect([at, code]).toEqual([at, 1]);
    }
  });
});

test('what cannot even begin is told apart', async () => {
  expect(await called('verify', join(folder, 'none.zip'))).toMatchObject({ code: 2 });
  expect(await called('verify', folder)).toMatchObject({ code: 2 });
  expect(await called('verify')).toEqual({
    code: 2,
    lines: [expect.stringMatching(/^Usage: strata verify FILE /)],
  });
  expect(await called('verify', '--wrong', file)).toMatchObject({ code: 2 });
  expect(await called('verfy', file)).toEqual({ code: 2, lines: ['verfy is no command: see strata --help'] });
  expect(await called()).toMatchObject({ code: 2 });
});

test('help is told where it is asked for', async () => {
  const { code, lines } = await called('--help');
  expect([code, lines.join('\n')]).toEqual([0, expect.stringMatching(/^ {2}verify +check the file/m)]);
  const [one, other] = [await called('verify', '--help'), await called('help', 'verify')];
  expect(one).toMatchObject({ code: 0 });
  expect(one).toEqual(other);
});

test('the package that is installed has the command, and no tests', async () => {
  const told = await new Promise<string>((resolve, reject) =>
    execFile(
      'npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts'],
      { maxBuffer: 2 ** 26 },
      (error, out) => (error ? reject(new Error(error.message)) : resolve(out)),
    ),
  );
  const [{ files }] = JSON.parse(told) as [{ files: { path: string; mode: number }[] }];
  const paths = new Set(files.map(({ path }) => path));
  for (const path of ['bin/strata', 'dist/src/command-line/verify.js', 'dist/projections/index.js'])
    expect(paths).toContain(path);
  expect([...paths].filter((path) => path.includes('/test/'))).toEqual([]);
});
