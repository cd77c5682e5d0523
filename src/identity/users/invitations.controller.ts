// Routes of /auth/v1/invitations: whoever was invited comes in.
import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Public } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { Refusal } from '../../refusals';
import { AcceptInvitation } from './invitation.commands';
import { Invitations } from './invitations';
import { AcceptBody } from './user.bodies';
import { requireInvitation, user } from './user.decider';

class TokenQuery extends createZodDto(z.object({ token: z.string().min(1).max(200) })) {}

@ApiTags('Identity')
@Controller('auth/v1/invitations')
export class InvitationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly invitations: Invitations,
    private readonly streams: Streams,
  ) {}

  /** The page that the link of the mail leads to asks here. */
  @Public()
  @Get('accept')
  @ApiOperation({ summary: 'Whether an invitation may still be accepted' })
  async state(@Query() { token }: TokenQuery) {
    const given = this.invitations.read(token);
    if (!given) throw new Refusal('invitation-invalid');
    const { state } = await this.streams.load(user, `user-${given.userId}`);
    const { email, invitedUntil } = requireInvitation(state, given.invitation, new Date().toISOString());
    return { email, expiresAt: invitedUntil, next: 'POST { token, password } to this address' };
  }

  @Public()
  @Post('accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept an invitation with a password of your own; then log in' })
  async accept(
    @Body() { token, password }: AcceptBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { userId, email, position } = await this.commands.execute(
      new AcceptInvitation(token, password, asked),
    );
    positionHeader(reply, position);
    return { user: { id: userId, email } };
  }
}
