// Finds the caller of a bearer token: in the vault, never in a read model, so that what is revoked there is revoked.
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../caller';
import type { Client } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { endGrant, type SessionGrant } from '../grants';
import { isAllowedIp } from '../api-keys/allowed-ips';
import { KeyUses } from '../api-keys/key-uses';
import { RefusedAttempts } from '../attempts/refused-attempts';
import { type Holder, Holders, type Known, steppedUpUntil } from './holders';
import { SessionUses } from './session-uses';

/** Milliseconds after which other processes know of a revocation at the latest; this process knows at once. */
const CACHED_MS = 1_000;
/** Milliseconds between looks whether watched tokens still count. */
const WATCH_MS = 2_000;

type Token = Holder & { readonly digest: string };

@Injectable()
export class Authentication {
  /** By digest of the token, so that no token lies in memory for longer than its request. */
  private readonly cache = new LRUCache<string, Known>({ max: 10_000, ttl: CACHED_MS });
  /** Reads of the vault under way, by digest of the token: requests that come at once wait for one read. */
  private readonly reading = new Map<string, Promise<Known | undefined>>();
  private revocations = 0;
  /** Watched tokens, by the function that is to be called when the token has ceased to count. */
  private readonly watched = new Map<() => void, Token>();
  private watching: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly vault: Vault,
    private readonly holders: Holders,
    private readonly keyUses: KeyUses,
    private readonly sessionUses: SessionUses,
    private readonly refused: RefusedAttempts,
  ) {}

  /**
   * The caller of a token; undefined where it is malformed, unknown or revoked. Rejects with `token-expired`
   * and `address-not-allowed`.
   */
  async callerOf(token: string, client: Client, now?: number): Promise<Caller | undefined> {
    return (await this.heldBy(token, client, now))?.caller;
  }

  /** As `callerOf`, with when the token expires: milliseconds since the epoch, `Infinity` for never. */
  async heldBy(
    token: string,
    client: Client,
    now = Date.now(),
  ): Promise<{ readonly caller: Caller; readonly until: number } | undefined> {
    const parsed = this.parse(token);
    const known = parsed && (await this.ofToken(parsed));
    if (!parsed || !known) return void this.refused.count('token-unknown');
    const caller = { ...known.caller, client: { ...client, loginType: known.loginType } };
    if (known.ended) return void (await this.refused.access(caller, { kind: 'token-revoked' }));
    if (known.until <= now) {
      await this.refused.access(caller, { kind: 'token-expired' });
      throw new Refusal('token-expired');
    }
    if (known.allowedIps && !isAllowedIp(client.ip, known.allowedIps)) {
      await this.refused.access(caller, { kind: 'address-not-allowed' });
      throw new Refusal('address-not-allowed');
    }
    if (parsed.kind === 'key') this.keyUses.note(parsed.id);
    else this.sessionUses.note(parsed.id, known.lastUse);
    return { caller, until: known.until };
  }

  /**
   * Calls `onEnd` once when a token has ceased to count: at once where it was revoked in this process, else within
   * about two seconds. Returns a function that ends the watch.
   */
  watch(token: string, onEnd: () => void): () => void {
    const parsed = this.parse(token);
    if (parsed) this.watched.set(onEnd, parsed);
    this.watching ??= setInterval(() => {
      if (!this.looking) void this.look();
    }, WATCH_MS).unref();
    return () => {
      this.watched.delete(onEnd);
      if (this.watched.size > 0) return;
      clearInterval(this.watching);
      this.watching = undefined;
    };
  }

  /** The digest that the vault keeps of a token. */
  digest(token: string): string {
    return this.vault.hmac('token', token);
  }

  /**
   * Marks a session as stepped up. Resolves with the ISO time until which it is; rejects with `token-invalid` at its
   * end.
   */
  async stepUp(sessionId: string): Promise<string> {
    const steppedUpAt = new Date().toISOString();
    await this.vault.change<SessionGrant>('session', sessionId, (grant) => {
      if (!grant || grant.endedAt !== undefined) throw new Refusal('token-invalid');
      return { ...grant, steppedUpAt };
    });
    this.forget();
    return new Date(steppedUpUntil({ steppedUpAt })).toISOString();
  }

  /** Rejects with `step-up-required` where a person has not proved lately who they are. Keys act by their scopes. */
  async requireStepUp(caller: Caller, now = Date.now()): Promise<void> {
    if (caller.sessionId === undefined) return;
    // Read anew: the person may just have done so in another process.
    const grant = await this.vault.get<SessionGrant>('session', caller.sessionId);
    if (!grant || steppedUpUntil(grant) <= now) throw new Refusal('step-up-required');
  }

  hasSecondFactor(userId: string): Promise<boolean> {
    return this.holders.hasSecondFactor(userId);
  }

  /** Has a session go on with a new password of its person, by how many times that was set. */
  async keep(sessionId: string, passwordChanges: number): Promise<void> {
    await this.vault.change<SessionGrant>(
      'session',
      sessionId,
      (grant) => grant && { ...grant, passwordChanges },
    );
    this.forget();
  }

  /** Ends what a session or an API key was granted. */
  async end(kind: 'session' | 'api-key', id: string): Promise<void> {
    await endGrant(this.vault, kind, id);
    this.forget();
    void this.look();
  }

  /** Forgets all that is cached or being read: it may be older than what has just been changed. */
  forget(): void {
    this.revocations++;
    this.cache.clear();
    this.reading.clear();
  }

  private parse(token: string): Token | undefined {
    const [, kind, id] = /^strata-(session|key)-(\d{1,16})-[0-9a-f]{64}$/.exec(token) ?? [];
    if (kind === undefined || id === undefined) return undefined;
    return { kind: kind as Token['kind'], id, digest: this.digest(token) };
  }

  /**
   * What is known of a session or a key without its token, for links that it has made. Read from the vault each time.
   */
  known(holder: Holder): Promise<Known | undefined> {
    return this.holders.known(holder);
  }

  private async ofToken(token: Token): Promise<Known | undefined> {
    const { digest } = token;
    const cached = this.cache.get(digest);
    if (cached && this.cache.getRemainingTTL(digest) > CACHED_MS / 2) return cached;
    let reading = this.reading.get(digest);
    if (!reading) {
      reading = this.read(token).finally(() => {
        if (this.reading.get(digest) === reading) this.reading.delete(digest);
      });
      this.reading.set(digest, reading);
    }
    if (!cached) return reading;
    // Read anew before the cached one expires, so that a client that calls without pause never waits for the vault.
    reading.catch(() => undefined);
    return cached;
  }

  private async read({ digest, ...holder }: Token): Promise<Known | undefined> {
    const seen = this.revocations;
    const known = await this.holders.known(holder, digest);
    // A revocation while the vault was read may not be in what was read.
    if (seen !== this.revocations) return known;
    if (known) this.cache.set(digest, known);
    else this.cache.delete(digest);
    return known;
  }

  private async look(): Promise<void> {
    this.looking = true;
    for (const [onEnd, token] of this.watched) {
      // A vault that does not answer is no word against a token.
      const ended = await this.ofToken(token).then(
        (known) => !known || known.ended || known.until <= Date.now(),
        () => false,
      );
      if (ended && this.watched.delete(onEnd)) onEnd();
    }
    this.looking = false;
  }
}
