// Sessions: login, logout, revoking. Grants are put into and taken from the vault before the log tells of them.
import { randomBytes } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, newId, type Request } from '../caller';
import { Config } from '../config';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import { Authentication } from './authentication';
import { digestOfEmail, normalEmail } from './emails';
import type { SessionGrant, UserByEmail, UserSecrets } from './grants';
import { endSession, failLogin, loginAttempts, session, startSession } from './identity.decider';
import type { LoginFailure } from './identity.events';
import { Passwords } from './passwords';
import { SecondFactor } from './second-factor';
import { type Attempt, Locked, Throttle } from './throttle';

export interface LoggedIn {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly user: { readonly id: string; readonly email: string; readonly superAdmin: boolean };
  readonly loginType: 'PASSWORD';
  readonly position: bigint;
}

export class LogIn extends Command<LoggedIn> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly totp: string | undefined,
    readonly asked: Request,
  ) {
    super();
  }
}

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
  ) {}

  async execute(login: LogIn): Promise<LoggedIn> {
    const { password, totp, asked } = login;
    const who = digestOfEmail(this.vault, login.email);
    const userId = (await this.vault.get<UserByEmail>('user-by-email', who))?.userId;
    const attempt = await this.attempt(login, who, userId);
    const known = userId === undefined ? undefined : await this.vault.get<UserSecrets>('user', userId);
    const right = await this.passwords.matches(known?.passwordHash, password);
    if (!known || userId === undefined) return this.fail(login, who, undefined, 'unknown-user');
    if (!right) return this.fail(login, who, userId, 'wrong-password');
    if (await this.secondFactor.isActive(userId)) {
      if (totp === undefined) {
        await attempt.forgive();
        return this.fail(login, who, userId, 'code-missing');
      }
      if ((await this.secondFactor.spend(userId, totp)) !== 'right')
        return this.fail(login, who, userId, 'wrong-code');
    }
    await attempt.forgive();
    return this.start(userId, known, asked);
  }

  private async attempt(login: LogIn, who: string, userId: string | undefined): Promise<Attempt> {
    try {
      return await this.throttle.login(who, login.asked.caller.client.ip ?? 'unknown');
    } catch (error) {
      // Told once a window: a locked door must not let anybody fill the log.
      if (error instanceof Locked && error.first) await this.tell(login, who, userId, 'locked');
      throw error;
    }
  }

  private async fail(
    login: LogIn,
    who: string,
    userId: string | undefined,
    reason: LoginFailure,
  ): Promise<never> {
    await this.tell(login, who, userId, reason);
    throw new Refusal(
      reason === 'code-missing' || reason === 'wrong-code' ? 'totp-required' : 'login-failed',
    );
  }

  private async tell({ email, asked }: LogIn, who: string, userId: string | undefined, reason: LoginFailure) {
    const meta = metaOf(userId === undefined ? asked : withPassword(asked, userId));
    const decide = () => failLogin(userId ?? null, normalEmail(email), reason);
    await this.streams.change(loginAttempts, `login-${who}`, decide, meta);
  }

  private async start(userId: string, { email, superAdmin }: UserSecrets, asked: Request): Promise<LoggedIn> {
    const sessionId = newId(asked.command);
    const accessToken = `strata-session-${sessionId}-${randomBytes(32).toString('hex')}`;
    const expiresAt = new Date(Date.parse(asked.command.at) + this.config.SESSION_TTL).toISOString();
    const tokenDigest = this.authentication.digest(accessToken);
    await this.vault.put<SessionGrant>('session', sessionId, { userId, tokenDigest, expiresAt });
    const { position } = await this.streams.change(
      session,
      `session-${sessionId}`,
      (state) => startSession(state, { sessionId, userId, email, loginType: 'PASSWORD', expiresAt }),
      metaOf(withPassword(asked, userId)),
    );
    const user = { id: userId, email, superAdmin };
    return { accessToken, expiresAt, user, loginType: 'PASSWORD', position };
  }
}

export class EndSession extends Command<bigint> {
  constructor(
    readonly sessionId: string,
    readonly reason: 'logout' | 'revoked',
    readonly asked: Request,
  ) {
    super();
  }
}

@CommandHandler(EndSession)
export class EndSessionHandler implements ICommandHandler<EndSession> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ sessionId, reason, asked }: EndSession): Promise<bigint> {
    const { userId } = asked.caller;
    const stream = `session-${sessionId}`;
    endSession((await this.streams.load(session, stream)).state, userId, reason);
    await this.vault.remove('session', sessionId);
    this.authentication.forget();
    const end = await this.streams.change(
      session,
      stream,
      (state) => endSession(state, userId, reason),
      metaOf(asked),
      { mayRepeat: asked.command.mayRepeat },
    );
    return end.position;
  }
}

/** The request as that of the user whose e-mail it named: who tried, or now is, to be told in the log. */
const withPassword = (asked: Request, userId: string): Request => ({
  ...asked,
  caller: {
    ...asked.caller,
    actor: { type: 'user', id: userId, userId },
    client: { ...asked.caller.client, loginType: 'PASSWORD' },
  },
});
