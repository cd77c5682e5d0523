// Judges what a person proves again inside a session: attempts count for the session, and wrong ones leave a trace.
import { Injectable } from '@nestjs/common';
import { placeOf, metaOf, type CommandContext } from '../../caller';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { UserSecrets } from '../grants';
import { Passwords } from '../passwords/passwords';
import { RefusedAttempts } from '../attempts/refused-attempts';
import { SecondFactor, type Proof } from '../second-factors/second-factor';
import { Throttle, type Attempt } from '../attempts/throttle';

@Injectable()
export class SessionProofs {
  constructor(
    private readonly vault: Vault,
    private readonly passwords: Passwords,
    private readonly secondFactor: SecondFactor,
    private readonly throttle: Throttle,
    private readonly refused: RefusedAttempts,
  ) {}

  /**
   * Spends a code of the person. Rejects with `totp-required` where the code is wrong or used, `two-factor-not-set-up`
   * where the person has no second factor, and `too-many-attempts`.
   */
  async code(asked: CommandContext, proof: Proof): Promise<void> {
    await this.judged(asked, () => this.secondFactor.spend(asked.caller.userId, proof, metaOf(asked)));
  }

  /** Proves the secret that is enrolled, and answers with the recovery codes. Rejects as `code` does. */
  async firstCode(asked: CommandContext, totp: string): Promise<readonly string[]> {
    let codes: readonly string[] = [];
    await this.judged(asked, async () => {
      const activated = await this.secondFactor.activate(asked.caller.userId, totp);
      if (typeof activated === 'string') return activated;
      codes = activated;
      return 'right';
    });
    return codes;
  }

  /**
   * Checks the person's password, and answers with what the vault has of them. Rejects with `password-wrong` and
   * `too-many-attempts`.
   */
  async password(asked: CommandContext, password: string): Promise<UserSecrets> {
    const { caller, correlationId } = asked;
    const attempt = await this.attempt(asked);
    const secrets = await this.vault.get<UserSecrets>('user', caller.userId);
    const from = { place: placeOf(caller.client), isKnown: true };
    const right = await this.passwords
      .matches(secrets?.passwordHash, password, from)
      .catch((error: unknown) => attempt.undoFor(error));
    if (right && secrets) {
      await attempt.right();
      return secrets;
    }
    await this.refused.access(caller, { kind: 'wrong-password' }, correlationId);
    throw new Refusal('password-wrong');
  }

  private async judged(asked: CommandContext, judge: () => ReturnType<SecondFactor['spend']>): Promise<void> {
    const attempt = await this.attempt(asked);
    switch (await judge().catch((error: unknown) => attempt.undoFor(error))) {
      case 'right':
        return attempt.right();
      case 'wrong':
        await this.refused.access(asked.caller, { kind: 'wrong-code' }, asked.correlationId);
        throw new Refusal('totp-required');
      case 'not-set-up':
        await attempt.undo();
        throw new Refusal('two-factor-not-set-up');
    }
  }

  private async attempt({ caller, correlationId }: CommandContext): Promise<Attempt> {
    try {
      return await this.throttle.session(caller.sessionId ?? caller.actor.id);
    } catch (error) {
      if (error instanceof Refusal)
        await this.refused.access(caller, { kind: 'too-many-attempts' }, correlationId);
      throw error;
    }
  }
}
