// `strata verify-log`: whether the log is the one whose checkpoints were signed, by nothing but the public key.
import { readFile } from 'node:fs/promises';
import { NoteWrong, originOf, type Verifier } from '../audit/integrity/checkpoints/notes';
import { LogWrong, checkLog, type LogSource } from '../audit/integrity/checks/log-check';
import { copySource, storeSource } from '../audit/integrity/checks/log-sources';
import { treesOutside } from '../audit/integrity/checks/outside';
import { CopyBroken, LogCopy } from '../log-copies/log-copy';
import { NotTrue, UsedWrongly, type Command, type Say } from './command';
import { openToRead } from './open-log';
import { progressOf } from './progress';
import { givenKeys, keyHelp, keyOptions } from './public-key';
import { settings } from './settings';

export const command: Command = {
  operands: [],
  options: { ...keyOptions, copy: { type: 'string' }, checkpoints: { type: 'string' } },
  help: [
    'Makes the Merkle tree of the log anew and compares it with every checkpoint that was signed: names the first event',
    'that was altered, removed, added or moved since. Reads the log that the settings name, beside a server that may run,',
    'or a copy made by strata export-log. Needs no server, no network and no secret. Prints one line.',
    '',
    ...keyHelp,
    '  --copy DIR        a copy made by strata export-log, in place of the log that the settings name',
    '  --checkpoints FILE  checkpoints that were kept elsewhere (CHECKPOINTS_TO, or GET /audit/v1/checkpoints): only by',
    '                    these is it found that events and checkpoints at the end were removed together',
    '',
    'Exit codes: 0 true, 1 not true, 2 used wrongly.',
  ],
  async run(_, given, say) {
    const keys = await givenKeys(given);
    if (typeof given.copy === 'string') return verifyCopy(given.copy, keys, given.checkpoints, say);
    const config = settings();
    const eventStore = await openToRead(config);
    try {
      const name = config.EVENTSTORE_URL ? 'the log' : config.DATA_DIR;
      await verify(name, await storeSource(eventStore), keys, given.checkpoints, say);
    } finally {
      await eventStore.close();
    }
  },
};

async function verifyCopy(
  folder: string,
  keys: readonly Verifier[],
  checkpoints: string | boolean | undefined,
  say: Say,
): Promise<void> {
  try {
    const copy = await LogCopy.open(folder);
    if (!copy) throw new UsedWrongly(`${folder}: holds no copy of a log`);
    if (copy.header.after !== '-1')
      throw new UsedWrongly(`${folder}: is a range of a log: only a whole one has a tree`);
    await verify(folder, copySource(copy), keys, checkpoints, say);
  } catch (error) {
    if (error instanceof CopyBroken) throw new NotTrue(`${folder}: not true: ${error.message}`);
    throw error;
  }
}

async function verify(
  name: string,
  source: LogSource,
  keys: readonly Verifier[],
  checkpoints: string | boolean | undefined,
  say: Say,
): Promise<void> {
  const progress = progressOf(say);
  try {
    const kept = typeof checkpoints === 'string' ? await readFile(checkpoints, 'utf8') : undefined;
    const outside = (trusted: readonly Verifier[]) =>
      kept === undefined ? [] : treesOutside(kept, originOf(source.logId), trusted);
    const checked = await checkLog(source, keys, outside, (events) => progress(`${events} events`));
    const { events, leaves, covered } = checked;
    const open = leaves - covered;
    say.out(
      `${name}: true: ${events} events, ${checked.checkpoints} checkpoints, of ${leaves} leaves ${covered} are signed` +
        `${open > 0 ? `, the last ${open} not yet` : ''}`,
    );
  } catch (error) {
    if (error instanceof LogWrong) throw new NotTrue(`${name}: not true: ${error.message}`);
    if (error instanceof NoteWrong) throw new NotTrue(`${name}: not true: ${error.message}`);
    throw error;
  }
}
