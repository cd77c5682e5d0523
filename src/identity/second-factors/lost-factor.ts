// The way back in for a person who has lost their second factor and all recovery codes: whoever runs the server
// switches the factor off in the stores themselves. No route leads here, so none can be left open.
import { sessions } from '../../../projections/identity/sessions';
import { systemMeta } from '../../caller';
import type { Streams } from '../../eventsourcing/streams';
import type { ReadModels } from '../../read/read-models';
import type { Vault } from '../../vault/vault';
import { digestOfEmail } from '../emails';
import { endGrant, type TotpSecret, type UserByEmail } from '../grants';
import { OPERATOR } from '../identity.vocabulary';
import { endSessions } from '../sessions/tokens-end';
import { disableTwoFactor, user } from '../users/user.decider';

export interface SecondFactorOff {
  readonly wasOn: boolean;
  /** How many sessions were ended. */
  readonly sessions: number;
}

/**
 * Turns the second factor of a user off and ends their sessions; their password and their API keys stay as they are.
 * Undefined where nobody has the e-mail. A repeat finishes what was cut off.
 */
export async function secondFactorOff(
  { vault, streams, readModels }: { vault: Vault; streams: Streams; readModels: ReadModels },
  email: string,
  signal: AbortSignal,
): Promise<SecondFactorOff | undefined> {
  const found = await vault.get<UserByEmail>('user-by-email', digestOfEmail(vault, email));
  if (!found) return undefined;
  const { userId } = found;
  const wasActive = (await vault.get<TotpSecret>('totp', userId))?.active ?? false;
  await vault.remove('totp', userId);
  const { events } = await streams.change(
    user,
    `user-${userId}`,
    (state) => (state.status !== 'none' && state.twoFactor ? disableTwoFactor(state, wasActive) : []),
    systemMeta(OPERATOR),
  );
  await readModels.waitFor(sessions, await streams.store.head(), signal);
  const end = (id: string) => endGrant(vault, 'session', id);
  const ended = await endSessions({ streams, readModels }, end, userId, systemMeta(OPERATOR));
  return { wasOn: wasActive || events.length > 0, sessions: ended };
}
