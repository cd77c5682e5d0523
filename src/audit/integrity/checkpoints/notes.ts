// Signed notes (c2sp.org/signed-note) and checkpoints (c2sp.org/tlog-checkpoint): text with Ed25519 signatures below it,
// which tools of other transparency logs read and check.
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { HASH_BYTES, sha256, type Hash } from '../tree/merkle';

/** A note, a key or a checkpoint is not what it has to be; the message says what is wrong with it. */
export class NoteWrong extends Error {}

/** Marks keys and signatures as Ed25519. */
const ED25519 = 1;
const ID_BYTES = 4;
const DASH = '—';

/** A public key by its name, as `name+id+key` tells it. */
export interface Verifier {
  readonly name: string;
  /** Eight hex digits: tells keys of one name apart. */
  readonly id: string;
  readonly key: KeyObject;
  /** The key as text, which is published. */
  readonly text: string;
}

function verifierFor(name: string, key: KeyObject): Verifier {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');
  const typed = Buffer.concat([Buffer.of(ED25519), raw]);
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).toString('hex', 0, ID_BYTES);
  return { name, id, key, text: `${name}+${id}+${typed.toString('base64')}` };
}

/** Reads a public key. Throws NoteWrong. */
export function verifierOf(text: string): Verifier {
  const [, name, encoded] = /^([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const typed = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || typed.length !== 1 + 32 || typed[0] !== ED25519)
    throw new NoteWrong('The key is none of the form NAME+ID+KEY, as GET /audit/v1/keys tells it');
  const x = typed.toString('base64url', 1);
  const verifier = verifierFor(
    name,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
  );
  if (verifier.text !== text) throw new NoteWrong('The key does not fit its id: part of it was changed');
  return verifier;
}

/** A private key with its name. */
export class NoteKey {
  readonly verifier: Verifier;

  constructor(
    name: string,
    private readonly key: KeyObject,
  ) {
    this.verifier = verifierFor(name, createPublicKey(key));
  }

  /** The line by which the key signs a text. */
  line(text: string): string {
    const { name, id } = this.verifier;
    const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), this.key)]);
    return `${DASH} ${name} ${signature.toString('base64')}\n`;
  }
}

/** A text, lines with their ends, signed by keys. */
export const signedNote = (text: string, ...keys: readonly NoteKey[]): string =>
  `${text}\n${keys.map((key) => key.line(text)).join('')}`;

export interface Opened {
  readonly text: string;
  /** The keys, of those that were known, that signed it. */
  readonly by: readonly Verifier[];
}

/** The text of a note that a known key has signed. Throws NoteWrong; signatures of unknown keys say nothing. */
export function openNote(note: string, verifiers: readonly Verifier[]): Opened {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteWrong('It is no signed note');
  const text = note.slice(0, end + 1);
  const by: Verifier[] = [];
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, encoded = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (name === undefined || bytes.toString('base64') !== encoded || bytes.length <= ID_BYTES)
      throw new NoteWrong('A line of its signatures is none');
    const id = bytes.toString('hex', 0, ID_BYTES);
    const verifier = verifiers.find((one) => one.name === name && one.id === id);
    if (!verifier) continue;
    if (!verify(null, Buffer.from(text), verifier.key, bytes.subarray(ID_BYTES)))
      throw new NoteWrong(`The signature of the key ${id} does not fit`);
    by.push(verifier);
  }
  if (by.length === 0) throw new NoteWrong('No key that is known has signed it');
  return { text, by };
}

/** A tree of a log, by its size and its root: what a checkpoint says. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/** What a log's checkpoints and keys are called by. */
export const originOf = (logId: string): string => `strata/${logId}`;

export const checkpointText = (origin: string, { size, root }: TreeHead): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

/** Reads what a checkpoint says. Throws NoteWrong. */
export function treeHeadOf(text: string, origin?: string): TreeHead & { readonly origin: string } {
  const [, named, size, encoded = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text) ?? [];
  const root = Buffer.from(encoded, 'base64');
  if (named === undefined || root.length !== HASH_BYTES || root.toString('base64') !== encoded)
    throw new NoteWrong('It is no checkpoint');
  if (origin !== undefined && named !== origin) throw new NoteWrong('It is a checkpoint of another log');
  return { origin: named, size: Number(size), root };
}

/** The tree that a checkpoint of a log tells of, where a known key has signed it. Throws NoteWrong. */
export const openCheckpoint = (note: string, origin: string, verifiers: readonly Verifier[]): TreeHead =>
  treeHeadOf(openNote(note, verifiers).text, origin);

/** Other texts that a log's keys sign: `about` tells them apart from checkpoints and from each other. */
export const statement = (origin: string, about: string, ...lines: readonly (string | number)[]): string =>
  [`${origin}/${about}`, ...lines].map((line) => `${line}\n`).join('');
