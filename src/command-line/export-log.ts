// `strata export-log DIR`: copies the log into files, beside a running server.
import { resolve } from 'node:path';
import { type Config, ConfigError } from '../config';
import { exportLog } from '../log-copies/export-log';
import { CopyBroken } from '../log-copies/log-copy';
import { exportVault } from '../log-copies/vault-copy';
import { openVault } from '../vault/open-vault';
import { NotTrue, UsedWrongly, type Command } from './command';
import { openToRead } from './open-log';
import { progressOf } from './progress';
import { settings } from './settings';

export const command: Command = {
  operands: ['DIR'],
  options: { after: { type: 'string' }, to: { type: 'string' }, vault: { type: 'boolean' } },
  help: [
    'Copies the events of the log that the settings name into files in DIR, up to the newest one there is. A server may',
    'run meanwhile. In a folder that holds a copy of the same log it goes on where that ends, also after it was stopped.',
    '',
    '  --after POSITION  begin after this position: a range, for a cold copy; it cannot be imported by itself',
    '  --to POSITION     end with this position',
    '  --vault           copy the vault as well (passwords, keys, second factors), sealed under the master key;',
    '                    the master key itself is never copied: keep it elsewhere',
    '',
    'strata verify DIR checks a copy, strata import-log DIR brings one into an empty log.',
    'The files hold all values of all customers, erased ones too: keep them as you keep the log.',
  ],
  async run([dir], { after, to, vault }, say) {
    const folder = resolve(dir!);
    const config = settings();
    const eventStore = await openToRead(config);
    const progress = progressOf(say);
    try {
      const copy = await exportLog(eventStore, folder, {
        ...(after !== undefined && { after: positionOf('after', after) }),
        ...(to !== undefined && { upTo: positionOf('to', to) }),
        signal: new AbortController().signal,
        report: (events, position, upTo) => progress(`${events} events, position ${position} of ${upTo}`),
      });
      say.out(`${dir}: ${copy.events} events in ${copy.segments.length} files, up to position ${copy.last}`);
      if (vault === true) say.out(`${dir}: ${await vaultInto(config, folder)} entries of the vault, sealed`);
    } catch (error) {
      if (error instanceof CopyBroken) throw new NotTrue(`${dir}: ${error.message}`);
      throw error;
    } finally {
      await eventStore.close();
    }
  },
};

async function vaultInto(config: Config, folder: string): Promise<number> {
  const vault = await openVault(config, () => undefined).catch((error: unknown) => {
    throw error instanceof ConfigError ? new UsedWrongly(error.message) : error;
  });
  return exportVault(vault, folder).finally(() => vault.close());
}

function positionOf(option: string, given: string | boolean): bigint {
  if (typeof given === 'string' && /^(-1|\d{1,19})$/.test(given)) return BigInt(given);
  throw new UsedWrongly(`--${option}: must be a position, a decimal number`);
}
