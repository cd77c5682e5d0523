// /recycle-bin/v1/restores: the jobs that bring back all records which match a filter.
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery } from '../http/answers/paging';
import { followed } from '../http/answers/progress';
import { covers, requireScope } from '../identity/api-keys/scopes';
import type { Freshness } from '../read/read-models';
import { CancelBinRestore } from './bin.commands';
import {
  GetBinRestore,
  ListBinRestores,
  ListRefusedRecords,
  type BinRestoreView,
} from './bin-restore.queries';

const scopeOf = (objectType: string, access: 'read' | 'write') =>
  `crm.objects.${scopeNameOf(objectType)}.${access}`;

/** An API key sees the jobs of the object types that it may read. */
@ApiTags('Recycle bin')
@Controller('recycle-bin/v1/restores')
@Access()
export class BinRestoresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List restores from the bin, newest first' })
  async list(@Query() query: PageQuery, @Asked() { caller }: CommandContext, @Fresh() fresh: Freshness) {
    const { scopes } = caller;
    const names = (await this.objectTypes.all()).map(({ name }) => name);
    const readable =
      scopes === 'all' ? undefined : names.filter((name) => covers(scopes, scopeOf(name, 'read')));
    return page(await this.queries.execute(new ListBinRestores(query, readable, caller, fresh)));
  }

  @Get(':restoreId')
  @ApiOperation({ summary: 'Read one restore from the bin' })
  get(@Param('restoreId') restoreId: string, @Asked() asked: CommandContext, @Fresh() fresh: Freshness) {
    return this.allowed(restoreId, asked, 'read', fresh);
  }

  @Get(':restoreId/records')
  @ApiOperation({ summary: 'List the records that could not be brought back, each with the reason' })
  async records(
    @Param('restoreId') restoreId: string,
    @Query() query: PageQuery,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    await this.allowed(restoreId, asked, 'read', fresh);
    return page(await this.queries.execute(new ListRefusedRecords(restoreId, query, asked.caller, fresh)));
  }

  @Get(':restoreId/progress')
  @ApiOperation({ summary: 'Follow a restore from the bin as server-sent events' })
  async progress(
    @Param('restoreId') restoreId: string,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ) {
    await this.allowed(restoreId, asked, 'read', {});
    const read = () => this.queries.execute(new GetBinRestore(restoreId, asked.caller, {}));
    return followed(reply, read, ({ endedAt }) => endedAt !== undefined);
  }

  @Post(':restoreId/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Stop a restore from the bin; what it has brought back stays' })
  async cancel(
    @Param('restoreId') restoreId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.allowed(restoreId, asked, 'write', {});
    const position = await this.commands.execute(new CancelBinRestore(restoreId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetBinRestore(restoreId, asked.caller, { after: position }));
  }

  private async allowed(
    restoreId: string,
    { caller }: CommandContext,
    access: 'read' | 'write',
    fresh: Freshness,
  ): Promise<BinRestoreView> {
    const found = await this.queries.execute(new GetBinRestore(restoreId, caller, fresh));
    requireScope(caller, scopeOf(found.objectType, access));
    return found;
  }
}
