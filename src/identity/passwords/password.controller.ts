// Routes of /auth/v1/password: the caller's password, and the links by which one can be set.
import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Access, Public } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { rateLimitHeaders } from '../../http/answers/error-filter';
import { emailAddress } from '../emails';
import { password } from '../identity.bodies';
import { ChangePassword, ConfirmPasswordReset, RequestPasswordReset } from './password.commands';
import { PasswordResets } from './password-resets';
import { newPassword } from './passwords';

const token = z.string().min(1).max(200);

class ChangePasswordBody extends createZodDto(z.strictObject({ current: password, new: newPassword })) {}
class ResetBody extends createZodDto(z.strictObject({ email: emailAddress })) {}
class ConfirmBody extends createZodDto(z.strictObject({ token, new: newPassword })) {}
class TokenQuery extends createZodDto(z.object({ token })) {}

@ApiTags('Identity')
@Controller('auth/v1/password')
export class PasswordController {
  constructor(
    private readonly commands: CommandBus,
    private readonly resets: PasswordResets,
  ) {}

  @Access({ session: true })
  @Post()
  @HttpCode(204)
  @ApiOperation({ summary: 'Change your password; your other sessions end, your API keys stay' })
  async change(
    @Body() body: ChangePasswordBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new ChangePassword(body.current, body.new, asked)));
  }

  @Public()
  @Post('reset')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Ask for a link, by mail, to set a new password',
    description: 'The answer is the same whether or not a user has the e-mail address.',
  })
  async reset(
    @Body() { email }: ResetBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    rateLimitHeaders(reply, await this.commands.execute(new RequestPasswordReset(email, asked)));
    return { message: 'Whoever has this e-mail address is sent a link' };
  }

  /** The page that the link of the mail leads to asks here. */
  @Public()
  @Get('reset/confirm')
  @ApiOperation({ summary: 'Whether a password may be set by a link' })
  async state(@Query() query: TokenQuery) {
    const next = 'POST { token, new } to this address';
    return { ...(await this.resets.look(query.token)), next };
  }

  @Public()
  @Post('reset/confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Set a password by a link; all your sessions end. Then log in' })
  async confirm(
    @Body() body: ConfirmBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const confirm = new ConfirmPasswordReset(body.token, body.new, asked);
    const { userId, position } = await this.commands.execute(confirm);
    positionHeader(reply, position);
    return { user: { id: userId } };
  }
}
