// Which keys may be trusted by whoever trusts one of them: a key before and one after say together that they follow each
// other. Pure.
import { followText } from '../checkpoints/checkpoint.decider';
import { NoteWrong, openNote, verifierOf, type Verifier } from '../checkpoints/notes';

export interface NamedKey {
  readonly verifier: string;
  readonly endorsement?: string | null;
}

/** Keys that are given, and those among the named ones, oldest first, that follow one or that one follows. */
export function trustedKeys(
  origin: string,
  given: readonly Verifier[],
  named: readonly NamedKey[],
): Verifier[] {
  const trusted = new Map(given.filter(({ name }) => name === origin).map((one) => [one.text, one]));
  const keys = named.map(({ verifier, endorsement }) => ({ key: readKey(verifier, origin), endorsement }));
  const pairs = keys.flatMap(({ key, endorsement }, at) => {
    const before = keys[at - 1]?.key;
    return before && key && endorsement && isEndorsed(origin, before, key, endorsement)
      ? [[before, key]]
      : [];
  });
  // Forwards along the chain, then backwards.
  for (const [before, next] of pairs) if (trusted.has(before!.text)) trusted.set(next!.text, next!);
  for (const [before, next] of pairs.toReversed())
    if (trusted.has(next!.text)) trusted.set(before!.text, before!);
  return [...trusted.values()];
}

function readKey(text: string, origin: string): Verifier | undefined {
  try {
    const key = verifierOf(text);
    return key.name === origin ? key : undefined;
  } catch (error) {
    if (error instanceof NoteWrong) return undefined;
    throw error;
  }
}

function isEndorsed(origin: string, before: Verifier, next: Verifier, note: string): boolean {
  try {
    const { text, by } = openNote(note, [before, next]);
    return text === followText(origin, before.text, next.text) && by.includes(before) && by.includes(next);
  } catch (error) {
    if (error instanceof NoteWrong) return false;
    throw error;
  }
}

/** Reads public keys: one, or the lines of a file. Throws NoteWrong. */
export const keysIn = (text: string): Verifier[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(verifierOf);
