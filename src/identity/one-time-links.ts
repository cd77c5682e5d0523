// The secrets of links in mails: derived, never kept; and the pages that links lead to. Each secret is of a user, and the how manieth of its kind for that user;
// whether it still counts is for others to say.
import { timingSafeEqual } from 'node:crypto';
import type { Vault } from '../vault/vault';

/**
 * Where a link that counts once leads: to a page of the console. Browsers send to nobody what stands behind `#`, so that
 * no log on the way has the token.
 */
export const pageOfLink = (page: 'set-up' | 'invitation' | 'reset-password', token: string): string =>
  `/${page}#token=${token}`;

export interface LinkOfUser {
  readonly userId: string;
  readonly number: number;
}

export class OneTimeLinks {
  /** `kind`: small letters. It stands in the tokens, so that none is good for another kind of link. */
  constructor(
    private readonly vault: Vault,
    private readonly kind: string,
  ) {}

  token({ userId, number }: LinkOfUser): string {
    return `strata-${this.kind}-${userId}-${number}-${this.sign(userId, number)}`;
  }

  /** What a token was made for; undefined where it was not made here. */
  read(token: string): LinkOfUser | undefined {
    const [, kind, userId, number, signature] =
      /^strata-([a-z]+)-(\d{1,16})-(\d{1,9})-([0-9a-f]{64})$/.exec(token) ?? [];
    if (kind !== this.kind || userId === undefined || number === undefined || signature === undefined)
      return undefined;
    const expected = this.sign(userId, Number(number));
    const isGenuine = timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
    return isGenuine ? { userId, number: Number(number) } : undefined;
  }

  private sign(userId: string, number: number): string {
    return this.vault.hmac(this.kind, JSON.stringify([userId, number]));
  }
}
