// `strata verify-log` and `strata verify` of an export, as they are called: on a log in its folder, on a copy, and on what
// somebody changed in either by hand.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { SealedLines } from '../../../src/audit/integrity/exports/sealed-lines';
import { isCheckpointOf } from '../../../src/audit/integrity/tree/tree-building';
import { strata } from '../../../src/command-line/strata';
import { SignedLog } from '../audit/integrity/signed-log';

let log: SignedLog;
let folder: string;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'strata-verified-'));
  log = await SignedLog.open();
  for (const count of [30, 50]) {
    await log.write(count);
    await log.sign();
  }
  await log.rotate();
  await log.write(20);
  await log.sign();
  // Whoever trusts the first key trusts the one that follows it, in checkpoints from outside, too.
  key = (await log.verifiers())[0]!.text;
});
afterAll(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

const { DATA_DIR } = process.env;
afterEach(() => {
  if (DATA_DIR === undefined) delete process.env.DATA_DIR;
  else process.env.DATA_DIR = DATA_DIR;
});

async function called(dataDir: string, ...args: string[]) {
  process.env.DATA_DIR = dataDir;
  const lines: string[] = [];
  const say = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  return { code: await strata(args, say), line: lines.join('\n') };
}

/** A folder with a log as it is now, in which `sql` was run. */
function changed(sql: string): string {
  const dataDir = mkdtempSync(join(folder, 'changed-'));
  for (const name of ['log.db', 'log.db-wal']) cpSync(join(log.folder.path, name), join(dataDir, name));
  const db = new Database(join(dataDir, 'log.db'));
  db.exec(sql);
  db.close();
  return dataDir;
}

test('a log beside whoever writes it is true by the public key', async () => {
  expect(await called(log.folder.path, 'verify-log', '--key', key)).toEqual({
    code: 0,
    line: `${log.folder.path}: true: 105 events, 3 checkpoints, of 102 leaves 101 are signed, the last 1 not yet`,
  });
  writeFileSync(join(folder, 'key'), `# the key of the log\n${key}\n`);
  expect(await called(log.folder.path, 'verify-log', '--key', join(folder, 'key'))).toMatchObject({
    code: 0,
  });
});

test.each<[string, string, RegExp]>([
  [
    'a value that was changed',
    `UPDATE events SET data = replace(data, 'Zoë', 'Zoe') WHERE position = 40`,
    /position 40 .*altered/,
  ],
  [
    'a time that was changed',
    'UPDATE events SET recorded_at = recorded_at - 1 WHERE position = 12',
    /position 12 .*altered/,
  ],
  ['an event that was removed', 'DELETE FROM events WHERE position = 17', /position 17: .*missing/],
  [
    'an event that was removed, and the others moved up',
    `DELETE FROM events WHERE position = 17;
     UPDATE events SET position = -position WHERE position > 17;
     UPDATE events SET position = -position - 1 WHERE position < 0`,
    /position 17 .*removed/,
  ],
  [
    'events and checkpoints that were removed at the end',
    'DELETE FROM events WHERE position > 50',
    /missing at the end/,
  ],
  [
    'an event that was put in',
    `UPDATE events SET position = -position WHERE position > 20;
     UPDATE events SET position = -position + 1 WHERE position < 0;
     INSERT INTO events SELECT 21, 'contact-99', 0, id, type, recorded_at, data, meta FROM events WHERE position = 20`,
    /position 21 .*added/,
  ],
  [
    'a checkpoint that was changed',
    `UPDATE events SET data = replace(data, '"size":30', '"size":29') WHERE type = 'checkpoint.signed.v1'`,
    /checkpoint 0 .*signed note/,
  ],
  [
    'no checkpoints',
    `DELETE FROM events WHERE type = 'checkpoint.signed.v1'`,
    /no checkpoint lies in the log/,
  ],
])('%s is found', async (_, sql, says) => {
  const kept = join(folder, 'kept');
  const checkpoints = (await log.events()).filter((event) => isCheckpointOf(log.store.logId, event));
  writeFileSync(
    kept,
    checkpoints
      .map(({ data }) => (JSON.parse(Buffer.from(data).toString()) as { note: string }).note)
      .join('\n'),
  );
  const dataDir = changed(sql);
  const keys = join(folder, 'keys');
  writeFileSync(keys, (await log.verifiers()).map(({ text }) => text).join('\n'));
  const { code, line } = await called(dataDir, 'verify-log', '--key', keys, '--checkpoints', kept);
  expect({ code, line }).toEqual({ code: 1, line: expect.stringMatching(says) as string });
});

test('the key of another log, a changed key and none are told apart from a log that is wrong', async () => {
  const other = await SignedLog.open();
  await other.write(1);
  await other.sign();
  const foreign = (await other.verifiers())[0]!.text;
  await other.close();
  expect(await called(log.folder.path, 'verify-log', '--key', foreign)).toMatchObject({ code: 1 });
  for (const args of [[], ['--key', key.slice(0, -1)], ['--key', key.replace('+', '++')], ['--key', folder]])
    expect(await called(log.folder.path, 'verify-log', ...args)).toMatchObject({ code: 2 });
});

test('a copy is true by the same key, and one of a changed log is not', async () => {
  const copy = join(folder, 'copy');
  expect(await called(log.folder.path, 'export-log', copy)).toMatchObject({ code: 0 });
  expect(await called(folder, 'verify-log', '--copy', copy, '--key', key)).toMatchObject({
    ...{ code: 0, line: expect.stringContaining('105 events, 3 checkpoints') as string },
  });
  const wrong = join(folder, 'wrong');
  await called(
    changed(`UPDATE events SET type = 'record.erased.v1' WHERE position = 61`),
    'export-log',
    wrong,
  );
  expect(await called(folder, 'verify', wrong)).toMatchObject({ code: 0 });
  expect(await called(folder, 'verify-log', '--copy', wrong, '--key', key)).toMatchObject({
    ...{ code: 1, line: expect.stringMatching(/position 61 .*altered/) as string },
  });
  expect((await called(folder, 'verify-log', '--copy', folder, '--key', key)).code).toBe(2);
});

describe('an export of the audit log', () => {
  const file = () => join(folder, 'audit.jsonl');

  beforeAll(async () => {
    const size = (await log.build()).counts.leaves;
    const keys = (await log.keys.known()).map(({ verifier, endorsement }) => ({ verifier, endorsement }));
    const { origin } = log.keys;
    const lines = new SealedLines({ origin, key: await log.keys.current(), keys, tree: log.tree, size });
    let text = '';
    for (const event of await log.events())
      if (event.type === 'record.archived.v1') text += await lines.row({ id: String(event.position) }, event);
    writeFileSync(file(), text + (await lines.end({ view: 'all' })));
  });

  test('is true by the public key, and says what was asked for', async () => {
    expect(await called(folder, 'verify', file(), '--key', key)).toMatchObject({
      ...{
        code: 0,
        line: expect.stringMatching(/true: 66 rows of \{"view":"all"\}, in the tree of 102 leaves/) as string,
      },
    });
  });

  test('needs the public key', async () => {
    expect((await called(folder, 'verify', file())).code).toBe(2);
  });

  test('in which a row was changed is not true, and the line is named', async () => {
    const lines = readFileSync(file(), 'utf8').split('\n');
    lines[4] = lines[4]!.replace('"id":"', '"id":"1');
    const other = join(folder, 'changed.jsonl');
    writeFileSync(other, lines.join('\n'));
    expect(await called(folder, 'verify', other, '--key', key)).toMatchObject({
      ...{ code: 1, line: expect.stringMatching(/not true: line 5: the row \d+ was altered/) as string },
    });
  });
});
