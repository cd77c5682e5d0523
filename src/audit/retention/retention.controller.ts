// Routes of how long rows of the audit log are kept, of legal holds, and of purges.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { PurgeDocument } from '../../../projections/audit/purges';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { page, PageQuery } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { HoldBody, RetentionBody } from './retention.bodies';
import { BeginPurge, ChangeRetention, PlaceHold, ReleaseHold } from './retention.commands';
import { GetPurge, GetRetention, ListHolds, ListPurges } from './retention.queries';
import type { HoldScope } from './retention.events';

const READS = { scope: 'audit.read', superAdmin: true };
const DECIDES = { scope: 'settings', superAdmin: true, stepUp: true };

@ApiTags('Audit log')
@Controller('audit/v1')
@Access(READS)
export class RetentionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('retention')
  @ApiOperation({ summary: 'Read for how many days rows of each category are kept; null: for good' })
  get() {
    return this.queries.execute(new GetRetention());
  }

  @Put('retention')
  @Access(DECIDES)
  @ApiOperation({
    summary: 'Say for how many days rows of each category are kept; those left out are kept for good',
    description:
      'A purge removes what is older each night at 02:30 UTC, for the first time in the night after.',
  })
  async change(
    @Body() { policies }: RetentionBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const limited = policies.flatMap(({ category, days }) =>
      days === null ? [] : [[category, days] as const],
    );
    positionHeader(
      reply,
      await this.commands.execute(new ChangeRetention(Object.fromEntries(limited), asked)),
    );
    return this.queries.execute(new GetRetention());
  }

  @Get('retention/purges')
  @ApiOperation({ summary: 'List purges, newest first: cut-offs, holds, and how many rows each has removed' })
  async purges(@Query() paging: PageQuery, @Fresh() fresh: Freshness) {
    const { docs, ...found } = await this.queries.execute(new ListPurges(paging, fresh));
    return page({ ...found, docs: docs.map(shownPurge) });
  }

  @Post('retention/purges')
  @HttpCode(202)
  @Access(DECIDES)
  @ApiOperation({
    summary: 'Purge now what is older than is kept; answers the purge that is running where one is',
  })
  async purge(@Asked() asked: CommandContext, @Res({ passthrough: true }) reply: FastifyReply) {
    const { purgeId, position } = await this.commands.execute(new BeginPurge(asked));
    positionHeader(reply, position);
    return shownPurge(await this.queries.execute(new GetPurge(purgeId, { after: position })));
  }

  @Get('retention/purges/:id')
  @ApiOperation({ summary: 'Read one purge' })
  async onePurge(@Param('id') id: string, @Fresh() fresh: Freshness) {
    return shownPurge(await this.queries.execute(new GetPurge(id, fresh)));
  }

  @Get('holds')
  @ApiOperation({ summary: 'List legal holds, in the order in which they were placed' })
  async holds() {
    return { results: await this.queries.execute(new ListHolds()) };
  }

  @Post('holds')
  @HttpCode(201)
  @Access(DECIDES)
  @ApiOperation({
    summary: 'Place a legal hold on rows of a user, about a target, or that a query means',
    description:
      'From the answer on no purge removes a row that it covers, and no record is erased that such a row is about ' +
      '(409 LEGAL_HOLD). Name and reason are shown in the audit log.',
  })
  async place(
    @Body() { name, reason, userId, target, query }: HoldBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const scope: HoldScope = target ? { target } : userId !== undefined ? { userId } : { query: query! };
    const { holdId, position } = await this.commands.execute(new PlaceHold({ name, reason, scope }, asked));
    positionHeader(reply, position);
    return (await this.queries.execute(new ListHolds())).find(({ id }) => id === holdId);
  }

  @Delete('holds/:id')
  @HttpCode(204)
  @Access(DECIDES)
  @ApiOperation({ summary: 'Release a legal hold' })
  async release(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new ReleaseHold(id, asked)));
  }
}

function shownPurge({ position: _, commandId: __, begunBy, ...purge }: PurgeDocument) {
  return { ...purge, begunBy: begunBy.userId ?? begunBy.id };
}
