// E-mail addresses of users: how they are compared, and by which digest the vault and the log find them.
import { z } from 'zod';
import type { Vault } from '../vault/vault';

export const emailAddress = z.email('must be an e-mail address').max(254);

export const normalEmail = (email: string): string => email.trim().toLowerCase();

/** A keyed digest, so that stream names do not tell who has an account. */
export const digestOfEmail = (vault: Vault, email: string): string =>
  vault.hmac('user-email', normalEmail(email));
