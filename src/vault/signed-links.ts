// Signed links hand out a file without a token, each for one file, one maker and a short time.
import { timingSafeEqual } from 'node:crypto';
import type { Vault } from './vault';

export interface LinkPayload {
  /** Id of what the file belongs to. */
  readonly of: string;
  /** Whose authority the link carries: `session-<id>` or `key-<id>`. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export class SignedLinks {
  constructor(
    /** Name of the kind of link: a signature of one kind is no good for another. */
    private readonly purpose: string,
    /** Path of the route that links of this kind lead to, without the id. */
    private readonly path: string,
  ) {}

  /** Path and query of a link. */
  pathOf(vault: Vault, payload: LinkPayload): string {
    const query = new URLSearchParams({
      expires: String(payload.expires),
      by: payload.by,
      signature: this.sign(vault, payload),
    });
    return `${this.path}/${payload.of}?${query.toString()}`;
  }

  /** Whether a link was made here and its time is not over. `now`: milliseconds since the epoch. */
  isGood(vault: Vault, payload: LinkPayload, signature: string, now: number): boolean {
    const [expected, given] = [Buffer.from(this.sign(vault, payload)), Buffer.from(signature)];
    return expected.length === given.length && timingSafeEqual(expected, given) && payload.expires > now;
  }

  /** An id by which a link is shown and told apart from other links; it opens nothing. */
  idOf(vault: Vault, { of, by, expires }: LinkPayload): string {
    return vault.hmac(`${this.purpose}-id`, JSON.stringify([of, by, expires])).slice(0, 16);
  }

  private sign(vault: Vault, { of, by, expires }: LinkPayload): string {
    return vault.hmac(this.purpose, JSON.stringify([of, by, expires]));
  }
}
