// /auth/v1: setup, login, second factor, sessions.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Request } from '../caller';
import { Access, Public } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery } from '../http/paging';
import type { Freshness } from '../read/read-models';
import { emailAddress } from './emails';
import { FirstAdmin } from './first-admin';
import { ActivateTwoFactor, DisableTwoFactor, EnrolTwoFactor } from './identity.commands';
import { GetSession, ListSessions } from './identity.queries';
import { newPassword } from './passwords';
import { EndSession, LogIn } from './session.commands';

const code = z.string().regex(/^\d{6}$/, 'must be 6 digits');

class SetupBody extends createZodDto(
  z.strictObject({ token: z.string().min(1).max(200), email: emailAddress, password: newPassword }),
) {}

class LoginBody extends createZodDto(
  z.strictObject({
    email: z.string().min(1).max(254),
    password: z.string().min(1).max(1024),
    totp: z.string().max(16).optional(),
  }),
) {}

class CodeBody extends createZodDto(z.strictObject({ totp: code })) {}

@ApiTags('Identity')
@Controller('auth/v1')
export class IdentityController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly firstAdmin: FirstAdmin,
  ) {}

  /** Where the printed link leads. */
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
    @Asked() asked: Request,
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
    @Body() { email, password, totp }: LoginBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { position, ...answer } = await this.commands.execute(new LogIn(email, password, totp, asked));
    positionHeader(reply, position);
    void reply.header('Cache-Control', 'no-store');
    return answer;
  }

  @Access({ session: true })
  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session' })
  async logOut(@Asked() asked: Request, @Res({ passthrough: true }) reply: FastifyReply) {
    const end = new EndSession(asked.caller.sessionId!, 'logout', asked);
    positionHeader(reply, await this.commands.execute(end));
  }

  @Access({ session: true })
  @Get('sessions')
  @ApiOperation({ summary: 'List your sessions' })
  async sessions(@Query() paging: PageQuery, @Asked() asked: Request, @Fresh() fresh: Freshness) {
    const { caller, command } = asked;
    return page(await this.queries.execute(new ListSessions(caller.userId, command.at, paging, fresh)));
  }

  @Access({ session: true })
  @Get('sessions/:id')
  @ApiOperation({ summary: 'Read one of your sessions' })
  session(@Param('id') id: string, @Asked() { caller }: Request, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetSession(caller.userId, id, fresh));
  }

  @Access({ session: true })
  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one of your sessions' })
  async revoke(
    @Param('id') id: string,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new EndSession(id, 'revoked', asked)));
  }

  @Access({ session: true })
  @Post('2fa/enroll')
  @HttpCode(200)
  @ApiOperation({ summary: 'Get a secret for a second factor' })
  enrol(@Asked() asked: Request, @Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('Cache-Control', 'no-store');
    return this.commands.execute(new EnrolTwoFactor(asked));
  }

  @Access({ session: true })
  @Post('2fa/activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Activate the second factor with a first code' })
  async activate(
    @Body() { totp }: CodeBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new ActivateTwoFactor(totp, asked)));
    return { active: true };
  }

  @Access({ session: true })
  @Delete('2fa')
  @HttpCode(204)
  @ApiOperation({ summary: 'Switch the second factor off with a code' })
  async disable(
    @Body() { totp }: CodeBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new DisableTwoFactor(totp, asked)));
  }
}
