// Routes of /settings/v3/users, in HubSpot's user provisioning shapes, and what Strata has beside them.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { page, PageQuery } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { normalEmail } from '../emails';
import { ListSessions } from '../sessions/session.queries';
import { InviteAgain, InviteUser, WithdrawInvitation } from './invitation.commands';
import { ChangeUserBody, changesOf, InviteBody, UserQuery, UsersQuery } from './user.bodies';
import { ChangeUser, DeactivateUser, EndSessionsOfUser, ReactivateUser, UnlockUser } from './user.commands';
import { GetOwned, GetUser, ListUsers } from './user.queries';
import { userView } from './user.view';

@ApiTags('Users')
@Access({ scope: 'users' })
@Controller(['settings/v3/users', 'settings/users/v3'])
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the users' })
  async list(@Query() query: UsersQuery, @Fresh() fresh: Freshness) {
    const { docs, ...found } = await this.queries.execute(new ListUsers(query, fresh));
    return page({ ...found, docs: docs.map(userView) });
  }

  @Post()
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Invite a user by mail: the link lasts seven days' })
  async invite(
    @Body() { email, firstName, lastName, roleId, ...body }: InviteBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const primaryTeamId = body.primaryTeamId ?? null;
    const invited = {
      ...{ email, names: { firstName, lastName }, roleId: roleId ?? null, sendMail: body.sendWelcomeEmail },
      teams: {
        primaryTeamId,
        secondaryTeamIds: body.secondaryTeamIds.filter((id) => id !== primaryTeamId),
      },
    };
    const { userId, position } = await this.commands.execute(new InviteUser(invited, asked));
    return { ...(await this.read(userId, position, reply)), sendWelcomeEmail: body.sendWelcomeEmail };
  }

  @Get(':userId')
  @ApiOperation({ summary: 'Read a user by id or e-mail address' })
  async get(@Param('userId') id: string, @Query() query: UserQuery, @Fresh() fresh: Freshness) {
    return userView(await this.find(id, query, fresh));
  }

  @Put(':userId')
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: "Change a user's names, role or teams; it counts at once" })
  async change(
    @Param('userId') id: string,
    @Query() query: UserQuery,
    @Body() body: ChangeUserBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { primaryTeamId, secondaryTeamIds, ...found } = await this.find(id, query);
    const changes = changesOf(body, { roleId: found.roleId, teams: { primaryTeamId, secondaryTeamIds } });
    const position = await this.commands.execute(new ChangeUser(found.id, changes, asked));
    return this.read(found.id, position, reply);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Deactivate a user, or withdraw their invitation' })
  async remove(
    @Param('userId') id: string,
    @Query() query: UserQuery,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id: userId, status } = await this.find(id, query);
    const command =
      status === 'invited' ? new WithdrawInvitation(userId, asked) : new DeactivateUser(userId, asked);
    positionHeader(reply, await this.commands.execute<typeof command, bigint>(command));
  }

  @Post(':userId/invite')
  @HttpCode(200)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Send the invitation again, with a new link in place of the one before' })
  inviteAgain(
    @Param('userId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.done(id, new InviteAgain(id, asked), reply);
  }

  @Post(':userId/withdraw')
  @HttpCode(204)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Withdraw an invitation; the e-mail address may be invited anew' })
  async withdraw(
    @Param('userId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new WithdrawInvitation(id, asked)));
  }

  @Post(':userId/deactivate')
  @HttpCode(200)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Deactivate a user: sessions and keys end at once. Lists what they own' })
  async deactivate(
    @Param('userId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const user = await this.done(id, new DeactivateUser(id, asked), reply);
    return { ...user, owned: await this.queries.execute(new GetOwned(id, asked.caller)) };
  }

  @Post(':userId/reactivate')
  @HttpCode(200)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Let a deactivated user in again; earlier sessions and keys stay ended' })
  reactivate(
    @Param('userId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.done(id, new ReactivateUser(id, asked), reply);
  }

  @Post(':userId/unlock')
  @HttpCode(204)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Forget the failed logins of a user: the next attempt need not wait' })
  async unlock(@Param('userId') id: string, @Asked() asked: CommandContext) {
    await this.commands.execute(new UnlockUser(id, asked));
  }

  @Get(':userId/sessions')
  @ApiOperation({ summary: 'List the sessions of a user' })
  async sessions(
    @Param('userId') id: string,
    @Query() paging: PageQuery,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    await this.find(id, { idProperty: 'USER_ID' }, fresh);
    return page(await this.queries.execute(new ListSessions(id, asked, paging, fresh)));
  }

  @Delete(':userId/sessions')
  @HttpCode(204)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'End all sessions of a user' })
  async endSessions(@Param('userId') id: string, @Asked() asked: CommandContext) {
    await this.commands.execute(new EndSessionsOfUser(id, asked));
  }

  private find(id: string, { idProperty }: UserQuery, fresh: Freshness = {}) {
    return this.queries.execute(
      new GetUser(idProperty === 'EMAIL' ? { email: normalEmail(id) } : { id }, fresh),
    );
  }

  private async read(id: string, position: bigint, reply: FastifyReply) {
    positionHeader(reply, position);
    return userView(await this.queries.execute(new GetUser({ id }, { after: position })));
  }

  private async done(
    id: string,
    command: InviteAgain | DeactivateUser | ReactivateUser,
    reply: FastifyReply,
  ) {
    return this.read(id, await this.commands.execute<typeof command, bigint>(command), reply);
  }
}
