// Names of which an account has each once, whatever their case.
import { Refusal } from '../refusals';

/** Refuses with `name-taken`, naming who has it, a name that another has than the one it is wanted for. */
export function requireFreeName(
  known: Iterable<{ readonly id: string; readonly name: string }>,
  name: string,
  wantedFor?: string,
): void {
  for (const one of known)
    if (one.id !== wantedFor && one.name.toLowerCase() === name.toLowerCase())
      throw new Refusal('name-taken', { context: { id: [one.id] } });
}
