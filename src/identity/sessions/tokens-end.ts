// Ends the sessions and the API keys of a user.
import { Injectable } from '@nestjs/common';
import { apiKeys } from '../../../projections/api-keys';
import { sessions } from '../../../projections/identity/sessions';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { apiKey, endEmployeeSession, endSession, revokeApiKey, session } from '../identity.decider';
import { Authentication } from './authentication';

const PAGE = 200;

@Injectable()
export class TokensEnd {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly authentication: Authentication,
  ) {}

  /** Ends all sessions of a user that have begun by now, but for one that is named. Resolves with their number. */
  async sessionsOf(userId: string, meta: Meta, except?: string): Promise<number> {
    const after = await this.streams.store.head();
    const filter = { userId, endedAt: null };
    let ended = 0;
    for await (const page of this.readModels.pages(sessions, { filter, limit: PAGE }, { after }))
      for (const { id } of page) {
        if (id === except) continue;
        await this.authentication.end('session', id);
        const decide = (state: Parameters<typeof endSession>[0]) => endSession(state, userId, 'revoked');
        ended += (await this.streams.change(session, `session-${id}`, decide, meta)).events.length;
      }
    return ended;
  }

  /** Ends all sessions of employees of the vendor that have begun by now: the account lets them in no more. */
  async sessionsOfEmployees(meta: Meta): Promise<void> {
    const after = await this.streams.store.head();
    const filter = { loginType: 'EMPLOYEE', endedAt: null, expiresAt: { $gt: new Date().toISOString() } };
    for await (const page of this.readModels.pages(sessions, { filter, limit: PAGE }, { after }))
      for (const { id } of page) {
        await this.authentication.end('session', id);
        const decide = (state: Parameters<typeof endSession>[0]) =>
          endEmployeeSession(state, 'access-withdrawn');
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
