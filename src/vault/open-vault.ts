// Opens the vault that the settings name.
import type { Config } from '../config';
import { masterKeyOf } from './master-key';
import { EmbeddedVault } from './stores/embedded';
import { MongoVault } from './stores/mongodb';
import type { Vault } from './vault';

/** Rejects with a ConfigError where the master key is missing, malformed or not the vault's. */
export async function openVault(config: Config, warn: (message: string) => void): Promise<Vault> {
  const masterKey = masterKeyOf(config, warn);
  return config.MONGODB_URL
    ? MongoVault.connect(config.MONGODB_URL, masterKey)
    : EmbeddedVault.open(config.DATA_DIR, masterKey);
}
