// The key that files of backups are encrypted to, as the setting BACKUP_RECIPIENT names it.
import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from '../config';
import { recipientOf, WrongKey, type Recipient } from './archives/encryption';

const MOST_BYTES = 1024 * 1024;

export class BackupRecipient {
  /** Undefined where files are not encrypted. */
  constructor(readonly recipient: Recipient | undefined) {}

  /** Rejects with ConfigError where the setting names no key that can be encrypted to. */
  static async of(setting: string | undefined): Promise<BackupRecipient> {
    if (setting === undefined) return new BackupRecipient(undefined);
    try {
      return new BackupRecipient(await recipientOf(await given(setting)));
    } catch (error) {
      if (error instanceof WrongKey) throw new ConfigError(`BACKUP_RECIPIENT: ${error.message}`);
      throw error;
    }
  }
}

/** The setting holds the key itself, or is the path of a file. */
async function given(setting: string): Promise<string | Uint8Array> {
  if (setting.includes('-----BEGIN PGP')) return setting.replaceAll('\\n', '\n');
  try {
    if ((await stat(setting)).size > MOST_BYTES)
      throw new WrongKey('names a file that is too large for a key');
    return await readFile(setting);
  } catch (error) {
    if (error instanceof WrongKey) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new WrongKey(`is neither an armored public key nor a file that can be read (${code})`);
  }
}
