// Commands of second factors: enrol, activate, recovery codes, switch off, and the check that dangerous commands need.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { UserSecrets } from '../grants';
import { disableTwoFactor, enableTwoFactor, makeRecoveryCodes, user } from '../users/user.decider';
import { type Enrolled, SecondFactor, type Proof } from './second-factor';
import { Authentication } from '../sessions/authentication';
import { SessionProofs } from '../sessions/session-proofs';

/**
 * Spends a code of the person who calls. Rejects with `totp-required` where the code is missing, wrong or used,
 * `two-factor-not-set-up` where the person has no second factor, `too-many-attempts` after too many wrong codes. To be
 * sent last: a code is good once.
 */
export class VerifySecondFactor extends Command<void> {
  constructor(
    readonly totp: string | undefined,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(VerifySecondFactor)
export class VerifySecondFactorHandler implements ICommandHandler<VerifySecondFactor> {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly proofs: SessionProofs,
  ) {}

  async execute({ totp, asked }: VerifySecondFactor): Promise<void> {
    if (!(await this.secondFactor.isActive(asked.caller.userId))) throw new Refusal('two-factor-not-set-up');
    if (totp === undefined) throw new Refusal('totp-required');
    await this.proofs.code(asked, { totp });
  }
}

export class EnrolTwoFactor extends Command<Enrolled> {
  constructor(readonly asked: CommandContext) {
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
    const secrets = await this.vault.get<UserSecrets>('user', userId);
    if (!secrets) throw new Refusal('user-unknown');
    return this.secondFactor.enrol(userId, secrets.email);
  }
}

export interface RecoveryCodesMade {
  readonly recoveryCodes: readonly string[];
  readonly position: bigint;
}

export class ActivateTwoFactor extends Command<RecoveryCodesMade> {
  constructor(
    readonly totp: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ActivateTwoFactor)
export class ActivateTwoFactorHandler implements ICommandHandler<ActivateTwoFactor> {
  constructor(
    private readonly proofs: SessionProofs,
    private readonly streams: Streams,
  ) {}

  /** The vault first: a crash before the event leaves a factor that counts, and making new codes appends its event. */
  async execute({ totp, asked }: ActivateTwoFactor): Promise<RecoveryCodesMade> {
    const recoveryCodes = await this.proofs.firstCode(asked, totp);
    const stream = `user-${asked.caller.userId}`;
    const { position } = await this.streams.change(user, stream, enableTwoFactor, metaOf(asked));
    return { recoveryCodes, position };
  }
}

export class RenewRecoveryCodes extends Command<RecoveryCodesMade> {
  constructor(
    readonly totp: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RenewRecoveryCodes)
export class RenewRecoveryCodesHandler implements ICommandHandler<RenewRecoveryCodes> {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly proofs: SessionProofs,
    private readonly streams: Streams,
  ) {}

  async execute({ totp, asked }: RenewRecoveryCodes): Promise<RecoveryCodesMade> {
    const { userId } = asked.caller;
    await this.proofs.code(asked, { totp });
    const recoveryCodes = await this.secondFactor.renewRecoveryCodes(userId);
    if (!recoveryCodes) throw new Refusal('two-factor-not-set-up');
    const { position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => makeRecoveryCodes(state, recoveryCodes.length),
      metaOf(asked),
    );
    return { recoveryCodes, position };
  }
}

export class DisableTwoFactor extends Command<bigint> {
  constructor(
    readonly proof: Proof,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DisableTwoFactor)
export class DisableTwoFactorHandler implements ICommandHandler<DisableTwoFactor> {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly proofs: SessionProofs,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  /** The vault first; where a crash came before the event, the repeat has nothing left to verify. */
  async execute({ proof, asked }: DisableTwoFactor): Promise<bigint> {
    const { userId } = asked.caller;
    const wasActive = await this.secondFactor.isActive(userId);
    if (wasActive) {
      await this.proofs.code(asked, proof);
      await this.secondFactor.remove(userId);
      this.authentication.forget();
    }
    const { position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => disableTwoFactor(state, wasActive),
      metaOf(asked),
    );
    return position;
  }
}
