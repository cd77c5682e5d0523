// `strata rotate-checkpoint-key`: puts a new key into the file of the keys that sign checkpoints of the log.
import { addKeyTo, keyFileOf, KeyFileWrong, readKeyFile } from '../audit/integrity/checkpoints/key-file';
import { NotTrue, UsedWrongly, type Command } from './command';
import { settings } from './settings';

export const command: Command = {
  operands: [],
  options: { lost: { type: 'boolean' } },
  help: [
    'Puts a new key behind those in CHECKPOINT_KEY_FILE (or checkpoint.key in DATA_DIR). A server that runs names it in the',
    'log before the next checkpoint, signed by the key before and by the new one, and signs with it from then on. Whoever',
    'trusts one of the two trusts both. Then the key before may be cut out of the file. Where several workers each have a',
    'file of their own, give all of them the same.',
    '',
    '  --lost            the key before is lost: the new one follows it without its signature, and auditors have to be told',
    '',
    'Exit codes: 0 done, 1 refused, 2 used wrongly.',
  ],
  async run(_, { lost = false }, say) {
    const file = keyFileOf(settings());
    try {
      if (!(await readKeyFile(file)) && lost !== true)
        throw new UsedWrongly(
          `${file}: is not there: the first key is made by the server, and a lost one takes --lost`,
        );
      await addKeyTo(file, { replacesLost: lost === true });
      say.out(`${file}: holds a new key, which the server names in the log before the next checkpoint`);
    } catch (error) {
      if (error instanceof KeyFileWrong) throw new NotTrue(`${file}: ${error.message}`);
      throw error;
    }
  },
};
