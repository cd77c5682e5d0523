// The user of whoever the provider has signed in: found by the verified e-mail address, made at the first sign-in where
// the account allows it, with the role and the teams that the mapping of claims gives.
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { metaOf, type CommandContext } from '../../caller';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { failLogin } from '../attempts/refused-attempt.decider';
import { RefusedAttempts } from '../attempts/refused-attempts';
import { digestOfEmail, emailAddress, normalEmail } from '../emails';
import type { UserByEmail, UserSecrets } from '../grants';
import type { LoginFailure } from '../identity.events';
import { SSO } from '../identity.vocabulary';
import { inNameOf } from '../sessions/session-start';
import { Joining } from '../users/joining';
import { NewUsers } from '../new-users';
import { createUser, user, type KnownUser } from '../users/user.decider';
import type { UserNames } from '../users/user.events';
import type { Claims } from './claims-mapping';
import { MappedRights } from './mapped-rights';
import type { SsoRules } from './sso.events';

export interface Found {
  readonly userId: string;
  readonly secrets: UserSecrets;
}

const NOBODY = { firstName: '', lastName: '' };
const LONGEST_NAME = 100;

@Injectable()
export class SsoUsers {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly newUsers: NewUsers,
    private readonly mapped: MappedRights,
    private readonly joining: Joining,
    private readonly refused: RefusedAttempts,
  ) {}

  /** Who the claims are of, with nothing changed. Rejects with `sso-email-unverified` and `sso-user-unknown`. */
  async known(claims: Claims, asked: CommandContext): Promise<Found> {
    const email = verifiedEmail(claims);
    const found = await this.find(email);
    if (found?.state.status === 'active' && found.secrets.deactivatedAt === undefined) return found;
    return this.refuse(email, found, asked);
  }

  /** The same, where need be made or joined, with what the mapping gives. */
  async come(claims: Claims, rules: SsoRules, asked: CommandContext): Promise<Found> {
    const email = verifiedEmail(claims);
    const found = (await this.find(email)) ?? (rules.makesUsers ? await this.make(email, asked) : undefined);
    if (!found || !mayCome(found, rules, asked)) return this.refuse(email, found, asked);
    const { userId, state, secrets } = found;
    // The mapping comes after: whoever was invited as more than it says is not left with it.
    await this.joining.finish(userId, inNameOf(asked, userId, 'SSO'), secrets.newPassword);
    const names = same(state.names, NOBODY) ? namesIn(claims) : undefined;
    await this.mapped.give(
      userId,
      { claims, names, breakGlass: rules.breakGlass },
      this.bySso(asked, userId),
    );
    return found;
  }

  private async find(email: string): Promise<(Found & { readonly state: KnownUser }) | undefined> {
    const digest = digestOfEmail(this.vault, email);
    const byEmail = await this.vault.get<UserByEmail>('user-by-email', digest);
    if (!byEmail) return undefined;
    const { userId } = byEmail;
    const [secrets, { state }] = await Promise.all([
      this.vault.get<UserSecrets>('user', userId),
      this.streams.load(user, `user-${userId}`),
    ]);
    // Of a user whose making was cut off, and of a withdrawn invitation, the address is free.
    if (!secrets || state.status === 'none' || state.status === 'withdrawn') return undefined;
    return { userId, secrets, state };
  }

  private async make(email: string, asked: CommandContext) {
    try {
      const userId = await this.newUsers.take(email);
      await this.vault.put<UserSecrets>('user', userId, { email });
      const created = { userId, email, superAdmin: false, by: 'sso' as const };
      const meta = this.bySso(asked, userId);
      await this.streams.change(user, `user-${userId}`, (state) => createUser(state, created), meta);
    } catch (error) {
      // Another sign-in of the same person was faster.
      if (!(error instanceof Refusal && error.code === 'user-exists')) throw error;
    }
    return this.find(email);
  }

  /** Nobody of the account has done it, and it was done for the user. */
  private bySso(asked: CommandContext, userId: string): Meta {
    const { client } = inNameOf(asked, userId, 'SSO').caller;
    const actor = { type: 'system' as const, id: SSO, userId };
    return { ...metaOf(asked), commandId: randomUUID(), actor, client };
  }

  private async refuse(email: string, found: Found | undefined, asked: CommandContext): Promise<never> {
    const digest = digestOfEmail(this.vault, email);
    const reason: LoginFailure = found ? 'deactivated' : 'unknown-user';
    const known = found && { userId: found.userId, email };
    const bySso = { ...asked.caller, client: { ...asked.caller.client, loginType: 'SSO' as const } };
    const meta = metaOf(found ? inNameOf(asked, found.userId, 'SSO') : { ...asked, caller: bySso });
    const told = { stream: `login-${digest}`, event: failLogin(known, digest, reason), meta };
    await this.refused.note(reason, found ? `user-${found.userId}` : 'unknown', told);
    throw new Refusal('sso-user-unknown');
  }
}

/** An invitation that has expired leads nobody in by itself. */
function mayCome(
  { state, secrets }: Found & { readonly state: KnownUser },
  { makesUsers }: SsoRules,
  asked: CommandContext,
): boolean {
  if (secrets.deactivatedAt !== undefined) return false;
  if (state.status === 'active') return true;
  return state.status === 'invited' && (makesUsers || state.invitedUntil! > asked.command.at);
}

function verifiedEmail({ email, email_verified: verified }: Claims): string {
  const parsed = emailAddress.safeParse(typeof email === 'string' ? email.trim() : email);
  if (!parsed.success || verified !== true) throw new Refusal('sso-email-unverified');
  return normalEmail(parsed.data);
}

function namesIn({ given_name: first, family_name: last }: Claims): Partial<UserNames> {
  const name = (given: unknown) =>
    typeof given === 'string' && !/\p{Surrogate}/u.test(given) ? given.trim().slice(0, LONGEST_NAME) : '';
  return { firstName: name(first), lastName: name(last) };
}

const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
