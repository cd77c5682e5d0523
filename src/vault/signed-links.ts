// Links that hand out a file without a login: signed for one person and a short time.
import { timingSafeEqual } from 'node:crypto';
import type { Vault } from './vault';

export interface LinkClaims {
  /** Id of what the file belongs to. */
  readonly of: string;
  /** Whose authority the link carries. */
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export class SignedLinks {
  constructor(
    /** Keeps signatures of one kind of link from being good for another. */
    private readonly purpose: string,
    private readonly path: string,
  ) {}

  /** Path and query of a link. */
  pathOf(vault: Vault, claims: LinkClaims): string {
    const query = new URLSearchParams({
      expires: String(claims.expires),
      user: claims.userId,
      signature: this.sign(vault, claims),
    });
    return `${this.path}/${claims.of}?${query.toString()}`;
  }

  /** Whether it was made here and its time is not over. */
  isGood(vault: Vault, claims: LinkClaims, signature: string, now: number): boolean {
    const [expected, given] = [Buffer.from(this.sign(vault, claims)), Buffer.from(signature)];
    return expected.length === given.length && timingSafeEqual(expected, given) && claims.expires > now;
  }

  private sign(vault: Vault, { of, userId, expires }: LinkClaims): string {
    return vault.hmac(this.purpose, JSON.stringify([of, userId, expires]));
  }
}
