// The command to log in: an attempt is counted, then judged, and a right one begins a session. The session's grant is
// put into the vault before the log tells of the session.
import { randomBytes } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { placeOf, metaOf, newId, type CommandContext } from '../../caller';
import { Config } from '../../config';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { Authentication } from './authentication';
import { digestOfEmail, normalEmail } from '../emails';
import { changesOf, type SessionGrant, type UserByEmail, type UserSecrets } from '../grants';
import { session, startSession } from '../identity.decider';
import type { LoginFailure } from '../identity.events';
import { KnownCallers } from './known-callers';
import { Passwords } from '../passwords/passwords';
import { failLogin } from '../attempts/refused-attempt.decider';
import { RefusedAttempts } from '../attempts/refused-attempts';
import { SecondFactor, type Proof } from '../second-factors/second-factor';
import { Throttle, type Attempt, type LoginCaller } from '../attempts/throttle';
import { RightsOfUsers } from '../roles/rights';
import { Joining } from '../users/joining';

export interface LoggedIn {
  readonly sessionId: string;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly user: { readonly id: string; readonly email: string; readonly superAdmin: boolean };
  readonly loginType: 'PASSWORD';
  /** Sent with later logins, it keeps their attempts apart from those of strangers. */
  readonly deviceToken: string;
  /** Left out where no recovery code was used. */
  readonly recoveryCodesLeft?: number;
  readonly position: bigint;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Proof of the second factor, where one is active. */
  readonly proof?: Proof | undefined;
  readonly deviceToken?: string | undefined;
}

export class LogIn extends Command<LoggedIn> {
  constructor(
    readonly given: Credentials,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** The user whose e-mail was given; looked up alike whether somebody has that e-mail or not. */
interface Named extends LoginCaller {
  readonly userId: string | undefined;
  readonly secrets: UserSecrets | undefined;
  /** The e-mail as it was typed, in its normal form. */
  readonly email: string;
}

/** Id of no user. */
const NOBODY = 'nobody';

@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
    private readonly passwords: Passwords,
    private readonly secondFactor: SecondFactor,
    private readonly throttle: Throttle,
    private readonly callers: KnownCallers,
    private readonly refused: RefusedAttempts,
    private readonly rights: RightsOfUsers,
    private readonly joining: Joining,
  ) {}

  async execute({ given, asked }: LogIn): Promise<LoggedIn> {
    const named = await this.named(given, asked);
    const attempt = await this.attempt(named, asked);
    const failure = await this.judge(named, given, attempt, asked);
    if (failure !== undefined) {
      await this.tell(named, failure, asked);
      throw new Refusal(
        failure === 'code-missing' || failure === 'wrong-code' ? 'totp-required' : 'login-failed',
        failure === 'code-missing' ? {} : { rateLimit: attempt.left },
      );
    }
    await attempt.right();
    await this.callers.rememberPlace(named.userId!, named.place);
    const loggedIn = await this.start(named.userId!, named.secrets!, named.device, asked);
    if (!given.proof || !('recoveryCode' in given.proof)) return loggedIn;
    return { ...loggedIn, recoveryCodesLeft: await this.secondFactor.recoveryCodesLeft(named.userId!) };
  }

  private async named({ email, deviceToken }: Credentials, asked: CommandContext): Promise<Named> {
    const who = digestOfEmail(this.vault, email);
    const place = placeOf(asked.caller.client);
    const found = await this.vault.get<UserByEmail>('user-by-email', who);
    const userId = found?.userId ?? NOBODY;
    const [secrets, isPlaceKnown] = await Promise.all([
      this.vault.get<UserSecrets>('user', userId),
      this.callers.isPlaceKnown(userId, place),
    ]);
    return {
      ...{ who, place, isPlaceKnown, secrets },
      device: this.callers.deviceOf(userId, deviceToken),
      // Whoever has not accepted their invitation is nobody yet.
      userId: secrets?.passwordHash === undefined ? undefined : userId,
      email: normalEmail(email),
    };
  }

  private async attempt(named: Named, asked: CommandContext): Promise<Attempt> {
    try {
      return await this.throttle.login(named);
    } catch (error) {
      if (error instanceof Refusal) await this.tell(named, 'locked', asked);
      throw error;
    }
  }

  /** Why an attempt fails; undefined where all that was given is right. */
  private async judge(
    { userId, secrets, place, device, isPlaceKnown }: Named,
    { password, proof }: Credentials,
    attempt: Attempt,
    asked: CommandContext,
  ): Promise<LoginFailure | undefined> {
    const from = { place, isKnown: device !== undefined || isPlaceKnown };
    const right = await this.passwords
      .matches(secrets?.passwordHash, password, from)
      .catch((error: unknown) => attempt.undoFor(error));
    if (userId === undefined) return 'unknown-user';
    if (!right) return 'wrong-password';
    if (secrets?.deactivatedAt !== undefined) return 'deactivated';
    if (!(await this.secondFactor.isActive(userId))) return undefined;
    if (proof) {
      const verdict = await this.secondFactor.spend(userId, proof, metaOf(withPassword(asked, userId)));
      return verdict === 'right' ? undefined : 'wrong-code';
    }
    await attempt.undo();
    return 'code-missing';
  }

  private async tell(
    { userId, email, who }: Named,
    reason: LoginFailure,
    asked: CommandContext,
  ): Promise<void> {
    const known = userId === undefined ? undefined : { userId, email };
    const meta = metaOf(userId === undefined ? asked : withPassword(asked, userId));
    const told = { stream: `login-${who}`, event: failLogin(known, who, reason), meta };
    await this.refused.note(reason, userId === undefined ? 'unknown' : `user-${userId}`, told);
  }

  private async start(
    userId: string,
    secrets: UserSecrets,
    device: string | undefined,
    asked: CommandContext,
  ): Promise<LoggedIn> {
    const { email } = secrets;
    await this.joining.finish(userId, asked, secrets.newPassword);
    const { superAdmin } = await this.rights.of(userId);
    const sessionId = await newId(asked.command);
    const accessToken = `strata-session-${sessionId}-${randomBytes(32).toString('hex')}`;
    const expiresAt = new Date(Date.parse(asked.command.at) + this.config.SESSION_TTL).toISOString();
    const tokenDigest = this.authentication.digest(accessToken);
    const now = new Date().toISOString();
    await this.vault.put<SessionGrant>('session', sessionId, {
      ...{ userId, tokenDigest, expiresAt, passwordChanges: changesOf(secrets) },
      ...{ steppedUpAt: now, lastUsedAt: now },
    });
    const { position } = await this.streams.change(
      session,
      `session-${sessionId}`,
      (state) => startSession(state, { sessionId, userId, email, loginType: 'PASSWORD', expiresAt }),
      metaOf(withPassword(asked, userId)),
    );
    const user = { id: userId, email, superAdmin };
    const deviceToken = this.callers.deviceToken(userId, device);
    return { sessionId, accessToken, expiresAt, user, loginType: 'PASSWORD', deviceToken, position };
  }
}

/** The request in the name of the user whose e-mail was given: so the log tells of the login, or of a failed one. */
const withPassword = (asked: CommandContext, userId: string): CommandContext => ({
  ...asked,
  caller: {
    ...asked.caller,
    actor: { type: 'user', id: userId, userId },
    client: { ...asked.caller.client, loginType: 'PASSWORD' },
  },
});
