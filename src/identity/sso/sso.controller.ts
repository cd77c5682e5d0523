// Routes of /auth/v1/sso: to the provider, and back from it.
import { randomBytes } from 'node:crypto';
import { Controller, Get, HttpCode, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Config, publicUrl } from '../../config';
import { Public } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { isByTls } from '../../http/front/origins';
import { flag } from '../../http/validation';
import { Refusal, refusals } from '../../refusals';
import type { RefusalRow } from '../../supervision/refusal-row.vocabulary';
import { bearerToken } from '../guard';
import { Authentication } from '../sessions/authentication';
import { SessionCookies } from '../sessions/session-cookies';
import { Provider } from './provider';
import { FinishSso } from './sso.commands';
import { GetSso } from './sso.queries';
import { SsoStates } from './sso-states';

/** Holds a secret of the browser, by which a sign-in that others began is told from its own. */
const BROWSER = 'strata-sso';
const DEVICE = 'strata-device';
const BROWSER_S = 10 * 60;
const DEVICE_S = 90 * 86_400;

class LoginQuery extends createZodDto(
  z.object({
    cookie: flag().describe('the session goes into a cookie, as with the same of a login'),
    stepUp: flag().describe(
      'sign in anew, though the provider knows you; with the token of a session, that session is stepped up',
    ),
  }),
) {}

const sent = z.string().max(4096).optional();
class CallbackQuery extends createZodDto(
  z.object({ code: sent, state: sent, iss: sent, error: sent, error_description: sent, session_state: sent }),
) {}

@ApiTags('Identity')
@Controller('auth/v1/sso')
export class SsoController {
  constructor(
    private readonly config: Config,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly provider: Provider,
    private readonly states: SsoStates,
    private readonly authentication: Authentication,
    private readonly cookies: SessionCookies,
  ) {}

  @Public()
  @Get('login')
  @HttpCode(302)
  @ApiOperation({ summary: 'Begin to sign in at the provider: redirects there' })
  async begin(
    @Query() { cookie, stepUp }: LoginQuery,
    @Asked() { caller }: CommandContext,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.provider.requireSetUp();
    if (!(await this.queries.execute(new GetSso())).allowed) throw new Refusal('sso-off');
    const token = stepUp ? (bearerToken(request) ?? this.cookies.read(request)) : undefined;
    const known = token && (await this.authentication.callerOf(token, caller.client));
    const kept = request.cookies[BROWSER];
    const browser = kept && /^[0-9a-f]{64}$/.test(kept) ? kept : randomBytes(32).toString('hex');
    const state = this.states.begin(browser, {
      anew: stepUp,
      cookie,
      stepsUp: known ? known.sessionId : undefined,
    });
    const address = await this.provider.addressFor(state);
    this.setCookie(reply, BROWSER, browser, BROWSER_S);
    await reply.redirect(address, 302);
  }

  @Public()
  @Get('callback')
  @ApiOperation({
    summary: 'Come back from the provider: answers as logging in does, or as a step-up',
    description:
      'A browser that began with `cookie=true`, and takes HTML, is led to the page of the console that it began from.',
  })
  async finish(
    @Query() query: CallbackQuery,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const isPages = this.isPages(request, query.state);
    try {
      const answer = await this.signIn(query, asked, request, reply);
      if (!isPages) return answer;
      return this.leadToPage(reply, 'stepUpUntil' in answer ? 'stepped-up' : 'done');
    } catch (error) {
      if (!isPages || !(error instanceof Refusal)) throw error;
      const { subCategory, category }: RefusalRow = refusals[error.code];
      return this.leadToPage(reply, subCategory ?? category);
    }
  }

  /** Whether it is a page of the console that signs in: no script takes HTML. */
  private isPages({ headers, cookies }: FastifyRequest, state = ''): boolean {
    const takesHtml = headers.accept?.includes('text/html') ?? false;
    return takesHtml && this.states.read(state, cookies[BROWSER])?.cookie === true;
  }

  private leadToPage(reply: FastifyReply, outcome: string): void {
    void reply.status(302).header('Location', `${publicUrl(this.config)}/sign-in?sso=${outcome}`);
  }

  private async signIn(
    query: CallbackQuery,
    asked: CommandContext,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    const returned = {
      sent: given as Record<string, string>,
      browser: request.cookies[BROWSER],
      deviceToken: request.cookies[DEVICE],
    };
    const { position, ...done } = await this.commands.execute(new FinishSso(returned, asked));
    positionHeader(reply, position);
    if (!('sessionId' in done)) return done;
    const { sessionId, accessToken, cookie, ...answer } = done;
    this.setCookie(reply, DEVICE, answer.deviceToken, DEVICE_S);
    if (!cookie) return { accessToken, ...answer };
    this.cookies.set(reply, accessToken, answer.expiresAt);
    return { csrfToken: this.cookies.csrfToken(sessionId), ...answer };
  }

  /** Lax: the browser comes from the provider's site, by a link. */
  private setCookie(reply: FastifyReply, name: string, value: string, maxAge: number): void {
    const path = `${new URL(publicUrl(this.config)).pathname.replace(/\/$/, '')}/auth/v1/sso`;
    const secure = isByTls(this.config, reply.request);
    void reply.setCookie(name, value, { path, maxAge, httpOnly: true, sameSite: 'lax', secure });
  }
}
