// API keys: their scopes and owners, where they were made, and whether they are still valid.
import type { ApiKeyEvents } from '../src/identity/identity.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface ApiKeyDocument extends Doc {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly userId: string;
  readonly createdAt: string;
  /** Null: the key never expires. */
  readonly expiresAt: string | null;
  /** The session in which the key was made, and its client; null where the event does not tell. */
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Addresses and networks from which the key may be used; null: all. */
  readonly allowedIps: readonly string[] | null;
  /** When the key was last given another token, and until when the one before counts; null: never. */
  readonly rotatedAt: string | null;
  readonly previousUntil: string | null;
  readonly revokedAt: string | null;
}

export const apiKeys: Projection<ApiKeyDocument, ApiKeyEvents> = {
  name: 'api-keys',
  version: 3,
  indexes: [['userId', 'createdAt']],
  on: {
    'apikey.created.v1': ({ keyId, name, scopes, userId, expiresAt, sessionId, allowedIps }, { meta }) => ({
      id: keyId,
      put: {
        ...{ name, scopes, userId, createdAt: meta.at },
        expiresAt: expiresAt ?? null,
        sessionId: sessionId ?? null,
        ip: meta.client?.ip ?? null,
        userAgent: meta.client?.userAgent ?? null,
        allowedIps: allowedIps ?? null,
        ...{ rotatedAt: null, previousUntil: null, revokedAt: null },
      },
    }),
    'apikey.rotated.v1': ({ keyId, previousUntil }, { meta }) => ({
      id: keyId,
      patch: { rotatedAt: meta.at, previousUntil },
    }),
    'apikey.changed.v1': ({ keyId, to }) => ({ id: keyId, patch: { ...to } }),
    'apikey.revoked.v1': ({ keyId }, { meta }) => ({ id: keyId, patch: { revokedAt: meta.at } }),
  },
};
