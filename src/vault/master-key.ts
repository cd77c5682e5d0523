// Finds the master key: in a setting, in a file, or, on a fresh machine, by making it in the data folder.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config';
import { vaultFile } from './stores/embedded/vault';

type KeySettings = Pick<Config, 'MASTER_KEY' | 'MASTER_KEY_FILE' | 'DATA_DIR'>;

/**
 * The master key, 32 bytes. Throws a ConfigError that names the setting; `warn` is told of a key that had to be made.
 */
export function masterKeyOf(config: KeySettings, warn: (message: string) => void): Buffer {
  if (config.MASTER_KEY !== undefined) return parse('MASTER_KEY', config.MASTER_KEY);
  if (config.MASTER_KEY_FILE !== undefined) return readKey('MASTER_KEY_FILE', config.MASTER_KEY_FILE);
  const file = join(config.DATA_DIR, 'master.key');
  if (existsSync(file)) return readKey('MASTER_KEY', file);
  if (existsSync(vaultFile(config.DATA_DIR)))
    throw new ConfigError(
      'MASTER_KEY: is missing, and DATA_DIR has a vault that was sealed under one (was master.key removed?)',
    );
  const key = randomBytes(32);
  if (!writeKey(config.DATA_DIR, file, key)) return readKey('MASTER_KEY', file);
  warn(`Made a master key in ${file}: keep a copy elsewhere, without it all secrets are lost`);
  return key;
}

function readKey(setting: string, file: string): Buffer {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`${setting}: the key file cannot be read`);
  }
  return parse(setting, text.trim());
}

function parse(setting: string, text: string): Buffer {
  const key = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== 32) throw new ConfigError(`${setting}: must be 32 bytes in hex or base64`);
  return key;
}

/**
 * Writes a key whole or not at all: half a key left by a crash would lock its owner out. False where another process
 * that starts on the same folder made a key first: the key of that process counts.
 */
function writeKey(dataDir: string, file: string, key: Buffer): boolean {
  mkdirSync(dataDir, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const handle = openSync(unfinished, 'w', 0o600);
  writeSync(handle, `${key.toString('hex')}\n`);
  fsyncSync(handle);
  closeSync(handle);
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(unfinished);
  }
  const folder = openSync(dataDir, 'r');
  fsyncSync(folder);
  closeSync(folder);
  return true;
}
