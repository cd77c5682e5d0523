// Commands of passwords: changed by whoever knows the one before, or set by a link that was sent by mail.
import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, placeOf, type CommandContext } from '../../caller';
import { Faults } from '../../supervision/faults';
import type { RateLimit } from '../../refusals';
import { Vault } from '../../vault/vault';
import { Throttle } from '../attempts/throttle';
import { digestOfEmail } from '../emails';
import type { UserByEmail, UserSecrets } from '../grants';
import { Authentication } from '../sessions/authentication';
import { KnownCallers } from '../sessions/known-callers';
import { SessionProofs } from '../sessions/session-proofs';
import { NewPasswords, stillHas } from './new-passwords';
import { PasswordResets, requireReset } from './password-resets';

/** Longer than it takes to make a link: the time to the answer does not tell whether one was made. */
const ANSWER_MS = 500;
/** Id of no user. */
const NOBODY = 'nobody';

export class ChangePassword extends Command<bigint> {
  constructor(
    readonly current: string,
    readonly password: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly proofs: SessionProofs,
    private readonly newPasswords: NewPasswords,
    private readonly authentication: Authentication,
  ) {}

  async execute({ current, password, asked }: ChangePassword): Promise<bigint> {
    const { userId, sessionId } = asked.caller;
    const right = await this.proofs.password(asked, current);
    const set = await this.newPasswords.set({ userId, password, by: 'change', judge: stillHas(right) });
    if (sessionId !== undefined) await this.authentication.keep(sessionId, set.changes);
    return this.newPasswords.tell(userId, set, metaOf(asked), sessionId);
  }
}

/** Sends a link to whoever has an e-mail address. Resolves alike, and after as long, where nobody has. */
export class RequestPasswordReset extends Command<RateLimit> {
  constructor(
    readonly email: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestPasswordReset)
export class RequestPasswordResetHandler implements ICommandHandler<RequestPasswordReset> {
  constructor(
    private readonly vault: Vault,
    private readonly throttle: Throttle,
    private readonly callers: KnownCallers,
    private readonly resets: PasswordResets,
    private readonly faults: Faults,
  ) {}

  async execute({ email, asked }: RequestPasswordReset): Promise<RateLimit> {
    const who = digestOfEmail(this.vault, email);
    const place = placeOf(asked.caller.client);
    const userId = (await this.vault.get<UserByEmail>('user-by-email', who))?.userId ?? NOBODY;
    const isPlaceKnown = await this.callers.isPlaceKnown(userId, place);
    const left = await this.throttle.passwordReset({ who, place, isPlaceKnown });
    const answer = pause(ANSWER_MS);
    this.resets.send(userId, metaOf(as(userId, asked))).then(
      () => this.faults.clear('password-resets'),
      (error: unknown) => this.faults.report('password-resets', error),
    );
    await answer;
    return left;
  }
}

export interface PasswordSet {
  readonly userId: string;
  readonly position: bigint;
}

export class ConfirmPasswordReset extends Command<PasswordSet> {
  constructor(
    readonly token: string,
    readonly password: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ConfirmPasswordReset)
export class ConfirmPasswordResetHandler implements ICommandHandler<ConfirmPasswordReset> {
  constructor(
    private readonly vault: Vault,
    private readonly resets: PasswordResets,
    private readonly newPasswords: NewPasswords,
    private readonly throttle: Throttle,
  ) {}

  async execute({ token, password, asked }: ConfirmPasswordReset): Promise<PasswordSet> {
    const link = this.resets.read(token);
    const { userId } = link;
    const judge = (secrets: UserSecrets | undefined) => requireReset(link, secrets);
    const set = await this.newPasswords.set({ userId, password, by: 'reset', judge });
    const { email } = (await this.vault.get<UserSecrets>('user', userId))!;
    // Whoever had forgotten the password has most likely tried a few.
    await this.throttle.unlock(digestOfEmail(this.vault, email), placeOf(asked.caller.client));
    return { userId, position: await this.newPasswords.tell(userId, set, metaOf(as(userId, asked))) };
  }
}

/** The request in the name of the user whose password it is about: so the log tells of it, as it does of logins. */
const as = (userId: string, asked: CommandContext): CommandContext => ({
  ...asked,
  caller: { ...asked.caller, actor: { type: 'user', id: userId, userId } },
});
