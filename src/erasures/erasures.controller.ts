// Routes of /privacy/v1/erasures: what is erased, what waits to be erased, and the way back until an erasure is due.
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../caller';
import { CancelErasure } from '../crm/records/ends/record-end.commands';
import { writeContextOf } from '../crm/records/record-writer';
import { TypeParam } from '../crm/schemas/object-type-param';
import { isRecordId } from '../crm/records/record.vocabulary';
import { Streams } from '../eventsourcing/streams';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, pageQuery } from '../http/answers/paging';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { GetErasure, ListErasures, WaitingTogether, type ErasureView } from './erasure.queries';

class ErasuresQuery extends createZodDto(
  pageQuery.extend({ status: z.enum(['WAITING', 'CANCELLED', 'RUNNING', 'FAILED', 'COMPLETED']).optional() }),
) {}

@ApiTags('Privacy')
@Access({ session: true, superAdmin: true })
@Controller('privacy/v1/erasures')
export class ErasuresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly streams: Streams,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List erasures: with status=WAITING those that can be cancelled, by when they are due',
  })
  async list(@Query() { status, ...paging }: ErasuresQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListErasures(status, paging, fresh)));
  }

  @Get(':objectType/:recordId')
  @ApiOperation({ summary: 'Read the erasure of a record' })
  get(
    @TypeParam() objectType: string,
    @Param('recordId') recordId: string,
    @Fresh() fresh: Freshness,
  ): Promise<ErasureView> {
    return this.queries.execute(new GetErasure(objectType, known(recordId), fresh));
  }

  @Post(':objectType/:recordId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an erasure that is not due yet: the record is back as it was' })
  async cancel(
    @TypeParam() objectType: string,
    @Param('recordId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureView> {
    const after = await this.streams.store.head();
    const together = new WaitingTogether(objectType, known(id), { after });
    const { recordId, parts } = await this.queries.execute(together);
    const command = new CancelErasure(objectType, recordId, parts, writeContextOf(asked));
    const { position } = await this.commands.execute(command);
    positionHeader(reply, position);
    return this.queries.execute(new GetErasure(objectType, recordId, { after: position }));
  }
}

function known(recordId: string): string {
  if (!isRecordId(recordId)) throw new Refusal('erasure-unknown');
  return recordId;
}
