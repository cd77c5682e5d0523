// Routes of drills: for super admins only.
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { Access } from '../http/access';
import { page, PageQuery, type Page } from '../http/answers/paging';
import { followed } from '../http/answers/progress';
import { Asked, Fresh, positionHeader } from '../http/asked';
import type { Freshness } from '../read/read-models';
import { DrillBody } from './drill.bodies';
import { CancelDrill, RequestDrill } from './drill.commands';
import { GetDrill, ListDrills, type DrillView } from './drill.queries';

@ApiTags('Backups')
@Access({ scope: 'backups', superAdmin: true })
@Controller('backups/v1/drills')
export class DrillController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Make a drill now: build a backup of a random recent instant, load it and compare it',
    description: 'It does not count towards the quota of backups. 409 while a drill is under way.',
  })
  async request(
    @Body() { all }: DrillBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DrillView> {
    const { drillId, position } = await this.commands.execute(new RequestDrill(all, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetDrill(drillId, { after: position }));
  }

  @Get()
  @ApiOperation({ summary: 'List drills, newest first' })
  async list(@Query() { limit, after }: PageQuery, @Fresh() fresh: Freshness): Promise<Page<DrillView>> {
    return page(await this.queries.execute(new ListDrills(limit, after, fresh)));
  }

  @Get(':drillId')
  @ApiOperation({ summary: 'Read one drill, with the first differences it found' })
  get(@Param('drillId') drillId: string, @Fresh() fresh: Freshness): Promise<DrillView> {
    return this.queries.execute(new GetDrill(drillId, fresh));
  }

  @Get(':drillId/progress')
  @ApiOperation({ summary: 'Follow a drill as server-sent events' })
  async progress(@Param('drillId') drillId: string, @Res() reply: FastifyReply): Promise<FastifyReply> {
    const read = () => this.queries.execute(new GetDrill(drillId));
    return followed(reply, read, ({ status }) => status !== 'PENDING');
  }

  @Post(':drillId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a drill that has not ended' })
  async cancel(
    @Param('drillId') drillId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DrillView> {
    const position = await this.commands.execute(new CancelDrill(drillId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetDrill(drillId, { after: position }));
  }
}
