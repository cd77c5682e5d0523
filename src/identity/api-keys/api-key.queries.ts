// Queries for the API keys of a user.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ApiKeyDocument, apiKeys } from '../../../projections/api-keys';
import type { Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { KeyUses } from './key-uses';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
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
