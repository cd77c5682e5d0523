// The command that gives an API key a new token. The token before goes on for a while, so that whoever uses it can change
// over; no more than one such is left, and the new one is answered to one request and to no repeat.
import { randomBytes } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { ApiKeyGrant } from '../grants';
import { apiKey, rotateApiKey } from '../identity.decider';
import { Authentication } from '../sessions/authentication';

export interface RotatedApiKey {
  readonly token: string;
  /** ISO time until which the token before counts. */
  readonly previousUntil: string;
  readonly position: bigint;
}

export class RotateApiKey extends Command<RotatedApiKey> {
  constructor(
    readonly keyId: string,
    /** Milliseconds for which the token before goes on. */
    readonly overlapMs: number,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RotateApiKey)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKey> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ keyId, overlapMs, asked }: RotateApiKey): Promise<RotatedApiKey> {
    const { userId, sessionId } = asked.caller;
    const previousUntil = new Date(Date.now() + overlapMs).toISOString();
    const stream = `apikey-${keyId}`;
    const rotated = { previousUntil, ...(sessionId && { sessionId }) };
    rotateApiKey((await this.streams.load(apiKey, stream)).state, userId, rotated);
    const token = `strata-key-${keyId}-${randomBytes(32).toString('hex')}`;
    const next = { tokenDigest: this.authentication.digest(token), by: asked.command.id, previousUntil };
    const grant = await this.vault.change<ApiKeyGrant>('api-key', keyId, (before) => rotate(before, next));
    this.authentication.forget();
    const { position } = await this.streams.change(
      apiKey,
      stream,
      (state) => rotateApiKey(state, userId, rotated),
      ...asAsked(asked),
    );
    const { unshown: _, ...answered } = grant!;
    // Another rotation, or the end of the key, came meanwhile.
    if (!(await this.vault.compareAndSet<ApiKeyGrant>('api-key', keyId, grant, answered)))
      throw new Refusal('stream-contended');
    return { token, previousUntil, position };
  }
}

interface NextToken {
  readonly tokenDigest: string;
  /** Id of the command. */
  readonly by: string;
  readonly previousUntil: string;
}

/** The grant with another token. A token that was never answered, as after a crash, is no token before. */
function rotate(grant: ApiKeyGrant | undefined, { tokenDigest, by, previousUntil }: NextToken): ApiKeyGrant {
  if (!grant) throw new Refusal('api-key-unknown');
  const hasExpired = grant.expiresAt && Date.parse(grant.expiresAt) <= Date.now();
  if (grant.endedAt !== undefined || hasExpired) throw new Refusal('api-key-ended');
  if (grant.rotatedBy === by && !grant.unshown) throw new Refusal('api-key-shown');
  const { previous, ...kept } = grant;
  const used = grant.unshown ? previous?.tokenDigest : grant.tokenDigest;
  return {
    ...{ ...kept, tokenDigest, rotatedBy: by, unshown: true },
    ...(used !== undefined && { previous: { tokenDigest: used, until: previousUntil } }),
  };
}
