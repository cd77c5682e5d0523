// `strata verify FILE`: whether the file of a backup is what its manifest says, a copy of the log what its index says, or
// an export of the audit log what was signed.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExportChecking, ExportWrong } from '../audit/integrity/exports/sealed-lines-check';
import { verifyArchive } from '../backups/archives/archive-check';
import { WrongArchive } from '../backups/archives/zip-reading';
import { HEADER } from '../log-copies/copy-format';
import { CopyBroken, lines, LogCopy } from '../log-copies/log-copy';
import { hasVault, verifyVault } from '../log-copies/vault-copy';
import { NotTrue, type Command, type Given, type Say } from './command';
import { identityHelp, identityOptions, withZip } from './identity';
import { progressOf } from './progress';
import { givenKeys, keyHelp, keyOptions } from './public-key';

export const command: Command = {
  operands: ['FILE'],
  options: { ...identityOptions, ...keyOptions },
  help: [
    'Checks the ZIP of a backup: its manifest, and of every file in it that it is there, its size, its SHA-256, its',
    'columns and its rows. Where FILE is a folder with a copy of the log: its index, and of every file its SHA-256 and',
    'its events, and the vault that was copied along. Where FILE is an export of the audit log in JSON Lines: by the',
    'public key of the log, that no row was altered, removed, added or moved, and that each stands in the log. Needs no',
    'server and no network. Prints one line.',
    '',
    ...identityHelp,
    ...keyHelp,
    '',
    'Exit codes: 0 true, 1 not true, 2 used wrongly.',
  ],
  async run([file], given, say) {
    const path = file!;
    if (await isCopy(path)) return verifyCopy(path, say);
    if (await isExport(path)) return verifyExport(path, given, say);
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

/** A ZIP, or what is encrypted, begins otherwise; what cannot be read is told of by whoever takes it for a ZIP. */
async function isExport(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  try {
    const begin = await handle?.read(Buffer.alloc(1), 0, 1, 0).catch(() => undefined);
    return begin?.buffer.toString() === '{';
  } finally {
    await handle?.close();
  }
}

async function verifyExport(path: string, given: Given, say: Say): Promise<void> {
  const checking = new ExportChecking(await givenKeys(given));
  const progress = progressOf(say);
  try {
    let count = 0;
    for await (const { line } of lines(createReadStream(path))) {
      checking.next(line);
      progress(`${++count} lines`);
    }
    const { rows, size, rootHash, end } = checking.done();
    const about = JSON.stringify(end.about);
    say.out(
      `${path}: true: ${rows} rows of ${about}, in the tree of ${size} leaves with the root ${rootHash}`,
    );
  } catch (error) {
    if (error instanceof ExportWrong || error instanceof CopyBroken)
      throw new NotTrue(`${path}: not true: ${error.message}`);
    throw error;
  }
}

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
