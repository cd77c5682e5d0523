// Notes when each API key was last used, to within ten minutes: in shared state, not in an event, and no request waits.
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DocumentStore } from '../../read/document-store';

const PRECISION_MS = 10 * 60_000;
const stateKey = (keyId: string): string => `api-key-used:${keyId}`;

@Injectable()
export class KeyUses {
  /** Ids of keys whose use this process has noted lately. */
  private readonly told = new LRUCache<string, true>({ max: 10_000, ttl: PRECISION_MS });

  constructor(private readonly documents: DocumentStore) {}

  note(keyId: string): void {
    if (this.told.has(keyId)) return;
    this.told.set(keyId, true);
    // A use that cannot be noted is no reason to refuse the request.
    this.documents.setState(stateKey(keyId), new Date().toISOString()).catch(() => this.told.delete(keyId));
  }

  /** ISO time; null for a key that was never used. */
  async lastUse(keyId: string): Promise<string | null> {
    return (await this.documents.getState<string>(stateKey(keyId))) ?? null;
  }
}
