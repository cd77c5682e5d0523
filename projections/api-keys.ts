// API keys: what they may, whose they are, and whether they still count.
import type { ApiKeyEvents } from '../src/identity/identity.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface ApiKeyDocument extends Doc {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly userId: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export const apiKeys: Projection<ApiKeyDocument, ApiKeyEvents> = {
  name: 'api-keys',
  version: 1,
  indexes: [['userId', 'createdAt']],
  on: {
    'apikey.created.v1': ({ keyId, name, scopes, userId }, { meta }) => ({
      id: keyId,
      put: { name, scopes, userId, createdAt: meta.at, revokedAt: null },
    }),
    'apikey.revoked.v1': ({ keyId }, { meta }) => ({ id: keyId, patch: { revokedAt: meta.at } }),
  },
};
