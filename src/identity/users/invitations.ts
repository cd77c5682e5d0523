// The links of invitations: what they prove is derived, never kept, and each leads in once.
import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Vault } from '../../vault/vault';

export const INVITED_MS = 7 * 86_400_000;

export interface Invitation {
  readonly userId: string;
  /** The how manieth of the user's invitations it is. */
  readonly invitation: number;
}

@Injectable()
export class Invitations {
  constructor(private readonly vault: Vault) {}

  token({ userId, invitation }: Invitation): string {
    return `strata-invitation-${userId}-${invitation}-${this.sign(userId, invitation)}`;
  }

  /** What a token was made for; undefined where it was not made here. */
  read(token: string): Invitation | undefined {
    const [, userId, invitation, signature] =
      /^strata-invitation-(\d{1,16})-(\d{1,9})-([0-9a-f]{64})$/.exec(token) ?? [];
    if (userId === undefined || invitation === undefined || signature === undefined) return undefined;
    const expected = this.sign(userId, Number(invitation));
    const isGenuine = timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
    return isGenuine ? { userId, invitation: Number(invitation) } : undefined;
  }

  private sign(userId: string, invitation: number): string {
    return this.vault.hmac('invitation', JSON.stringify([userId, invitation]));
  }
}
