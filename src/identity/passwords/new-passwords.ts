// Sets the password of a user anew: the vault decides, once, and from then on no session of an earlier password counts.
import { Injectable } from '@nestjs/common';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { passwordChangesOf, type NewPassword, type UserSecrets } from '../grants';
import { Authentication } from '../sessions/authentication';
import { TokensEnd } from '../sessions/tokens-end';
import { tellNewPassword, user } from '../users/user.decider';
import { Passwords } from './passwords';

export interface AskedPassword {
  readonly userId: string;
  readonly password: string;
  readonly by: NewPassword['by'];
  /** Given what the vault has of the user at that moment, gives it back, or throws where the password may not be set. */
  readonly judge: (secrets: UserSecrets | undefined) => UserSecrets;
}

@Injectable()
export class NewPasswords {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly passwords: Passwords,
    private readonly authentication: Authentication,
    private readonly tokens: TokensEnd,
  ) {}

  /** Sets it. Rejects with what `judge` throws, and with `password-known`. */
  async set({ userId, by, judge, ...asked }: AskedPassword): Promise<NewPassword> {
    const { email } = judge(await this.vault.get<UserSecrets>('user', userId));
    const passwordHash = await this.passwords.hash(asked.password, email);
    const set = await this.vault.change<UserSecrets>('user', userId, (secrets) => {
      const { reset, ...kept } = judge(secrets);
      const newPassword = { changes: passwordChangesOf(kept) + 1, by };
      return { ...kept, passwordHash, newPassword, ...(reset && { reset: { link: reset.link } }) };
    });
    this.authentication.forget();
    return set!.newPassword!;
  }

  /**
   * Tells of a password that was set, and of the end of all sessions but one. What a crash cuts off, the next login of
   * the user tells; the sessions count no more all the same.
   */
  async tell(userId: string, set: NewPassword, meta: Meta, except?: string): Promise<bigint> {
    const decide = (state: Parameters<typeof tellNewPassword>[0]) => tellNewPassword(state, set);
    const { position } = await this.streams.change(user, `user-${userId}`, decide, meta);
    await this.tokens.sessionsOf(userId, meta, except);
    return position;
  }
}

/** Refuses as a wrong password where the user has another password by now than the one that was shown to be right. */
export const stillHas =
  (right: UserSecrets): AskedPassword['judge'] =>
  (secrets) => {
    if (!secrets || secrets.passwordHash !== right.passwordHash) throw new Refusal('password-wrong');
    return secrets;
  };
