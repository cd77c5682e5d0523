// Pages of other origins: those that the operator lists may ask, with credentials, and browsers let them read answers.
// Without a list there is not a word of this in any answer, and browsers let no page of another origin read any.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config';
import { isListed } from './origins';

/** Seconds for which a browser need not ask again. */
const MAX_AGE = 600;
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const SENT = [
  ...['Authorization', 'Content-Type', 'If-None-Match', 'Last-Event-ID'],
  ...['Idempotency-Key', 'X-Strata-After', 'X-Strata-CSRF'],
].join(', ');
const SHOWN = [
  ...['Content-Disposition', 'ETag', 'Retry-After', 'WWW-Authenticate'],
  ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
  ...['X-Correlation-Id', 'X-Strata-Behind', 'X-Strata-Position'],
].join(', ');

/**
 * Tells a browser whether the page may read the answer. True where the request only asked whether it may be sent (a
 * preflight): browsers show no token with that, so it is answered before anybody asks for one.
 */
export function isPreflight(config: Config, request: FastifyRequest, reply: FastifyReply): boolean {
  if (!config.CORS_ORIGINS) return false;
  // What is kept of an answer on the way is for this origin.
  void reply.header('Vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !isListed(config, origin)) return false;
  void reply.header('Access-Control-Allow-Origin', origin).header('Access-Control-Allow-Credentials', 'true');
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
    void reply.header('Access-Control-Expose-Headers', SHOWN);
    return false;
  }
  void reply
    .status(204)
    .header('Access-Control-Allow-Methods', METHODS)
    .header('Access-Control-Allow-Headers', SENT)
    .header('Access-Control-Max-Age', MAX_AGE);
  return true;
}
