// `strata verify FILE`: whether the file of a backup is what its manifest says, or a copy of the log what its index says.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyArchive } from '../backups/archives/archive-check';
import { WrongArchive } from '../backups/archives/zip-reading';
import { HEADER } from '../log-copies/copy-format';
import { CopyBroken, LogCopy } from '../log-copies/log-copy';
import { hasVault, verifyVault } from '../log-copies/vault-copy';
import { NotTrue, type Command, type Say } from './command';
import { identityHelp, identityOptions, withZip } from './identity';
import { progressOf } from './progress';

export const command: Command = {
  operands: ['FILE'],
  options: identityOptions,
  help: [
    'Checks the ZIP of a backup: its manifest, and of every file in it that it is there, its size, its SHA-256, its',
    'columns and its rows. Where FILE is a folder with a copy of the log: its index, and of every file its SHA-256 and',
    'its events, and the vault that was copied along. Needs no server and no network. Prints one line.',
    '',
    ...identityHelp,
    '',
    'Exit codes: 0 true, 1 not true, 2 used wrongly.',
  ],
  async run([file], given, say) {
    const path = file!;
    if (await isCopy(path)) return verifyCopy(path, say);
    await withZip(path, given, async (zip) => {
      try {
        const { files, rows, asOf, position } = await verifyArchive(zip);
        say.out(`${path}: true: ${files} files, ${rows} rows, as of ${asOf}, position ${position}`);
      } catch (error) {
        if (error instanceof WrongArchive) throw new NotTrue(`${path}: not true: ${error.message}`);
        throw error;
      }
    });
  },
};

const isCopy = async (path: string): Promise<boolean> =>
  (await stat(join(path, HEADER)).catch(() => undefined)) !== undefined;

async function verifyCopy(path: string, say: Say): Promise<void> {
  try {
    const copy = (await LogCopy.open(path))!;
    const progress = progressOf(say);
    await copy.verify((events) => progress(`${events} of ${copy.events} events`));
    if (copy.head === undefined) throw new CopyBroken('the last export-log did not come to its end');
    const from = copy.header.after === '-1' ? 'a whole log' : `after position ${copy.header.after}`;
    const vault = (await hasVault(path)) ? `, ${await verifyVault(path)} entries of the vault` : '';
    say.out(`${path}: true: ${copy.events} events, ${from}, up to position ${copy.head}${vault}`);
  } catch (error) {
    if (error instanceof CopyBroken) throw new NotTrue(`${path}: not true: ${error.message}`);
    throw error;
  }
}
