// /recycle-bin/v1/{objectType}: lists what was archived within 90 days, and brings it back.
import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { ARCHIVING } from '../crm/records/record.bodies';
import { TypeParam } from '../crm/schemas/object-type-param';
import { Access } from '../http/access';
import { Asked, Fresh, highestPositionHeader, positionHeader } from '../http/asked';
import { page } from '../http/answers/paging';
import type { Freshness } from '../read/read-models';
import { BinQuery, RestoreFromBinBody } from './bin.bodies';
import { RequestBinRestore, RestoreFromBin } from './bin.commands';
import { ListBin, WhoArchived } from './bin.queries';
import { GetBinRestore } from './bin-restore.queries';

@ApiTags('Recycle bin')
@Controller('recycle-bin/v1/:objectType')
export class BinController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({
    summary: 'List archived records that can be brought back, the one archived last first',
    description: 'Needs the read scope of the object type. Records stay for 90 days and are then purged.',
  })
  async list(
    @TypeParam() objectType: string,
    @Query() query: BinQuery,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const { archivedBy, from, to, q, ...paging } = query;
    const who =
      archivedBy === undefined ? undefined : await this.queries.execute(new WhoArchived(archivedBy));
    const selection = given({ archivedBy: who, from, to, q });
    const wanted = { ...paging, viewer: asked.caller, now: asked.command.at };
    return page(await this.queries.execute(new ListBin(objectType, selection, wanted, fresh)));
  }

  /** 200 where every record of `ids` is back, 207 where one is refused, 202 with a job for `filterGroups`. */
  @Post('restore')
  @HttpCode(200)
  @Access({ scope: ARCHIVING })
  @ApiOperation({
    summary: 'Bring archived records back under their ids, with their associations',
    description:
      'Needs the write scope of the object type. ids (at most 100) are answered at once, each with its outcome; ' +
      'filterGroups start a job over all records that are in the bin now and match.',
  })
  async restore(
    @TypeParam() objectType: string,
    @Body() { ids, filterGroups, ...more }: RestoreFromBinBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (ids) {
      const { results, written } = await this.commands.execute(new RestoreFromBin(objectType, ids, asked));
      highestPositionHeader(reply, written);
      if (results.some(({ outcome }) => outcome === 'refused')) void reply.status(207);
      return { results };
    }
    const selection = { filterGroups: filterGroups ?? [], ...given(more) };
    const command = new RequestBinRestore(objectType, selection, asked);
    const { restoreId, position } = await this.commands.execute(command);
    positionHeader(reply, position);
    void reply.status(202);
    return this.queries.execute(new GetBinRestore(restoreId, asked.caller, { after: position }));
  }
}

/** The fields of an object that are not undefined. */
const given = <T extends object>(all: T) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
