// The public keys that a command is given: one, or a file with some.
import { readFile } from 'node:fs/promises';
import { NoteWrong, type Verifier } from '../audit/integrity/checkpoints/notes';
import { keysIn } from '../audit/integrity/checks/trusted-keys';
import { UsedWrongly, type Given } from './command';

export const keyOptions = { key: { type: 'string' } } as const;

export const keyHelp = [
  '  --key KEY         the public key of the log, NAME+ID+KEY as GET /audit/v1/keys tells it, or a file with such lines.',
  '                    Take it from somebody whom you trust, not from where the file or the log came from. Of keys that',
  '                    follow each other one is enough',
];

/** The keys that `--key` names. Throws UsedWrongly. */
export async function givenKeys({ key }: Given): Promise<Verifier[]> {
  if (typeof key !== 'string')
    throw new UsedWrongly('--key: is missing: nothing can be told without a public key');
  try {
    const text = /^[^\s+]+\+[0-9a-f]{8}\+/.test(key) ? key : await textOf(key);
    const keys = keysIn(text);
    if (keys.length === 0) throw new NoteWrong('The file holds no key');
    return keys;
  } catch (error) {
    if (error instanceof NoteWrong) throw new UsedWrongly(`--key: ${error.message}`);
    throw error;
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new NoteWrong('is no key, and no file that can be read');
  }
}
