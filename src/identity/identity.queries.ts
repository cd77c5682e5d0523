// Lists of what a user has: sessions that still count, API keys.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ApiKeyDocument, apiKeys } from '../../projections/api-keys';
import { type SessionDocument, sessions } from '../../projections/sessions';
import type { Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

export class ListSessions extends Query<Found<SessionDocument>> {
  constructor(
    readonly userId: string,
    /** ISO time: sessions over by then are left out. */
    readonly now: string,
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListSessions)
export class ListSessionsHandler implements IQueryHandler<ListSessions> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ userId, now, paging, fresh }: ListSessions) {
    const filter = { userId, endedAt: null, expiresAt: { $gt: now } };
    return this.readModels.find(sessions, { filter, sort: ['-startedAt'], ...paged(paging) }, fresh);
  }
}

export class ListApiKeys extends Query<Found<ApiKeyDocument>> {
  constructor(
    readonly userId: string,
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ userId, paging, fresh }: ListApiKeys) {
    return this.readModels.find(
      apiKeys,
      { filter: { userId }, sort: ['-createdAt'], ...paged(paging) },
      fresh,
    );
  }
}

export class GetSession extends Query<SessionDocument> {
  constructor(
    readonly userId: string,
    readonly sessionId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetSession)
export class GetSessionHandler implements IQueryHandler<GetSession> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ userId, sessionId, fresh }: GetSession) {
    const found = await this.readModels.get(sessions, sessionId, fresh);
    if (found?.userId !== userId) throw new Refusal('session-unknown');
    return found;
  }
}

export class GetApiKey extends Query<ApiKeyDocument> {
  constructor(
    readonly userId: string,
    readonly keyId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetApiKey)
export class GetApiKeyHandler implements IQueryHandler<GetApiKey> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ userId, keyId, fresh }: GetApiKey) {
    const found = await this.readModels.get(apiKeys, keyId, fresh);
    if (found?.userId !== userId) throw new Refusal('api-key-unknown');
    return found;
  }
}

const paged = ({ limit, after }: Paging) => ({ limit, ...(after !== undefined && { after }) });
