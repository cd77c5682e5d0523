// Routes that compare two instants: ask for a comparison, read what came out, make a restore plan of it.
import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { page, PageQuery } from '../../http/answers/paging';
import { clientGone, followed } from '../../http/answers/progress';
import type { Freshness } from '../../read/read-models';
import { GetPlan } from '../../restores/plans/plan.queries';
import { CompareBody, RestoreBody, RowsQuery } from './comparison.bodies';
import { CancelComparison, RequestComparison } from './comparison.commands';
import { PlanFromComparison } from './comparison-plan.commands';
import { GetComparison, ListChangeRows, ListComparisons, ReadChangesCsv } from './comparison.queries';

@ApiTags('Time travel')
@Access({ superAdmin: true, scope: 'restores' })
@Controller('time-travel/v1/compare')
export class ComparisonsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Compare two instants, or an instant and now',
    description: 'What it takes follows what has changed between the two, not the number of records.',
  })
  async request(
    @Body() body: CompareBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { comparisonId, position } = await this.commands.execute(new RequestComparison(body, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetComparison(comparisonId, { after: position }));
  }

  @Get()
  @ApiOperation({ summary: 'List comparisons, newest first' })
  async list(@Query() query: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListComparisons(query, fresh)));
  }

  @Get(':comparisonId')
  @ApiOperation({ summary: 'Read one comparison with its counts by object type and property' })
  get(@Param('comparisonId') id: string, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetComparison(id, fresh));
  }

  @Get(':comparisonId/rows')
  @ApiOperation({ summary: 'List what differs: records first, then associations, then definitions' })
  async rows(
    @Param('comparisonId') id: string,
    @Query() { limit, after, ...choice }: RowsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const objectType =
      choice.objectType === undefined ? undefined : (await this.objectTypes.named(choice.objectType)).name;
    const chosen = { ...choice, objectType };
    return page(await this.queries.execute(new ListChangeRows(id, chosen, { limit, after }, caller, fresh)));
  }

  @Get(':comparisonId/file')
  @ApiOperation({ summary: 'Fetch what differs as CSV, a line for each field' })
  async file(
    @Param('comparisonId') id: string,
    @Asked() { caller }: CommandContext,
    @Res() reply: FastifyReply,
  ) {
    const gone = clientGone(reply);
    const lines = await this.queries.execute(new ReadChangesCsv(id, caller, gone));
    return reply
      .header('Content-Type', 'text/csv; charset=utf-8')
      .header('Content-Disposition', `attachment; filename="comparison-${id}.csv"`)
      .send(Readable.from(lines, { signal: gone }));
  }

  @Get(':comparisonId/progress')
  @ApiOperation({ summary: 'Follow a comparison as server-sent events' })
  async progress(@Param('comparisonId') id: string, @Res() reply: FastifyReply) {
    const read = () => this.queries.execute(new GetComparison(id, {}));
    return followed(reply, read, ({ status }) => status !== 'RUNNING');
  }

  @Post(':comparisonId/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Give a comparison up that is being made' })
  async cancel(
    @Param('comparisonId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new CancelComparison(id, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetComparison(id, { after: position }));
  }

  @Post(':comparisonId/plan')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Plan a restore of what differs, or of a choice of it, back to the first instant',
  })
  async plan(
    @Param('comparisonId') id: string,
    @Body() body: RestoreBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { planId, position } = await this.commands.execute(new PlanFromComparison(id, body, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetPlan(planId, { after: position }));
  }
}
