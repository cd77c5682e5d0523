// Where the master key comes from, and what is said when it does not.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { masterKeyOf } from '../../../src/vault/master-key';

const silent = () => undefined;

describe('the master key', () => {
  let dir: string;
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'strata-key-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  test('is made once on a fresh machine, readable by its owner only, with a warning', () => {
    const warnings: string[] = [];
    const key = masterKeyOf({ DATA_DIR: dir }, (message) => void warnings.push(message));
    expect(key).toHaveLength(32);
    expect(statSync(join(dir, 'master.key')).mode & 0o777).toBe(0o600);
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).not.toContain(readFileSync(join(dir, 'master.key'), 'utf8').trim());
    expect(masterKeyOf({ DATA_DIR: dir }, (message) => void warnings.push(message))).toEqual(key);
    expect(warnings).toHaveLength(1);
  });

  test('is one for processes that start on the same folder at once', async () => {
    const module = JSON.stringify(require.resolve('../../../src/vault/master-key'));
    const settings = JSON.stringify({ DATA_DIR: dir });
    const code = `process.stdout.write(require(${module}).masterKeyOf(${settings}, () => {}).toString('hex'))`;
    const start = async () => (await promisify(execFile)(process.execPath, ['-e', code])).stdout;
    const keys = await Promise.all([start(), start(), start()]);
    expect(new Set(keys)).toEqual(new Set([readFileSync(join(dir, 'master.key'), 'utf8').trim()]));
  });

  test('is the same in hex, in base64, or in a file', () => {
    const key = Buffer.alloc(32, 7);
    const file = join(dir, 'elsewhere');
    writeFileSync(file, `${key.toString('base64')}\n`);
    expect(masterKeyOf({ DATA_DIR: dir, MASTER_KEY: key.toString('hex') }, silent)).toEqual(key);
    expect(masterKeyOf({ DATA_DIR: dir, MASTER_KEY: key.toString('base64') }, silent)).toEqual(key);
    expect(masterKeyOf({ DATA_DIR: dir, MASTER_KEY_FILE: file }, silent)).toEqual(key);
  });

  test('is never made anew beside a vault that was sealed under a lost one', () => {
    writeFileSync(join(dir, 'vault.db'), '');
    expect(() => masterKeyOf({ DATA_DIR: dir }, silent)).toThrow(/^MASTER_KEY: is missing/);
  });

  test('that cannot be read or is too short is refused by the name of its setting', () => {
    const file = join(dir, 'short');
    writeFileSync(file, 'abc');
    expect(() => masterKeyOf({ DATA_DIR: dir, MASTER_KEY_FILE: file }, silent)).toThrow(/^MASTER_KEY_FILE: /);
    expect(() => masterKeyOf({ DATA_DIR: dir, MASTER_KEY_FILE: join(dir, 'no') }, silent)).toThrow(
      /^MASTER_KEY_FILE: /,
    );
  });
});
