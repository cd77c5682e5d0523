// Finds the master key: in a setting, in a file, or, on a fresh machine, by making it in the data folder.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config';
import { writeOnce } from '../files/write-once';
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
  mkdirSync(config.DATA_DIR, { recursive: true });
  if (!writeOnce(file, key.toString('hex'))) return readKey('MASTER_KEY', file);
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
