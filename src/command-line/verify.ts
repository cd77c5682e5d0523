// `strata verify FILE.zip`: whether the file of a backup is what its manifest says.
import { stat } from 'node:fs/promises';
import { verifyArchive, WrongArchive } from '../backups/archives/archive-check';
import { NotTrue, UsedWrongly, type Command } from './command';

export const command: Command = {
  operands: ['FILE.zip'],
  help: [
    'Checks the ZIP of a backup: its manifest, and of every file in it that it is there, its size, its SHA-256 and its',
    'rows. Needs no server and no network. Prints one line. Exit codes: 0 true, 1 not true, 2 used wrongly.',
  ],
  async run([file], _, say) {
    const path = file!;
    await mustBeFile(path);
    try {
      const { files, rows, asOf, position } = await verifyArchive(path);
      say.out(`${path}: true: ${files} files, ${rows} rows, as of ${asOf}, position ${position}`);
    } catch (error) {
      if (error instanceof WrongArchive) throw new NotTrue(`${path}: not true: ${error.message}`);
      throw error;
    }
  },
};

export async function mustBeFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsedWrongly(`${path}: cannot be read (${error.code})`);
  });
  if (!found.isFile()) throw new UsedWrongly(`${path}: is not a file`);
}
