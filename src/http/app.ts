// Builds the HTTP application, without listening: Nest on Fastify, with what holds for every route.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { Faults } from '../supervision/faults';
import { serveConsole } from './console/console';
import { consoleFolder } from './console/console-files';
import { answerGarbage, bareHeaders } from './front/bare-answers';
import { serveDocs } from './docs/docs';
import { answerAsDated, undated } from './front/dated';
import { ErrorFilter } from './answers/error-filter';
import { standBefore } from './front/front';
import { Guard, RefusedRequests } from './doors';
import { HttpModule } from './http.module';
import { httpLimits, type HttpLimits } from './front/limits';
import { watchUnused } from './front/unused-connections';
import { NestLog } from './logger';
import { Metrics } from './metrics';
import { endOpenStreams } from './answers/progress';

export interface AppOptions {
  /** Shown in the OpenAPI document. */
  readonly version?: string;
  /** Limits other than the usual ones, for tests. */
  readonly limits?: Partial<HttpLimits>;
  /** Where the built console lies if not where the build puts it, for tests. */
  readonly console?: string;
}

@Module({})
class Root {}

/** `app` is the module of all capabilities. The application does not listen yet. */
export async function createApp(
  app: Type | DynamicModule,
  config: Config,
  logger: Logger,
  { version = '0', console = consoleFolder, ...options }: AppOptions = {},
): Promise<NestFastifyApplication> {
  const limits: HttpLimits = { ...httpLimits, ...options.limits };
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    rewriteUrl: (request: IncomingMessage) => undated(request.url!),
    // Only the nearest proxy is trusted: what stands in the header before its entry, any client can write.
    trustProxy: config.TRUST_PROXY ? 1 : false,
    // Fastify sets neither timeout: a client that sends or takes a byte now and then would hold a connection for ever.
    connectionTimeout: limits.silenceMs,
    requestTimeout: limits.uploadMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.lookMs,
    },
    forceCloseConnections: 'idle',
    // HubSpot's own client asks for `/crm/v3/owners/`.
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    clientErrorHandler: answerGarbage,
    // No hook runs before these errors: they get the headers that hooks would add.
    frameworkErrors: (error: unknown, request: unknown, reply: unknown) =>
      void errors.answer(error, request as FastifyRequest, (reply as FastifyReply).headers(bareHeaders)),
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
  await fastify.register(cookie);
  observe(fastify, nest.get(Metrics), logger);
  trace(fastify, nest.get(RefusedRequests));
  answerAsDated(fastify);
  fastify.server.maxConnections = limits.connections;
  standBefore(fastify, nest.get(Guard), errors, limits, config);
  await fastify.register(multipart, {
    limits: {
      files: limits.uploadFiles,
      fileSize: limits.uploadFileBytes,
      fields: limits.uploadFields,
      fieldSize: limits.uploadFieldBytes,
      parts: limits.uploadFiles + limits.uploadFields,
    },
    // A part that calls itself JSON is handed on unparsed, to be parsed where its bounds are known.
    isPartAFile: (_, type, name) =>
      name !== undefined || type === 'application/octet-stream' || type === 'application/json',
  });
  const endUnused = watchUnused(fastify.server);
  fastify.addHook('preClose', async () => {
    endOpenStreams(fastify.server);
    endUnused();
  });
  serveDocs(fastify, version, nest.get(Faults));
  await serveConsole(fastify, console);
  return nest;
}

/** Logs and measures each request once, by the pattern of its route, never by the URL with its values. */
function observe(fastify: FastifyInstance, metrics: Metrics, logger: Logger): void {
  fastify.addHook('onRequest', async (request, reply) => {
    // Answers hold customers' data: none is stored on the way unless its route says so.
    void reply.header('X-Correlation-Id', request.id).header('Cache-Control', 'no-store');
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
      ...(request.refused && { refused: request.refused.code }),
    };
    const quiet = route.startsWith('/health') || route === '/metrics';
    logger[status >= 500 ? 'error' : quiet ? 'debug' : 'info'](line, 'request');
  });
}

/** Where a known caller is refused for want of rights, that leaves a trace in the log before the caller is told. */
function trace(fastify: FastifyInstance, refusedRequests: RefusedRequests): void {
  fastify.addHook('onSend', async ({ caller, refused, id, method, routeOptions }) => {
    const kind = refused?.code;
    if (!caller?.userId || (kind !== 'scope-missing' && kind !== 'access-denied')) return;
    const scopes = refused?.detail.context?.requiredScopes;
    await refusedRequests.access(
      caller,
      { kind, route: `${method} ${routeOptions.url}`, ...(scopes && { scopes }) },
      id,
    );
  });
}
