// Opens the vault that the settings name.
import { createRequire } from 'node:module';
import type { Config } from '../config';
import { masterKeyOf } from './master-key';
import { EmbeddedVault } from './stores/embedded/vault';
import type { Vault } from './vault';

/** `require`, not `import()`: jest cannot run the latter without flags. */
const load = createRequire(__filename);

/** Rejects with a ConfigError where the master key is missing, malformed or not the vault's. */
export async function openVault(config: Config, warn: (message: string) => void): Promise<Vault> {
  const masterKey = masterKeyOf(config, warn);
  if (!config.MONGODB_URL) return EmbeddedVault.open(config.DATA_DIR, masterKey);
  const { MongoVault } = load('./stores/mongodb/vault') as typeof import('./stores/mongodb/vault');
  return MongoVault.connect(config.MONGODB_URL, masterKey);
}
