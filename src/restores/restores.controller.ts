// Routes of restores: what was executed, how far it is, what became of the records.
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery } from '../http/answers/paging';
import { followed } from '../http/answers/progress';
import type { Freshness } from '../read/read-models';
import { RecordsQuery } from './restore.bodies';
import { CancelRestore } from './restore.commands';
import { GetRestore, ListKeptRecords, ListRestores } from './restore.queries';

@ApiTags('Restores')
@Controller('restores/v1/restores')
@Access({ superAdmin: true, scope: 'restores' })
export class RestoresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List restores, newest first' })
  async list(@Query() query: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListRestores(query, fresh)));
  }

  @Get(':restoreId')
  @ApiOperation({ summary: 'Read one restore' })
  get(@Param('restoreId') restoreId: string, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetRestore(restoreId, fresh));
  }

  @Get(':restoreId/records')
  @ApiOperation({
    summary:
      'List the records that were left alone, because they changed since the plan was made, were refused or came back',
  })
  async records(
    @Param('restoreId') restoreId: string,
    @Query() query: RecordsQuery,
    @Fresh() fresh: Freshness,
  ) {
    return page(await this.queries.execute(new ListKeptRecords(restoreId, query, query.outcome, fresh)));
  }

  @Get(':restoreId/progress')
  @ApiOperation({ summary: 'Follow a restore as server-sent events' })
  async progress(@Param('restoreId') restoreId: string, @Res() reply: FastifyReply) {
    const read = () => this.queries.execute(new GetRestore(restoreId, {}));
    return followed(reply, read, ({ status }) => status !== 'QUEUED' && status !== 'RUNNING');
  }

  @Post(':restoreId/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Stop a restore; what it has restored stays' })
  async cancel(
    @Param('restoreId') restoreId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new CancelRestore(restoreId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetRestore(restoreId, { after: position }));
  }
}
