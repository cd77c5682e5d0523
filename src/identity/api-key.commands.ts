// API keys: made, shown once, revoked. The token can be derived again for a repeat of the same command only.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, newId, type Request } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Vault } from '../vault/vault';
import { Authentication } from './authentication';
import type { ApiKeyGrant } from './grants';
import { apiKey, createApiKey, revokeApiKey } from './identity.decider';

export interface CreatedApiKey {
  readonly id: string;
  readonly token: string;
  readonly position: bigint;
}

export class CreateApiKey extends Command<CreatedApiKey> {
  constructor(
    readonly name: string,
    readonly scopes: readonly string[],
    readonly asked: Request,
  ) {
    super();
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ name, scopes, asked }: CreateApiKey): Promise<CreatedApiKey> {
    const keyId = newId(asked.command);
    const { userId } = asked.caller;
    const stream = `apikey-${keyId}`;
    const token = `strata-key-${keyId}-${this.vault.hmac('api-key-token', asked.command.id)}`;
    // A repeat must not grant again what was revoked in the meantime.
    if ((await this.streams.load(apiKey, stream)).state.status === 'none')
      await this.vault.put<ApiKeyGrant>('api-key', keyId, {
        userId,
        tokenDigest: this.authentication.digest(token),
        scopes,
      });
    const { position } = await this.streams.change(
      apiKey,
      stream,
      (state) => createApiKey(state, { keyId, name, scopes, userId }),
      metaOf(asked),
      { mayRepeat: asked.command.mayRepeat },
    );
    return { id: keyId, token, position };
  }
}

export class RevokeApiKey extends Command<bigint> {
  constructor(
    readonly keyId: string,
    readonly asked: Request,
  ) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ keyId, asked }: RevokeApiKey): Promise<bigint> {
    const { userId } = asked.caller;
    const stream = `apikey-${keyId}`;
    revokeApiKey((await this.streams.load(apiKey, stream)).state, userId);
    await this.vault.remove('api-key', keyId);
    this.authentication.forget();
    const { position } = await this.streams.change(
      apiKey,
      stream,
      (state) => revokeApiKey(state, userId),
      metaOf(asked),
      { mayRepeat: asked.command.mayRepeat },
    );
    return position;
  }
}
