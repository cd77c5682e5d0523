// Routes of one record in time: as it was at any instant, and the steps by which it came to be what it is.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CommandContext } from '../../caller';
import { TypeParam } from '../../crm/schemas/object-type-param';
import { Access } from '../../http/access';
import { Asked, Fresh } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { page } from '../../http/answers/paging';
import { GetRecordThen } from './record-then.queries';
import { RecordThenQuery, TimelineQuery } from './records-then.bodies';
import { ListSteps } from './timeline.queries';

@ApiTags('Time travel')
@Access({ scope: 'crm.objects.:objectType.read' })
@Controller('time-travel/v1/objects/:objectType/:objectId')
export class RecordsThenController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'Read a record as it was at an instant; without one, as it last was',
    description:
      'Properties are those of then. Rights, masks and erasures are those of now, and so is the owner by whom it is ' +
      'judged who may view the record. A record that has left the CRM is shown as it last was, with how it ended.',
  })
  get(
    @TypeParam() objectType: string,
    @Param('objectId') id: string,
    @Query() { asOf, properties }: RecordThenQuery,
    @Asked() { caller }: CommandContext,
  ) {
    return this.queries.execute(new GetRecordThen(objectType, id, asOf, properties, caller));
  }

  @Get('timeline')
  @ApiOperation({
    summary: 'List the steps of a record, newest first: what, when, by whom, from where and why',
    description:
      'Its own steps, and those by which it was associated with others, associated otherwise (`relabelled`) and taken ' +
      'apart from them, in one order. Each that `can.undo` is taken back by a plan of the cause `entryId`.',
  })
  async timeline(
    @TypeParam() objectType: string,
    @Param('objectId') id: string,
    @Query() paging: TimelineQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    return page(await this.queries.execute(new ListSteps(objectType, id, paging, caller, fresh)));
  }
}
