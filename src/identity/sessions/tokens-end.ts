// Ends the sessions and the API keys of a user.
import { Injectable } from '@nestjs/common';
import { apiKeys } from '../../../projections/api-keys';
import { sessions } from '../../../projections/identity/sessions';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import {
  apiKey,
  endEmployeeSession,
  endSession,
  revokeApiKey,
  session,
  type Session,
} from '../identity.decider';
import { Authentication } from './authentication';

const PAGE = 200;

@Injectable()
export class TokensEnd {
  constructor(
    readonly streams: Streams,
    readonly readModels: ReadModels,
    private readonly authentication: Authentication,
  ) {}

  /** Ends all sessions of a user that have begun by now, but for one that is named. Resolves with their number. */
  sessionsOf(userId: string, meta: Meta, except?: string): Promise<number> {
    const end = (id: string) => this.authentication.end('session', id);
    return endSessions(this, end, userId, meta, except);
  }

  /** Ends all sessions of employees of the vendor that have begun by now: the account lets them in no more. */
  async sessionsOfEmployees(meta: Meta): Promise<void> {
    const after = await this.streams.store.head();
    const filter = { loginType: 'EMPLOYEE', endedAt: null, expiresAt: { $gt: new Date().toISOString() } };
    for await (const page of this.readModels.pages(sessions, { filter, limit: PAGE }, { after }))
      for (const { id } of page) {
        await this.authentication.end('session', id);
        const decide = (state: Session) => endEmployeeSession(state, 'access-withdrawn');
        await this.streams.change(session, `session-${id}`, decide, meta);
      }
  }

  async apiKeysOf(userId: string, meta: Meta): Promise<void> {
    const after = await this.streams.store.head();
    const filter = { userId, revokedAt: null };
    for await (const page of this.readModels.pages(apiKeys, { filter, limit: PAGE }, { after }))
      for (const { id } of page) {
        await this.authentication.end('api-key', id);
        await this.streams.change(apiKey, `apikey-${id}`, (state) => revokeApiKey(state, userId), meta);
      }
  }
}

/**
 * Ends all sessions of a user that have begun by now and have not expired, but for one that is named: `end` takes what
 * one was granted. Resolves with their number.
 */
export async function endSessions(
  { streams, readModels }: { readonly streams: Streams; readonly readModels: ReadModels },
  end: (sessionId: string) => Promise<void>,
  userId: string,
  meta: Meta,
  except?: string,
): Promise<number> {
  const after = await streams.store.head();
  const filter = { userId, endedAt: null, expiresAt: { $gt: new Date().toISOString() } };
  let ended = 0;
  for await (const page of readModels.pages(sessions, { filter, limit: PAGE }, { after }))
    for (const { id } of page) {
      if (id === except) continue;
      await end(id);
      const decide = (state: Session) => endSession(state, userId, 'revoked');
      ended += (await streams.change(session, `session-${id}`, decide, meta)).events.length;
    }
  return ended;
}
