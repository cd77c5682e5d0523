// Hashes and checks passwords by argon2id, with the same work for a user that does not exist as for one that does.
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';
import { Refusal } from '../../refusals';
import { isKnownPassword } from './known-passwords';
import { type FromWhere, PasswordQueue } from './password-queue';

/** Schema of a new password. The upper bound only keeps the hashing short: HTTP bodies may be larger. */
export const newPassword = z.string().min(12, 'must have at least 12 characters').max(1024);

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane (the library's default algorithm is argon2id). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

@Injectable()
export class Passwords {
  private readonly nobodys = hash('the password of nobody', COST);
  private readonly queue = new PasswordQueue();

  /**
   * The hash of a new password of whoever has an e-mail address, which the caller has been found entitled to set.
   * Rejects with `password-known` where it is among those that are tried first.
   */
  async hash(password: string, email: string): Promise<string> {
    if (isKnownPassword(password, email)) throw new Refusal('password-known');
    return this.queue.run({ place: 'here', isKnown: true }, () => hash(password, COST));
  }

  /** False where there is no hash, too, after as long. Rejects with `too-many-attempts` where too many checks wait. */
  async matches(passwordHash: string | undefined, password: string, from: FromWhere): Promise<boolean> {
    const expected = passwordHash ?? (await this.nobodys);
    const right = await this.queue.run(from, () => verify(expected, password));
    return passwordHash !== undefined && right;
  }
}
