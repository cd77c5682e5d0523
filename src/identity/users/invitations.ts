// The links of invitations: each leads in once.
import { Injectable } from '@nestjs/common';
import { Vault } from '../../vault/vault';
import { OneTimeLinks } from '../one-time-links';

export const INVITED_MS = 7 * 86_400_000;

export interface Invitation {
  readonly userId: string;
  /** The how manieth of the user's invitations it is. */
  readonly invitation: number;
}

@Injectable()
export class Invitations {
  private readonly links: OneTimeLinks;

  constructor(vault: Vault) {
    this.links = new OneTimeLinks(vault, 'invitation');
  }

  token({ userId, invitation }: Invitation): string {
    return this.links.token({ userId, number: invitation });
  }

  /** What a token was made for; undefined where it was not made here. */
  read(token: string): Invitation | undefined {
    const found = this.links.read(token);
    return found && { userId: found.userId, invitation: found.number };
  }
}
