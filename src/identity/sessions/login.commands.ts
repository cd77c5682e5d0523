// The command to log in: an attempt is counted, then judged, and a right one begins a session.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { placeOf, metaOf, type CommandContext } from '../../caller';
import { Refusal, type RefusalCode } from '../../refusals';
import { Vault } from '../../vault/vault';
import { digestOfEmail, normalEmail } from '../emails';
import type { UserByEmail, UserSecrets } from '../grants';
import type { LoginFailure } from '../identity.events';
import { KnownCallers } from './known-callers';
import { Passwords } from '../passwords/passwords';
import { failLogin } from '../attempts/refused-attempt.decider';
import { RefusedAttempts } from '../attempts/refused-attempts';
import { SecondFactor, type Proof } from '../second-factors/second-factor';
import { Throttle, type Attempt, type LoginCaller } from '../attempts/throttle';
import { PasswordRule } from '../sso/password-rule';
import { Joining } from '../users/joining';
import { inNameOf, SessionStart, type LoggedIn } from './session-start';

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

/** What a failure is answered with, where that is not `login-failed`. */
const answers: Partial<Record<LoginFailure, RefusalCode>> = {
  'code-missing': 'totp-required',
  'wrong-code': 'totp-required',
  'sso-required': 'sso-required',
};

/** Id of no user. */
const NOBODY = 'nobody';

@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly vault: Vault,
    private readonly sessions: SessionStart,
    private readonly passwords: Passwords,
    private readonly secondFactor: SecondFactor,
    private readonly throttle: Throttle,
    private readonly callers: KnownCallers,
    private readonly refused: RefusedAttempts,
    private readonly joining: Joining,
    private readonly passwordRule: PasswordRule,
  ) {}

  async execute({ given, asked }: LogIn): Promise<LoggedIn> {
    const named = await this.named(given, asked);
    const attempt = await this.attempt(named, asked);
    const failure = await this.judge(named, given, attempt, asked);
    if (failure !== undefined) {
      await this.tell(named, failure, asked);
      const isNoGuess = failure === 'code-missing' || failure === 'sso-required';
      throw new Refusal(answers[failure] ?? 'login-failed', isNoGuess ? {} : { rateLimit: attempt.left });
    }
    await attempt.right();
    await this.callers.rememberPlace(named.userId!, named.place);
    const [userId, secrets] = [named.userId!, named.secrets!];
    await this.joining.finish(userId, asked, secrets.newPassword);
    const starting = { userId, secrets, device: named.device, loginType: 'PASSWORD' as const };
    const loggedIn = await this.sessions.start(starting, asked);
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
    if (!(await this.passwordRule.lets(userId))) {
      await attempt.undo();
      return 'sso-required';
    }
    if (!(await this.secondFactor.isActive(userId))) return undefined;
    if (proof) {
      const verdict = await this.secondFactor.spend(
        userId,
        proof,
        metaOf(inNameOf(asked, userId, 'PASSWORD')),
      );
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
    const meta = metaOf(userId === undefined ? asked : inNameOf(asked, userId, 'PASSWORD'));
    const told = { stream: `login-${who}`, event: failLogin(known, who, reason), meta };
    await this.refused.note(reason, userId === undefined ? 'unknown' : `user-${userId}`, told);
  }
}
