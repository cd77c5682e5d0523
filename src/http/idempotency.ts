// Idempotency-Key: the same key of the same caller is the same command for 24 h, with its ids and its time.
import { createHash, randomUUID } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, switchMap, type Observable } from 'rxjs';
import type { Caller, CommandIdentity } from '../caller';
import type { Decider } from '../eventsourcing/decider';
import { eventsOf } from '../eventsourcing/event';
import { RecordIds } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import type { IdempotencyEvents } from './idempotency.events';

const VALID_MS = 24 * 3_600_000;
/** Enough for every input of a batch, and for a restore with its imports, one for each object type. */
const IDS_OF_A_REQUEST = 128;

type Accepted = { commandId: string; requestHash: string; recordIdBase: string; at: string };

export const idempotency: Decider<Accepted | undefined, IdempotencyEvents> = {
  initial: undefined,
  evolve: { 'idempotency.accepted.v1': (_, data, { meta }) => ({ ...data, at: meta.at }) },
};

export function accept(state: Accepted | undefined, wanted: Accepted) {
  if (!state || Date.parse(wanted.at) - Date.parse(state.at) >= VALID_MS) {
    const { at: _, ...data } = wanted;
    return [eventsOf<IdempotencyEvents>()('idempotency.accepted.v1', data)];
  }
  if (state.requestHash !== wanted.requestHash) throw new Refusal('idempotency-key-reused');
  return [];
}

/**
 * Gives every request its command identity. The request's hash covers method, URL and parsed body; a multipart body is
 * a stream that nobody has read yet, so there it covers method and URL only.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly recordIds: RecordIds,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const identify = async (): Promise<void> => {
      request.command = await this.identify(request, request.caller);
    };
    return from(identify()).pipe(switchMap(() => next.handle()));
  }

  private async identify(request: FastifyRequest, caller: Caller | undefined): Promise<CommandIdentity> {
    const fresh = {
      commandId: randomUUID(),
      requestHash: '',
      recordIdBase: this.recordIds.allocate(IDS_OF_A_REQUEST),
      at: new Date().toISOString(),
    };
    const key = request.headers['idempotency-key'];
    const write = request.method !== 'GET' && request.method !== 'HEAD';
    if (key === undefined || !write || !caller?.userId) return identity(fresh, false);
    if (typeof key !== 'string' || key.length === 0 || key.length > 255)
      throw new Refusal('input-invalid', { message: 'Idempotency-Key must have 1 to 255 characters' });
    const wanted = { ...fresh, requestHash: this.hashOf(request) };
    const stream = `idempotency-${this.vault.hmac('idempotency', `${caller.actor.id}\n${key}`)}`;
    const meta = {
      commandId: randomUUID(),
      correlationId: request.id,
      actor: caller.actor,
      source: { type: 'API' as const },
      client: caller.client,
      at: wanted.at,
    };
    const { state } = await this.streams.change(idempotency, stream, (s) => accept(s, wanted), meta);
    return identity(state!, true);
  }

  /** Keyed, so that the log holds nothing a short body could be guessed from. */
  private hashOf({ method, url, body }: FastifyRequest): string {
    const hash = createHash('sha256').update(`${method} ${url}\n`);
    if (body !== undefined) hash.update(JSON.stringify(body));
    return this.vault.hmac('idempotent-request', hash.digest('hex'));
  }
}

const identity = (accepted: Accepted, mayRepeat: boolean): CommandIdentity => ({
  id: accepted.commandId,
  mayRepeat,
  at: accepted.at,
  idBase: accepted.recordIdBase,
});
