// A session in a cookie, for pages in a browser: no script can read it, and no page of another site can use it. What
// changes something shows a second token besides, which only a page that may read our answers has.
import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {} from '@fastify/cookie';
import { Config } from '../../config';
import { isByTls, isFromTrustedPage } from '../../http/front/origins';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';

/** In small letters, as Node has the names of headers. */
const CSRF_HEADER = 'x-strata-csrf';
const NAME = 'strata-session';
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

@Injectable()
export class SessionCookies {
  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
  ) {}

  /** The token of the session in a request's cookie; no other token counts there. */
  read(request: FastifyRequest): string | undefined {
    const token = request.cookies?.[this.nameFor(request)];
    return token !== undefined && /^strata-session-[\w-]{1,200}$/.test(token) ? token : undefined;
  }

  set(reply: FastifyReply, token: string, expiresAt: string): void {
    const maxAge = Math.floor((Date.parse(expiresAt) - Date.now()) / 1000);
    void reply.setCookie(this.nameFor(reply.request), token, { ...this.attributes(reply.request), maxAge });
  }

  clear(reply: FastifyReply): void {
    if (this.read(reply.request) === undefined) return;
    void reply.clearCookie(this.nameFor(reply.request), this.attributes(reply.request));
  }

  /** What a page sends with all that changes something, in the header `X-Strata-CSRF`. */
  csrfToken(sessionId: string): string {
    return this.vault.hmac('csrf', sessionId);
  }

  /** Rejects with `csrf-token-wrong` a request by cookie that another page may have made a browser send. */
  requireOwnPage(request: FastifyRequest, sessionId: string | undefined): void {
    if (SAFE.has(request.method)) return;
    const given = request.headers[CSRF_HEADER];
    const isRight =
      typeof given === 'string' && sessionId !== undefined && same(given, this.csrfToken(sessionId));
    if (!isRight || !isFromTrustedPage(this.config, request)) throw new Refusal('csrf-token-wrong');
  }

  /** Rejects with `csrf-token-wrong` where another page would have a browser log in, as somebody of its choice. */
  requireTrustedPage(request: FastifyRequest): void {
    if (!isFromTrustedPage(this.config, request)) throw new Refusal('csrf-token-wrong');
  }

  /** A name that browsers take only from this very host, and by TLS, where there is TLS. */
  private nameFor(request: FastifyRequest): string {
    return isByTls(this.config, request) ? `__Host-${NAME}` : NAME;
  }

  private attributes(request: FastifyRequest) {
    const secure = isByTls(this.config, request);
    return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  }
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
