// Stands before every route: finds out who calls, and bounds what a caller may hold at once, how much of a body is
// read, and for how long. A request that is refused here costs no more than its headers.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { addressBlock } from '../../caller';
import type { Config } from '../../config';
import { Refusal } from '../../refusals';
import type { ErrorFilter } from '../answers/error-filter';
import { jsonInTurns } from '../answers/json-in-turns';
import type { Guard } from '../doors';
import { isPreflight } from './cors';
import { InFlight } from './in-flight';
import { readJson } from './json-body';
import { heldByForm, type HttpLimits } from './limits';
import { OpenRequests, type Body } from './open-requests';

export function standBefore(
  fastify: FastifyInstance,
  guard: Guard,
  errors: ErrorFilter,
  limits: HttpLimits,
  config: Config,
): void {
  const inFlight = new InFlight(limits);
  const requests = new OpenRequests(errors, limits);

  fastify.addHook('onRequest', async (request, reply) => {
    const open = (request.open = requests.add(request, reply));
    if (isPreflight(config, request, reply)) return reply.send();
    if (request.is404) throw new Refusal('route-unknown');
    // Health is told under any load.
    if (request.routeOptions.url!.startsWith('/health/')) return guard.check(request);
    open.share = inFlight.enter();
    await guard.check(request);
    open.share.belongsTo(callerOf(request));
    open.body = bodyOf(request, limits);
    open.allow(open.body.ms);
    open.share.grow(open.body.held);
  });

  // A client that asks before it sends (Expect) is told to send in `preParsing`; others have sent a part by then.
  fastify.server.on('checkContinue', (request, response) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('preParsing', async ({ open, headers }, reply, source) => {
    open!.isWanted = true;
    if (headers.expect !== undefined) reply.raw.writeContinue();
    return source;
  });

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', (request: FastifyRequest, source: Readable) => {
    const { share, body } = request.open!;
    const { most, held } = body!;
    let read = 0;
    return readJson(source, (bytes) => {
      read += bytes;
      if (read > most) throw new Refusal('body-too-large');
      if (held === 0) share!.grow(bytes);
    });
  });

  fastify.addHook('preSerialization', async (_, reply, answer: object | null) => {
    const json = answer && (await jsonInTurns(answer));
    // Fastify takes bytes as well, which its types do not say.
    if (json) reply.serializer(() => json as unknown as string);
    return answer;
  });
  fastify.addHook('onSend', async ({ open, headers }, reply, answer) => {
    if (!open) return answer;
    requests.answered(open);
    // What comes next from a client that was not told to send may or may not be the body. Any other connection is kept,
    // though Fastify would close it after a body that it refused: the client might lose the answer with it.
    if (headers.expect !== undefined && !open.isWanted) void reply.header('Connection', 'close');
    else if (!open.isCut) {
      void reply.removeHeader('Connection');
      open.keep();
    }
    return answer;
  });
  fastify.addHook('onResponse', async ({ open }) => open && requests.finished(open));
  fastify.addHook('preClose', async () => requests.stop());
}

/** Throws `content-type-wrong` or `body-too-large` where the headers say enough. */
function bodyOf({ headers, routeOptions: { config } }: FastifyRequest, limits: HttpLimits): Body {
  const announced = Number(headers['content-length'] ?? 0);
  const isThere = announced > 0 || headers['transfer-encoding'] !== undefined;
  const [type = ''] = /^[^\s;]+/.exec(headers['content-type'] ?? '') ?? [];
  const isForm = type.toLowerCase() === 'multipart/form-data';
  if (
    isForm !== (config.upload !== undefined) ||
    (isThere && !isForm && type.toLowerCase() !== 'application/json')
  )
    throw new Refusal('content-type-wrong');
  const { publicBytes, publicMs, jsonBytes, jsonMs, uploadMs, uploadFiles, uploadFileBytes } = limits;
  const form = heldByForm(limits);
  const body = isForm
    ? {
        most: uploadFiles * uploadFileBytes + form,
        ms: uploadMs,
        held: form + uploadFiles * (config.upload?.ofFile ?? 0),
      }
    : config.access === 'public'
      ? { most: publicBytes, ms: publicMs, held: announced }
      : { most: jsonBytes, ms: jsonMs, held: announced };
  if (announced > body.most) throw new Refusal('body-too-large');
  return body;
}

/** The caller for whom a request counts; whoever has no token is their address. */
const callerOf = ({ caller, ip }: FastifyRequest): string =>
  caller?.userId
    ? `${caller.actor.type} ${caller.actor.id}`
    : `address ${addressBlock(caller?.client.ip ?? ip)}`;
