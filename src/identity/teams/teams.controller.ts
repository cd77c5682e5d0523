// Routes of /settings/v3/users/teams, in HubSpot's shape with routes that make and change teams beside it.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { teamMembers } from '../../../projections/team-members';
import type { CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { text } from '../../http/validation';
import { ReadModels, type Freshness } from '../../read/read-models';
import { WriteTeam } from './team.commands';
import { TEAMS, teams } from './team.decider';

class TeamBody extends createZodDto(z.strictObject({ name: text({ least: 1, most: 100 }) })) {}

const PAGE = 200;

@ApiTags('Users')
@Access({ scope: 'users' })
@Controller(['settings/v3/users/teams', 'settings/users/v3/teams'])
export class TeamsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List all teams, with who is in each' })
  async list(@Fresh() fresh: Freshness) {
    const { state } = await this.streams.load(teams, TEAMS);
    const members = new Map(
      [...state.keys()].map((id) => [id, { primary: [] as string[], other: [] as string[] }]),
    );
    for await (const page of this.readModels.pages(teamMembers, { limit: PAGE }, fresh))
      for (const { teamId, userId, primary } of page)
        members.get(teamId)?.[primary ? 'primary' : 'other'].push(userId);
    return {
      results: [...state].map(([id, name]) => {
        const { primary, other } = members.get(id)!;
        return { id, name, userIds: primary, secondaryUserIds: other };
      }),
    };
  }

  @Post()
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Make a team' })
  async create(
    @Body() { name }: TeamBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { teamId, position } = await this.commands.execute(new WriteTeam({ name }, asked));
    positionHeader(reply, position);
    return { id: teamId, name, userIds: [], secondaryUserIds: [] };
  }

  @Put(':teamId')
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Rename a team' })
  async rename(
    @Param('teamId') teamId: string,
    @Body() { name }: TeamBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { position } = await this.commands.execute(new WriteTeam({ teamId, name }, asked));
    positionHeader(reply, position);
    const team = (await this.list({ after: position })).results.find(({ id }) => id === teamId);
    return team!;
  }

  @Delete(':teamId')
  @HttpCode(204)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Delete a team; its members stay, without it' })
  async delete(
    @Param('teamId') teamId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { position } = await this.commands.execute(new WriteTeam({ teamId }, asked));
    positionHeader(reply, position);
  }
}
