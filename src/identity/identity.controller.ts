// Routes of /auth/v1: setup, login, who asks, step-up, sessions.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../caller';
import { Access, Public } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery } from '../http/answers/paging';
import { flag } from '../http/validation';
import type { Freshness } from '../read/read-models';
import { emailAddress } from './emails';
import { FirstAdmin } from './first-admin';
import { isOne, isOneAtMost, password, proofOf, recoveryCode, totp } from './identity.bodies';
import { LogIn } from './sessions/login.commands';
import { GetMe } from './sessions/me.queries';
import { GetSession, ListSessions } from './sessions/session.queries';
import { SessionCookies } from './sessions/session-cookies';
import { newPassword } from './passwords/passwords';
import { EndSession, EndSessions, StepUp } from './sessions/session.commands';

class SetupBody extends createZodDto(
  z.strictObject({ token: z.string().min(1).max(200), email: emailAddress, password: newPassword }),
) {}

class LoginBody extends createZodDto(
  z
    .strictObject({
      email: z.string().min(1).max(254),
      password,
      totp: z.string().max(16).optional().describe('a code, where a second factor is active'),
      recoveryCode: recoveryCode.optional().describe('in place of a code, where the device is lost'),
      deviceToken: z
        .string()
        .max(200)
        .optional()
        .describe('of an earlier login: keeps attempts apart from those of strangers; ignored where unknown'),
      cookie: z
        .boolean()
        .optional()
        .describe('true: the token is set as a cookie, and the answer has a csrfToken in its place'),
    })
    .refine(({ totp, recoveryCode }) => isOneAtMost({ totp, recoveryCode }), 'give totp or recoveryCode'),
) {}

class StepUpBody extends createZodDto(
  z
    .strictObject({
      password: password.optional().describe('where no second factor is active'),
      totp: totp.optional(),
      recoveryCode: recoveryCode.optional(),
    })
    .refine(isOne, 'give one of password, totp and recoveryCode'),
) {}

class EndSessionsQuery extends createZodDto(
  z.object({
    others: flag().describe('true: this session goes on'),
  }),
) {}

@ApiTags('Identity')
@Controller('auth/v1')
export class IdentityController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly firstAdmin: FirstAdmin,
    private readonly cookies: SessionCookies,
  ) {}

  /** The page that the printed link leads to asks here. */
  @Public()
  @Get('setup')
  @ApiOperation({ summary: 'Whether a first super admin is still to be made' })
  async setupState() {
    const open = await this.firstAdmin.isOpen();
    return { open, ...(open && { next: 'POST { token, email, password } to this address' }) };
  }

  @Public()
  @Post('setup')
  @ApiOperation({ summary: 'Make the first super admin with the token that was printed' })
  async setUp(
    @Body() { token, email, password }: SetupBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { user, position } = await this.firstAdmin.setUp(token, email, password, asked);
    positionHeader(reply, position);
    return { user };
  }

  @Public()
  @Post('login')
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in with a password, and a code where a second factor is active' })
  async logIn(
    @Body() { email, password, deviceToken, cookie, ...codes }: LoginBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (cookie) this.cookies.requireTrustedPage(reply.request);
    const given = { email, password, deviceToken, proof: proofOf(codes) };
    const { position, sessionId, accessToken, ...answer } = await this.commands.execute(
      new LogIn(given, asked),
    );
    positionHeader(reply, position);
    if (!cookie) return { accessToken, ...answer };
    this.cookies.set(reply, accessToken, answer.expiresAt);
    return { csrfToken: this.cookies.csrfToken(sessionId), ...answer };
  }

  @Access({ session: true, beforeSecondFactor: true, employees: true })
  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session' })
  async logOut(@Asked() asked: CommandContext, @Res({ passthrough: true }) reply: FastifyReply) {
    const end = new EndSession(asked.caller.sessionId!, 'logout', asked);
    positionHeader(reply, await this.commands.execute(end));
    this.cookies.clear(reply);
  }

  @Access({ session: true, beforeSecondFactor: true })
  @Get('csrf')
  @ApiOperation({ summary: 'The token that a page sends as X-Strata-CSRF where its session is in a cookie' })
  csrf(@Asked() { caller }: CommandContext) {
    return { csrfToken: this.cookies.csrfToken(caller.sessionId!) };
  }

  @Access({ beforeSecondFactor: true, employees: true })
  @Get('me')
  @ApiOperation({
    summary: 'Read who asks, by which session, and what they may do',
    description: 'What somebody may do can change while they are there: each answer says what counts now.',
  })
  me(@Asked() { caller }: CommandContext) {
    return this.queries.execute(new GetMe(caller));
  }

  @Access({ session: true, beforeSecondFactor: true })
  @Post('step-up')
  @HttpCode(200)
  @ApiOperation({ summary: 'Prove again who you are, for what asks for it, for ten minutes' })
  async stepUp(
    @Body() { password, ...codes }: StepUpBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const proof = proofOf(codes) ?? { password: password! };
    const { stepUpUntil, position } = await this.commands.execute(new StepUp(proof, asked));
    positionHeader(reply, position);
    return { stepUpUntil };
  }

  @Access({ session: true, employees: true })
  @Get('sessions')
  @ApiOperation({ summary: 'List your sessions; for super admins, those of employees of the vendor, too' })
  async sessions(@Query() paging: PageQuery, @Asked() asked: CommandContext, @Fresh() fresh: Freshness) {
    const { userId, superAdmin } = asked.caller;
    return page(await this.queries.execute(new ListSessions(userId, asked, paging, fresh, superAdmin)));
  }

  @Access({ session: true, employees: true })
  @Get('sessions/:id')
  @ApiOperation({ summary: 'Read one of your sessions, or, for super admins, of an employee of the vendor' })
  session(@Param('id') id: string, @Asked() asked: CommandContext, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetSession(id, asked, fresh));
  }

  @Access({ session: true })
  @Delete('sessions')
  @HttpCode(204)
  @ApiOperation({ summary: 'End all your sessions, or all but this one' })
  async revokeAll(@Query() { others }: EndSessionsQuery, @Asked() asked: CommandContext) {
    await this.commands.execute(new EndSessions(others, asked));
  }

  @Access({ session: true })
  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one of your sessions, or, for super admins, of an employee of the vendor' })
  async revoke(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new EndSession(id, 'revoked', asked)));
  }
}
