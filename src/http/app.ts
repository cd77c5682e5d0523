// The HTTP application, built apart from listening: Nest on Fastify, with what holds for every route.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { Refusal } from '../refusals';
import { ErrorFilter, errorBody } from './error-filter';
import { HttpModule } from './http.module';
import { NestLog } from './logger';
import { Metrics } from './metrics';
import { serveOpenApi } from './openapi';
import { endOpenStreams } from './progress';

/** A batch of 100 records with long texts fits; an upload is multipart and has its own limits. */
const MOST_JSON_BYTES = 8 * 1024 * 1024;
/** Longer than any answer takes; progress streams give a sign of life eight times as often. */
const SILENCE_MS = 120_000;
const LONGEST_UPLOAD_MS = 3_600_000;
const UPLOAD_LIMITS = { fileSize: 1024 ** 3, files: 10, fields: 50, parts: 60, fieldSize: 1024 * 1024 };

export interface AppOptions {
  /** Shown in the OpenAPI document. */
  readonly version?: string;
}

@Module({})
class Root {}

/** `app`: the module of all capabilities. Not listening yet. */
export async function createApp(
  app: Type | DynamicModule,
  config: Config,
  logger: Logger,
  { version = '0' }: AppOptions = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    // The nearest proxy's word only: what stands before it in the header, any client can write.
    trustProxy: config.TRUST_PROXY ? 1 : false,
    bodyLimit: MOST_JSON_BYTES,
    // Fastify sets neither: who sends or takes a byte now and then would hold a connection for ever.
    connectionTimeout: SILENCE_MS,
    requestTimeout: LONGEST_UPLOAD_MS,
    forceCloseConnections: 'idle',
    // HubSpot's own client asks for `/crm/v3/owners/`.
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    clientErrorHandler: answerGarbage,
    frameworkErrors: (error: unknown, request: unknown, reply: unknown) =>
      void errors.answer(error, request as FastifyRequest, reply as FastifyReply),
  });
  const errors = new ErrorFilter(logger);
  const root = { module: Root, imports: [app, HttpModule.of(logger)] };
  const nest = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLog(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = nest.getHttpAdapter().getInstance();
  await fastify.register(helmet, {
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
  readJsonOnly(fastify);
  await fastify.register(multipart, { limits: UPLOAD_LIMITS });
  observe(fastify, nest.get(Metrics), logger);
  fastify.addHook('preClose', async () => endOpenStreams(fastify.server));
  serveOpenApi(nest, version);
  return nest;
}

/** JSON and multipart, nothing else: anything else is answered 415 before it is read. */
function readJsonOnly(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients that set the header on every request send it with a DELETE or a POST without a body, too.
    if (body.length === 0) return done(null, undefined);
    return parse(request, body as string, (error, value) =>
      error
        ? done(new Refusal('body-malformed', { message: 'The body is not valid JSON' }))
        : done(null, value),
    );
  });
}

/** What is not HTTP never becomes a request: the same shape, written to the bare socket. */
function answerGarbage(_: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(errorBody(new Refusal('body-malformed'), randomUUID()));
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: application/json', 'Connection: close'];
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}

/** One line and one measurement a request; the route's pattern, never the URL with its values. */
function observe(fastify: FastifyInstance, metrics: Metrics, logger: Logger): void {
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('X-Correlation-Id', request.id);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { statusCode: status, elapsedTime: ms } = reply;
    metrics.request(request.method, route, status, ms / 1000);
    const line = {
      method: request.method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      correlationId: request.id,
      ...(request.refused && { refused: request.refused }),
    };
    const quiet = route.startsWith('/health') || route === '/metrics';
    logger[status >= 500 ? 'error' : quiet ? 'debug' : 'info'](line, 'request');
  });
}
