// Queries for what a user has: sessions that still count, API keys.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ApiKeyDocument, apiKeys } from '../../projections/api-keys';
import { type SessionDocument, sessions } from '../../projections/sessions';
import { type Device, deviceOf } from '../origin/device';
import type { Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { KeyUses } from './api-keys/key-uses';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** A session, with what its user agent calls the device. */
export type SessionView = SessionDocument & { readonly device: Device | null };

const withDevice = (session: SessionDocument): SessionView => ({
  ...session,
  device: deviceOf(session.userAgent),
});

export class ListSessions extends Query<Found<SessionView>> {
  constructor(
    readonly userId: string,
    /** ISO time: sessions that are over by then are left out. */
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

  async execute({ userId, now, paging, fresh }: ListSessions) {
    const filter = { userId, endedAt: null, expiresAt: { $gt: now } };
    const options = { filter, sort: ['-startedAt'], ...paged(paging) };
    const { docs, ...found } = await this.readModels.find(sessions, options, fresh);
    return { ...found, docs: docs.map(withDevice) };
  }
}

/** `lastUsedAt` is an ISO time, right to within ten minutes; null: never used. */
export type ApiKeyView = ApiKeyDocument & { readonly lastUsedAt: string | null };

export class ListApiKeys extends Query<Found<ApiKeyView>> {
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
  constructor(
    private readonly readModels: ReadModels,
    private readonly uses: KeyUses,
  ) {}

  async execute({ userId, paging, fresh }: ListApiKeys) {
    const options = { filter: { userId }, sort: ['-createdAt'], ...paged(paging) };
    const { docs, ...found } = await this.readModels.find(apiKeys, options, fresh);
    return { ...found, docs: await Promise.all(docs.map((key) => withLastUse(key, this.uses))) };
  }
}

export class GetSession extends Query<SessionView> {
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
    return withDevice(found);
  }
}

export class GetApiKey extends Query<ApiKeyView> {
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
  constructor(
    private readonly readModels: ReadModels,
    private readonly uses: KeyUses,
  ) {}

  async execute({ userId, keyId, fresh }: GetApiKey) {
    const found = await this.readModels.get(apiKeys, keyId, fresh);
    if (found?.userId !== userId) throw new Refusal('api-key-unknown');
    return withLastUse(found, this.uses);
  }
}

const withLastUse = async (key: ApiKeyDocument, uses: KeyUses): Promise<ApiKeyView> => ({
  ...key,
  lastUsedAt: await uses.lastUse(key.id),
});

const paged = ({ limit, after }: Paging) => ({ limit, ...(after !== undefined && { after }) });
