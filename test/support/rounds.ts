// Runs a round of a sweep, for specs: items that fail are set aside and reported, as in production.
import { Aside } from '../../src/supervision/aside';
import type { Round } from '../../src/supervision/aside';
import { FaultsSeen } from './faults-seen';

/** Runs one round; answers the errors of the items that failed. */
export async function oneRound(
  sweep: (round: Round) => Promise<void>,
  signal = AbortSignal.timeout(30_000),
): Promise<unknown[]> {
  const faults = new FaultsSeen();
  await new Aside('chore:plans', faults, { leastMs: 1_000 }).round(signal, sweep);
  return faults.reported.map(({ error }) => error);
}
