// Answers every error in HubSpot's shape, from the table of refusals; of an error that nobody expected the client is
// told the correlation id only.
import { Catch, type ArgumentsHost, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppendTooLarge } from '../../eventsourcing/event-store';
import { traceOf } from '../../supervision/faults';
import type { RefusalRow } from '../../supervision/refusal-row.vocabulary';
import { Refusal, refusals, type RateLimit, type RefusalCode } from '../../refusals';
import { StoreUnavailable } from '../../store-unavailable';

declare module 'fastify' {
  interface FastifyRequest {
    /** The refusal that the request was answered with. */
    refused?: Refusal;
  }
}

const byStatus: Readonly<Record<number, RefusalCode>> = {
  400: 'body-malformed',
  404: 'route-unknown',
  413: 'body-too-large',
  414: 'route-unknown',
  415: 'content-type-wrong',
};

export interface ErrorBody {
  readonly status: 'error';
  readonly message: string;
  readonly correlationId: string;
  readonly category: string;
  readonly subCategory?: string;
  readonly errors?: unknown;
  readonly context?: unknown;
}

export function errorBody({ code, detail, message }: Refusal, correlationId: string): ErrorBody {
  const row: RefusalRow = refusals[code];
  const subCategory = detail.subCategory ?? row.subCategory;
  return {
    status: 'error',
    message,
    correlationId,
    category: row.category,
    ...(subCategory && { subCategory }),
    ...(detail.errors && { errors: detail.errors }),
    ...(detail.context && { context: detail.context }),
  };
}

/** The refusal that an error stands for; undefined for an error that nobody expected. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof AppendTooLarge) return new Refusal('body-too-large');
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const ofFastify = typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number';
  const status = error instanceof HttpException ? error.getStatus() : ofFastify ? statusCode : undefined;
  if (status === undefined || status >= 500) return undefined;
  return new Refusal(byStatus[status] ?? 'body-malformed');
}

export const rateLimitHeaders = (reply: FastifyReply, { limit, remaining, reset }: RateLimit): void =>
  void reply
    .header('RateLimit-Limit', limit)
    .header('RateLimit-Remaining', remaining)
    .header('RateLimit-Reset', Math.max(1, Math.ceil(reset)));

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Seconds after which most outages that pass by themselves have passed. */
const RETRY_AFTER = 5;

function unavailable(method: string): Refusal {
  const message =
    'A store is out of reach: whether this was carried out is not known. Sent again with the same Idempotency-Key it is carried out once; sent without one before, look first';
  return new Refusal('store-unavailable', {
    retryAfter: RETRY_AFTER,
    ...(!SAFE.has(method) && { message }),
  });
}

@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refusal =
      error instanceof StoreUnavailable
        ? unavailable(request.method)
        : (refusalOf(error) ?? new Refusal('internal-error'));
    request.refused = refusal;
    if (error instanceof StoreUnavailable)
      this.logger.warn(
        { correlationId: request.id, store: error.store, ...traceOf(error.cause) },
        error.message,
      );
    if (refusal.code === 'internal-error')
      this.logger.error({ correlationId: request.id, ...traceOf(error) }, 'unexpected error');
    // An answer has begun: there is no status left to answer with, and half an answer must not look whole.
    if (reply.raw.headersSent) return void reply.raw.destroy();
    const { status } = refusals[refusal.code];
    if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    if (refusal.detail.retryAfter !== undefined)
      void reply.header('Retry-After', Math.max(1, Math.ceil(refusal.detail.retryAfter)));
    if (refusal.detail.rateLimit) rateLimitHeaders(reply, refusal.detail.rateLimit);
    void reply
      .status(status)
      .header('X-Correlation-Id', request.id)
      .removeHeader('Content-Length')
      .header('Content-Type', 'application/json; charset=utf-8')
      .send(JSON.stringify(errorBody(refusal, request.id)));
  }
}
