// Sessions of users: from where, and until when. A session whose time is over has no event of its end.
import type { SessionEvents } from '../src/identity/identity.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface SessionDocument extends Doc {
  readonly userId: string;
  readonly loginType: 'PASSWORD' | 'SSO';
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly ip: string | null;
  /** Null: not known. Sessions of earlier versions have none. */
  readonly country: string | null;
  readonly region: string | null;
  readonly userAgent: string | null;
  readonly endedAt: string | null;
  readonly endReason: 'logout' | 'revoked' | null;
}

export const sessions: Projection<SessionDocument, SessionEvents> = {
  name: 'sessions',
  version: 3,
  indexes: [['userId', 'startedAt'], ['expiresAt']],
  on: {
    'session.started.v1': ({ sessionId, userId, loginType, expiresAt }, { meta }) => ({
      id: sessionId,
      put: {
        userId,
        loginType,
        startedAt: meta.at,
        expiresAt,
        ip: meta.client?.ip ?? null,
        country: meta.client?.country ?? null,
        region: meta.client?.region ?? null,
        userAgent: meta.client?.userAgent ?? null,
        endedAt: null,
        endReason: null,
      },
    }),
    'session.ended.v1': ({ sessionId, reason }, { meta }) => ({
      id: sessionId,
      patch: { endedAt: meta.at, endReason: reason },
    }),
  },
};
