// Commands of API keys: a key is made, shown once, changed and revoked. Its token is answered to one request and to no repeat.
import { randomBytes } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, newId, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { Authentication } from '../sessions/authentication';
import type { ApiKeyGrant } from '../grants';
import { apiKey, changeApiKey, createApiKey, revokeApiKey, type ApiKey } from '../identity.decider';
import type { ApiKeyTerms } from '../identity.events';
import { requireMayGive } from './scopes';

const YEAR_MS = 365 * 86_400_000;

export interface CreatedApiKey {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string | null;
  readonly position: bigint;
}

export interface AskedKey {
  readonly name: string;
  readonly scopes: readonly string[];
  /** ISO time; null: never; undefined: in a year. */
  readonly expiresAt?: string | null | undefined;
  /** Addresses and networks from which it may be used; undefined: all. */
  readonly allowedIps?: readonly string[] | undefined;
}

export class CreateApiKey extends Command<CreatedApiKey> {
  constructor(
    readonly key: AskedKey,
    readonly asked: CommandContext,
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

  async execute({ key: { name, scopes, allowedIps, ...asks }, asked }: CreateApiKey): Promise<CreatedApiKey> {
    requireMayGive(asked.caller, scopes);
    const keyId = await newId(asked.command);
    const { userId, sessionId } = asked.caller;
    const at = Date.parse(asked.command.at);
    const expiresAt = asks.expiresAt === undefined ? new Date(at + YEAR_MS).toISOString() : asks.expiresAt;
    const stream = `apikey-${keyId}`;
    const token = `strata-key-${keyId}-${randomBytes(32).toString('hex')}`;
    const shown = new Refusal('api-key-shown', { context: { id: [keyId] } });
    if ((await this.streams.load(apiKey, stream)).state.status !== 'none') throw shown;
    const grant: ApiKeyGrant = {
      ...{ userId, scopes, expiresAt },
      ...(allowedIps && { allowedIps }),
      tokenDigest: this.authentication.digest(token),
    };
    // A grant that a crash left, or whose token another attempt has not shown yet, gives way to the grant of this one.
    await this.vault.change<ApiKeyGrant>('api-key', keyId, (before) => {
      if (before?.tokenShown) throw shown;
      return grant;
    });
    const { position } = await this.streams.change(
      apiKey,
      stream,
      (state) =>
        createApiKey(state, {
          ...{ keyId, name, scopes, userId, expiresAt },
          ...(sessionId && { sessionId }),
          ...(allowedIps && { allowedIps }),
        }),
      ...asAsked(asked),
    );
    const answered = { ...grant, tokenShown: true as const };
    if (!(await this.vault.compareAndSet<ApiKeyGrant>('api-key', keyId, grant, answered))) throw shown;
    return { id: keyId, token, expiresAt, position };
  }
}

/** What is left out stays as it is. */
export class ChangeApiKey extends Command<bigint> {
  constructor(
    readonly keyId: string,
    readonly wanted: Partial<ApiKeyTerms>,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeApiKey)
export class ChangeApiKeyHandler implements ICommandHandler<ChangeApiKey> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  /** The grant follows the log: of several changes at once, the last one counts in both. A repeat finishes it. */
  async execute({ keyId, wanted, asked }: ChangeApiKey): Promise<bigint> {
    const { userId, sessionId } = asked.caller;
    const stream = `apikey-${keyId}`;
    const { position } = await this.streams.change(
      apiKey,
      stream,
      (state) => changeApiKey(state, userId, wanted, { ...(sessionId && { sessionId }) }),
      ...asAsked(asked),
    );
    for (let followed = -1; ;) {
      const { state, revision } = await this.streams.load(apiKey, stream);
      if (revision === followed) break;
      await this.allowFrom(keyId, state);
      followed = revision;
    }
    this.authentication.forget();
    return position;
  }

  private async allowFrom(keyId: string, state: ApiKey): Promise<void> {
    if (state.status !== 'active') return;
    const { allowedIps } = state.terms;
    await this.vault.change<ApiKeyGrant>('api-key', keyId, (before) => {
      if (!before) return undefined;
      const { allowedIps: _, ...grant } = before;
      return { ...grant, ...(allowedIps && { allowedIps }) };
    });
  }
}

export class RevokeApiKey extends Command<bigint> {
  constructor(
    readonly keyId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ keyId, asked }: RevokeApiKey): Promise<bigint> {
    const { userId } = asked.caller;
    const stream = `apikey-${keyId}`;
    revokeApiKey((await this.streams.load(apiKey, stream)).state, userId);
    await this.authentication.end('api-key', keyId);
    const { position } = await this.streams.change(
      apiKey,
      stream,
      (state) => revokeApiKey(state, userId),
      ...asAsked(asked),
    );
    return position;
  }
}
