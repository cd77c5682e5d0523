// Notes when each session was last used, now and then and not at each request, and says when one that is not used ends.
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../config';
import { Vault } from '../../vault/vault';
import type { SessionGrant } from '../grants';

/** Milliseconds between two notes at most. */
const PRECISION_MS = 10 * 60_000;
/** What part of the time that a session may be idle lies between two notes. */
const PART_OF_IDLE = 10;

@Injectable()
export class SessionUses {
  /** Ids of sessions whose use this process has noted lately. */
  private readonly told: LRUCache<string, true>;
  private readonly idleMs: number;
  private readonly precisionMs: number;

  constructor(
    private readonly vault: Vault,
    config: Config,
  ) {
    this.idleMs = config.SESSION_IDLE || Infinity;
    this.precisionMs = Math.min(PRECISION_MS, Math.ceil(this.idleMs / PART_OF_IDLE));
    this.told = new LRUCache({ max: 10_000, ttl: this.precisionMs });
  }

  /** `lastUse` is what the session's grant says. No request waits for the note. */
  note(sessionId: string, lastUse: string | undefined, now = Date.now()): void {
    if (this.told.has(sessionId) || (lastUse !== undefined && Date.parse(lastUse) + this.precisionMs > now))
      return;
    this.told.set(sessionId, true);
    const lastUsedAt = new Date(now).toISOString();
    this.vault
      .change<SessionGrant>('session', sessionId, (grant) => grant && { ...grant, lastUsedAt })
      // A use that cannot be noted is no reason to refuse the request.
      .catch(() => this.told.delete(sessionId));
  }

  /**
   * Until when a session counts that is not used any more, milliseconds since the epoch. It may have been used after what
   * has been noted: no session ends before its time.
   */
  idleUntil(lastUse: string | undefined): number {
    return lastUse === undefined ? Infinity : Date.parse(lastUse) + this.precisionMs + this.idleMs;
  }

  /** Until when at least a session counts that is used `now` and not again, milliseconds since the epoch. */
  idleFrom(now: number): number {
    return now + this.idleMs;
  }
}
