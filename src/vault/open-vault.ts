// Opens the vault that the settings name.
import type { Config } from '../config';
import { masterKeyOf } from './master-key';
import { EmbeddedVault } from './stores/embedded';
import type { Vault } from './vault';

/** Rejects with a ConfigError where the master key is missing, malformed or not the vault's. */
export async function openVault(config: Config, warn: (message: string) => void): Promise<Vault> {
  const masterKey = masterKeyOf(config, warn);
  if (!config.MONGODB_URL) return EmbeddedVault.open(config.DATA_DIR, masterKey);
  const { MongoVault } = await import('./stores/mongodb.js');
  return MongoVault.connect(config.MONGODB_URL, masterKey);
}
