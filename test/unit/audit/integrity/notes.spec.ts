// Signed notes and checkpoints: read by others as they are written here, and refused where anything was changed.
import { generateKeyPairSync } from 'node:crypto';
import {
  checkpointText,
  NoteKey,
  NoteWrong,
  openCheckpoint,
  openNote,
  originOf,
  signedNote,
  treeHeadOf,
  verifierOf,
} from '../../../../src/audit/integrity/checkpoints/notes';
import { trustedKeys } from '../../../../src/audit/integrity/checks/trusted-keys';
import { followText } from '../../../../src/audit/integrity/checkpoints/checkpoint.decider';
import { sha256 } from '../../../../src/audit/integrity/tree/merkle';
import { checkpointIn } from './sigstore';

const origin = originOf('6c0f2c0e-7f0b-4a52-9a52-5d1d0a0e7c11');
const newKey = (name = origin) => new NoteKey(name, generateKeyPairSync('ed25519').privateKey);
const key = newKey();
const head = { size: 20_852_163, root: sha256('root') };
const note = signedNote(checkpointText(origin, head), key);

test('a note of the specification is read, and its text given back', () => {
  const foo = verifierOf('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  const published =
    'This is an example message.\n\n— example.com/foo ' +
    'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
  expect(openNote(published, [key.verifier, foo])).toEqual({
    text: 'This is an example message.\n',
    by: [foo],
  });
});

test('a checkpoint is read here, and by the verifier of another project', () => {
  expect(openCheckpoint(note, origin, [key.verifier])).toMatchObject(head);
  expect(checkpointIn(note, key.verifier)).toMatchObject({
    ...{ origin, logSize: BigInt(head.size), logHash: head.root },
  });
});

test('a key is read from its text, and none that was changed', () => {
  expect(verifierOf(key.verifier.text)).toEqual(key.verifier);
  const { text } = key.verifier;
  for (const wrong of [
    text.slice(0, -1),
    text.replace('+', '-'),
    `${text}A`,
    text.replace(/.\+A/, '0+B'),
    '',
  ])
    expect(() => verifierOf(wrong)).toThrow(NoteWrong);
});

test.each<[string, string]>([
  ['another size', note.replace('20852163', '20852164')],
  [
    'a signature of which a letter is another',
    note.replace(/.(?=.{20}\n$)/, (was) => (was === 'A' ? 'B' : 'A')),
  ],
  ['no signature', note.slice(0, note.lastIndexOf('—'))],
  ['a line more', note.replace('\n\n', '\nmore\n\n')],
  ['a line that is no signature', `${note}x\n`],
  ['no line end', note.slice(0, -1)],
  ['the signature of another key', signedNote(checkpointText(origin, head), newKey())],
])('a checkpoint with %s is refused', (_, changed) => {
  expect(() => openCheckpoint(changed, origin, [key.verifier])).toThrow(NoteWrong);
});

test('a checkpoint of another log, and text that is none, are refused', () => {
  expect(() => openCheckpoint(note, originOf('other'), [key.verifier])).toThrow(NoteWrong);
  for (const text of ['', `${origin}\n01\n${head.root.toString('base64')}\n`, `${origin}\n1\nAAAA\n`])
    expect(() => treeHeadOf(text)).toThrow(NoteWrong);
});

describe('keys that follow each other', () => {
  const [first, second, third, stranger] = [newKey(), newKey(), newKey(), newKey()];
  const follows = (before: NoteKey, next: NoteKey, ...by: NoteKey[]) => ({
    verifier: next.verifier.text,
    endorsement: signedNote(followText(origin, before.verifier.text, next.verifier.text), ...by),
  });
  const named = [
    { verifier: first.verifier.text, endorsement: null },
    follows(first, second, first, second),
    follows(second, third, second, third),
  ];
  const trusting = (one: NoteKey, keys: typeof named) =>
    trustedKeys(origin, [one.verifier], keys).map(({ id }) => id);
  const ids = (...keys: NoteKey[]) => keys.map(({ verifier }) => verifier.id);

  test('are all trusted by whoever trusts any of them', () => {
    for (const one of [first, second, third])
      expect(trusting(one, named).sort()).toEqual(ids(first, second, third).sort());
  });

  test('end where one of the two has not signed, or a key was lost', () => {
    expect(trusting(first, [named[0]!, follows(first, second, second)])).toEqual(ids(first));
    expect(trusting(second, [named[0]!, follows(first, second, first)])).toEqual(ids(second));
    const lost = { verifier: second.verifier.text, endorsement: null } as unknown as (typeof named)[number];
    expect(trusting(first, [named[0]!, lost])).toEqual(ids(first));
  });

  test('are trusted by nobody who trusts a stranger, or a key of another log', () => {
    expect(trusting(stranger, named)).toEqual(ids(stranger));
    expect(trusting(newKey('strata/other'), named)).toEqual([]);
  });
});
