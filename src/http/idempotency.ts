// Makes requests with the same Idempotency-Key of the same caller one command, for 24 h, with the ids that it gives. A
// key is accepted just before the first event of its command: a request that is refused, or changes nothing, leaves no
// key behind. The time of the command is that of each request: a repeat may be the first to change something, and
// changes it now.
import { createHash, randomUUID } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, from, switchMap, type Observable } from 'rxjs';
import type { CommandIdentity } from '../caller';
import type { Decider } from '../eventsourcing/decider';
import { eventsOf } from '../eventsourcing/event';
import { FreshIds, KeptIds } from '../command-ids';
import { RecordIds } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import type { IdempotencyEvents } from './idempotency.events';

const VALID_MS = 24 * 3_600_000;
/** Ids kept for a request: enough for every input of a batch. */
const IDS_OF_A_REQUEST = 128;

type Accepted = { commandId: string; requestHash: string; recordIdBase: string; at: string };

export const idempotency: Decider<Accepted | undefined, IdempotencyEvents> = {
  initial: undefined,
  evolve: { 'idempotency.accepted.v1': (_, data, { meta }) => ({ ...data, at: meta.at }) },
};

const isValid = (state: Accepted | undefined, now: string): state is Accepted =>
  state !== undefined && Date.parse(now) - Date.parse(state.at) < VALID_MS;

/** What a key stands for; undefined where it is free. Throws `idempotency-key-reused` where it is another request's. */
export function standsFor(state: Accepted | undefined, requestHash: string, now: string) {
  if (!isValid(state, now)) return undefined;
  if (state.requestHash !== requestHash) throw new Refusal('idempotency-key-reused');
  return state;
}

/** Accepts a key that was free. Throws `stream-contended` where another process has accepted it since. */
export function accept(state: Accepted | undefined, wanted: Accepted) {
  if (isValid(state, wanted.at)) {
    if (state.commandId === wanted.commandId) return [];
    throw new Refusal('stream-contended', { message: KEY_IN_USE });
  }
  const { at: _, ...data } = wanted;
  return [eventsOf<IdempotencyEvents>()('idempotency.accepted.v1', data)];
}

const KEY_IN_USE = 'Another request with this Idempotency-Key is under way: send it again in a moment';

/**
 * Gives every request its command identity. The request's hash covers method, URL and parsed body; a multipart body is
 * a stream that nobody has read yet, so there it covers method and URL only.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  /** By stream of a key that is not accepted yet: resolves when the key is accepted, or its request is over. */
  private readonly unaccepted = new Map<string, Promise<void>>();

  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly recordIds: RecordIds,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    let over = () => {};
    const identify = async (): Promise<void> => {
      const at = new Date().toISOString();
      const key = keyOf(request);
      request.command =
        key === undefined
          ? { id: randomUUID(), mayRepeat: false, at, ids: new FreshIds(this.recordIds) }
          : await this.identify(request, key, at, (end) => (over = end));
    };
    return from(identify()).pipe(
      switchMap(() => next.handle()),
      finalize(() => over()),
    );
  }

  /** `untilOver` is given what is to be done when the request is over. */
  private async identify(
    request: FastifyRequest,
    key: string,
    at: string,
    untilOver: (end: () => void) => void,
  ): Promise<CommandIdentity> {
    const { actor, client } = request.caller!;
    const requestHash = this.hashOf(request);
    const stream = `idempotency-${this.vault.hmac('idempotency', `${actor.id}\n${key}`)}`;
    for (let other; (other = this.unaccepted.get(stream));) await other;
    let resolve = () => {};
    const accepted = new Promise<void>((done) => (resolve = done));
    this.unaccepted.set(stream, accepted);
    const isAccepted = () => {
      if (this.unaccepted.get(stream) === accepted) this.unaccepted.delete(stream);
      resolve();
    };
    untilOver(isAccepted);
    const { state } = await this.streams.load(idempotency, stream);
    const known = standsFor(state, requestHash, at);
    if (known) isAccepted();
    const id = known?.commandId ?? randomUUID();
    const source = { type: 'API' as const };
    const meta = { correlationId: request.id, actor, source, client, at };
    const first = known ? async () => known.recordIdBase : once(() => this.recordIds.draw(IDS_OF_A_REQUEST));
    if (!known) {
      const end = this.streams.preceding.set(request.id, async () => {
        const wanted = { commandId: id, requestHash, recordIdBase: await first(), at };
        const own = { ...meta, commandId: randomUUID() };
        await this.streams.change(idempotency, stream, (s) => accept(s, wanted), own, { apart: true });
        isAccepted();
      });
      untilOver(() => {
        end();
        isAccepted();
      });
    }
    const ids = new KeptIds(this.recordIds, first, IDS_OF_A_REQUEST, { ...meta, commandId: id });
    return { id, mayRepeat: true, at, ids };
  }

  /** A keyed hash, so that the log holds nothing from which a short body could be guessed. */
  private hashOf({ method, url, body }: FastifyRequest): string {
    const hash = createHash('sha256').update(`${method} ${url}\n`);
    if (body !== undefined) hash.update(JSON.stringify(body));
    return this.vault.hmac('idempotent-request', hash.digest('hex'));
  }
}

/** The request's key; undefined where it has none, changes nothing by its method, or is nobody's. */
function keyOf({ method, headers, caller }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || method === 'GET' || method === 'HEAD' || !caller?.userId) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= 255) return key;
  throw new Refusal('input-invalid', { message: 'Idempotency-Key must have 1 to 255 characters' });
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}
