// Second factors: enrol, activate, switch off, and the check that dangerous commands ask for.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, type Request } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import type { UserSecrets } from './grants';
import { disableTwoFactor, enableTwoFactor, user } from './identity.decider';
import { SecondFactor } from './second-factor';

/**
 * Spends a code of a user. Rejects with `totp-required` where it is missing, wrong or used, `two-factor-not-set-up`
 * where the user has no second factor, `too-many-attempts` after too many wrong ones. Send it last: a code is good once.
 */
export class VerifySecondFactor extends Command<void> {
  constructor(
    readonly userId: string,
    readonly totp: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(VerifySecondFactor)
export class VerifySecondFactorHandler implements ICommandHandler<VerifySecondFactor> {
  constructor(private readonly secondFactor: SecondFactor) {}

  async execute({ userId, totp }: VerifySecondFactor): Promise<void> {
    if (!(await this.secondFactor.isActive(userId))) throw new Refusal('two-factor-not-set-up');
    if (totp === undefined) throw new Refusal('totp-required');
    await spendCode(this.secondFactor, userId, totp);
  }
}

export class EnrolTwoFactor extends Command<{ secret: string; otpauthUri: string }> {
  constructor(readonly asked: Request) {
    super();
  }
}

@CommandHandler(EnrolTwoFactor)
export class EnrolTwoFactorHandler implements ICommandHandler<EnrolTwoFactor> {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly vault: Vault,
  ) {}

  async execute({ asked }: EnrolTwoFactor) {
    const { userId } = asked.caller;
    // Otherwise who finds a session open could put their own device in the place of the owner's.
    if (await this.secondFactor.isActive(userId)) throw new Refusal('two-factor-active');
    const secrets = await this.vault.get<UserSecrets>('user', userId);
    if (!secrets) throw new Refusal('user-unknown');
    return this.secondFactor.enrol(userId, secrets.email);
  }
}

export class ActivateTwoFactor extends Command<bigint> {
  constructor(
    readonly totp: string,
    readonly asked: Request,
  ) {
    super();
  }
}

@CommandHandler(ActivateTwoFactor)
export class ActivateTwoFactorHandler implements ICommandHandler<ActivateTwoFactor> {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly streams: Streams,
  ) {}

  /** The vault first: a crash before the event leaves a factor that counts, and activating again tells of it. */
  async execute({ totp, asked }: ActivateTwoFactor): Promise<bigint> {
    const { userId } = asked.caller;
    await spendCode(this.secondFactor, userId, totp, { activate: true });
    const changed = await this.streams.change(user, `user-${userId}`, enableTwoFactor, metaOf(asked));
    return changed.position;
  }
}

export class DisableTwoFactor extends Command<bigint> {
  constructor(
    readonly totp: string,
    readonly asked: Request,
  ) {
    super();
  }
}

@CommandHandler(DisableTwoFactor)
export class DisableTwoFactorHandler implements ICommandHandler<DisableTwoFactor> {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly streams: Streams,
  ) {}

  /** The vault first; where a crash came before the event, the repeat has nothing left to verify. */
  async execute({ totp, asked }: DisableTwoFactor): Promise<bigint> {
    const { userId } = asked.caller;
    if (await this.secondFactor.isActive(userId)) {
      await spendCode(this.secondFactor, userId, totp);
      await this.secondFactor.remove(userId);
    }
    const changed = await this.streams.change(user, `user-${userId}`, disableTwoFactor, metaOf(asked));
    return changed.position;
  }
}

async function spendCode(
  secondFactor: SecondFactor,
  userId: string,
  totp: string,
  options: { activate?: boolean } = {},
): Promise<void> {
  switch (await secondFactor.spend(userId, totp, options)) {
    case 'right':
      return;
    case 'wrong':
      throw new Refusal('totp-required');
    case 'not-set-up':
      throw new Refusal('two-factor-not-set-up');
  }
}
