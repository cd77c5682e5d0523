// Routes of restore plans: request a plan, read it, execute it.
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { page, PageQuery } from '../../http/answers/paging';
import { followed } from '../../http/answers/progress';
import type { Freshness } from '../../read/read-models';
import { JudgePlan } from './approval.commands';
import { CancelPlan, Replan, RequestPlan } from './plan.commands';
import { withAutomations } from './plan-automations';
import { GetPlan, ListChanges, ListPlans } from './plan.queries';
import { ChangesQuery, ExecuteRequest, JudgeRequest, PlanRequest } from '../restore.bodies';
import { ExecutePlan } from '../restore.commands';

@ApiTags('Restores')
@Controller('restores/v1/plans')
@Access({ superAdmin: true, scope: 'restores' })
export class PlansController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Plan a restore from a backup or any instant' })
  async request(
    @Body() body: PlanRequest,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { planId, position } = await this.commands.execute(new RequestPlan(body, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetPlan(planId, { after: position }));
  }

  @Get()
  @ApiOperation({ summary: 'List restore plans, newest first' })
  async list(@Query() query: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListPlans(query, fresh)));
  }

  @Get(':planId')
  @ApiOperation({ summary: 'Read one restore plan' })
  async get(@Param('planId') planId: string, @Fresh() fresh: Freshness) {
    return withAutomations(this.queries, await this.queries.execute(new GetPlan(planId, fresh)));
  }

  @Get(':planId/changes')
  @ApiOperation({ summary: 'List the changes of a plan, record by record' })
  async changes(
    @Param('planId') planId: string,
    @Query() query: ChangesQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const objectType =
      query.objectType === undefined ? undefined : (await this.objectTypes.named(query.objectType)).name;
    return page(
      await this.queries.execute(new ListChanges(planId, query, { ...query, objectType }, caller, fresh)),
    );
  }

  @Get(':planId/progress')
  @ApiOperation({ summary: 'Follow the making of a plan as server-sent events' })
  async progress(@Param('planId') planId: string, @Res() reply: FastifyReply) {
    const read = () => this.queries.execute(new GetPlan(planId, {}));
    return followed(reply, read, ({ status }) => status !== 'PLANNING');
  }

  @Post(':planId/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Give a plan up that is being made' })
  async cancel(
    @Param('planId') planId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new CancelPlan(planId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetPlan(planId, { after: position }));
  }

  @Post(':planId/replan')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask for the same plan once more, against the records as they are now' })
  async replan(
    @Param('planId') planId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const made = await this.commands.execute(new Replan(planId, asked));
    positionHeader(reply, made.position);
    return this.queries.execute(new GetPlan(made.planId, { after: made.position }));
  }

  @Post(':planId/approve')
  @HttpCode(200)
  @Access({ superAdmin: true, session: true, stepUp: true })
  @ApiOperation({ summary: "Approve somebody else's plan that is above the threshold of the account" })
  async approve(
    @Param('planId') planId: string,
    @Body() { reason }: JudgeRequest,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new JudgePlan(planId, 'approve', reason, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetPlan(planId, { after: position }));
  }

  @Post(':planId/reject')
  @HttpCode(200)
  @Access({ superAdmin: true, session: true, stepUp: true })
  @ApiOperation({ summary: "Reject somebody else's plan that is above the threshold of the account" })
  async reject(
    @Param('planId') planId: string,
    @Body() { reason }: JudgeRequest,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new JudgePlan(planId, 'reject', reason, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetPlan(planId, { after: position }));
  }

  @Post(':planId/execute')
  @HttpCode(202)
  @Access({ superAdmin: true, session: true })
  @ApiOperation({ summary: "Execute a plan; needs a person's session, both confirmations and a code" })
  async execute(
    @Param('planId') planId: string,
    @Body() body: ExecuteRequest,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { restoreId, position } = await this.commands.execute(new ExecutePlan(planId, body, asked));
    positionHeader(reply, position);
    return { restoreId };
  }
}
