// Routes of /settings/v3/users/teams, in HubSpot's shape with routes that make and change teams beside it.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { teamMembers } from '../../../projections/team-members';
import type { CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Access } from '../../http/access';
import { page, pageLimit, pageOfAll, pageQuery } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { text } from '../../http/validation';
import { ReadModels, type Freshness } from '../../read/read-models';
import { WriteTeam } from './team.commands';
import { ID_DIGITS } from '../../crm/records/record.vocabulary';
import { MOST_TEAMS, TEAMS, teams } from './team.decider';

class TeamBody extends createZodDto(z.strictObject({ name: text({ least: 1, most: 100 }) })) {}

/** HubSpot's clients know of no paging here: without a limit they get every team that an account can have. */
class TeamsQuery extends createZodDto(
  pageQuery.extend({ limit: pageLimit({ most: MOST_TEAMS, usual: MOST_TEAMS }) }),
) {}

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
  @ApiOperation({ summary: 'List the teams, with who is in each; all of them where no limit is given' })
  async list(@Query() query: TeamsQuery, @Fresh() fresh: Freshness) {
    const { state } = await this.streams.load(teams, TEAMS);
    const { docs, ...found } = pageOfAll([...state], ([id]) => id.padStart(ID_DIGITS, '0'), query);
    return page({ ...found, docs: await this.shown(docs, fresh) });
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
    const [team] = await this.shown([[teamId, name]], { after: position });
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

  private async shown(named: readonly (readonly [string, string])[], fresh: Freshness) {
    const shown = named.map(([id, name]) => ({
      id,
      name,
      userIds: [] as string[],
      secondaryUserIds: [] as string[],
    }));
    const byId = new Map(shown.map((team) => [team.id, team]));
    const options = { filter: { teamId: { $in: [...byId.keys()] } }, limit: PAGE };
    for await (const members of this.readModels.pages(teamMembers, options, fresh))
      for (const { teamId, userId, primary } of members)
        byId.get(teamId)?.[primary ? 'userIds' : 'secondaryUserIds'].push(userId);
    return shown;
  }
}
