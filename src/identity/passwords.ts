// Passwords: argon2id, and the same work for a user that does not exist as for one that does.
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';

/** An upper bound only keeps the hashing short; HTTP bodies are larger. */
export const newPassword = z.string().min(12, 'must have at least 12 characters').max(1024);

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane (the library's default algorithm is argon2id). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

@Injectable()
export class Passwords {
  private readonly nobodys = hash('the password of nobody', COST);

  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  /** False for nobody too, after as long. */
  async matches(passwordHash: string | undefined, password: string): Promise<boolean> {
    const right = await verify(passwordHash ?? (await this.nobodys), password);
    return passwordHash !== undefined && right;
  }
}
