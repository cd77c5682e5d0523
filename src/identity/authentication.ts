// From bearer token to caller. Answers from the vault, never from a read model: what is revoked there is revoked.
import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller';
import type { Client } from '../eventsourcing/event';
import { Vault } from '../vault/vault';
import type { ApiKeyGrant, SessionGrant, UserSecrets } from './grants';

/** Another process hears of a revocation this much later at most; this one at once. */
const CACHED_MS = 1_000;

type Known = { readonly caller: Omit<Caller, 'client'>; readonly until: number };

@Injectable()
export class Authentication {
  /** By digest of the token, so that no token lies in memory for longer than its request. */
  private readonly cache = new LRUCache<string, Known>({ max: 10_000, ttl: CACHED_MS });
  private revocations = 0;

  constructor(private readonly vault: Vault) {}

  /** Undefined for a token that is malformed, unknown, revoked or over. */
  async callerOf(token: string, client: Client, now = Date.now()): Promise<Caller | undefined> {
    const [, kind, id] = /^strata-(session|key)-(\d{1,16})-[0-9a-f]{64}$/.exec(token) ?? [];
    if (kind === undefined || id === undefined) return undefined;
    const digest = this.digest(token);
    let known = this.cache.get(digest);
    if (!known) {
      const seen = this.revocations;
      known = await (kind === 'session' ? this.session(id, digest) : this.apiKey(id, digest));
      // A revocation while the vault was read may not be in what was read.
      if (known && seen === this.revocations) this.cache.set(digest, known);
    }
    if (!known || known.until <= now) return undefined;
    const loginType = kind === 'session' ? ('PASSWORD' as const) : ('API_KEY' as const);
    return { ...known.caller, client: { ...client, loginType } };
  }

  /** What the vault keeps of a token. */
  digest(token: string): string {
    return this.vault.hmac('token', token);
  }

  /** To be called after the grant was removed from the vault. */
  forget(): void {
    this.revocations++;
    this.cache.clear();
  }

  /** What a token was granted, with its user as the vault knows both now. */
  private async granted<G extends SessionGrant | ApiKeyGrant>(
    kind: 'session' | 'api-key',
    id: string,
    digest: string,
  ) {
    const grant = await this.vault.get<G>(kind, id);
    if (!grant || !same(grant.tokenDigest, digest)) return undefined;
    const user = await this.vault.get<UserSecrets>('user', grant.userId);
    return user && { grant, user };
  }

  private async session(sessionId: string, digest: string): Promise<Known | undefined> {
    const granted = await this.granted<SessionGrant>('session', sessionId, digest);
    if (!granted) return undefined;
    const { grant, user } = granted;
    const { userId } = grant;
    return {
      caller: {
        actor: { type: 'user', id: userId, userId },
        userId,
        superAdmin: user.superAdmin,
        scopes: 'all',
        sessionId,
      },
      until: Date.parse(grant.expiresAt),
    };
  }

  private async apiKey(keyId: string, digest: string): Promise<Known | undefined> {
    const granted = await this.granted<ApiKeyGrant>('api-key', keyId, digest);
    if (!granted) return undefined;
    const { grant, user } = granted;
    const { userId } = grant;
    return {
      caller: {
        actor: { type: 'apiKey', id: keyId, userId },
        userId,
        superAdmin: user.superAdmin,
        scopes: new Set(grant.scopes),
      },
      until: Infinity,
    };
  }
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
