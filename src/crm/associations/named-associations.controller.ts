// /crm/v3/objects/{type}/{id}/associations: HubSpot's older API for the associations of one record, where one word such
// as contact_to_company, or a number, names a type.
import { Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { GetRecord } from '../records/record.queries';
import { writeContextOf } from '../records/record-writer';
import { TypeParam } from '../schemas/object-type-param';
import { mayRead } from './batches/association-batch-answer';
import { AssociatedQuery } from './association.bodies';
import { Associate, Dissociate } from './association.commands';
import { ListAssociated, ListAssociationTypes } from './association.queries';
import { associatedIds } from './association.view';
import { RecordAssociations } from './record-associations';
import { typesNamed } from './types/association-types';

const READ = ['crm.objects.:objectType.read', 'crm.objects.:toObjectType.read'];
const WRITE = ['crm.objects.:objectType.write', 'crm.objects.:toObjectType.write'];

@ApiTags('associations')
@Controller('crm/v3/objects/:objectType/:objectId/associations/:toObjectType')
export class NamedAssociationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly associations: RecordAssociations,
  ) {}

  @Get()
  @Access({ scope: READ })
  @ApiOperation({ summary: 'List the records of a type that a record is associated with, by names of types' })
  async list(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Query() query: AssociatedQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const from = { objectType, recordId };
    const found = await this.queries.execute(new ListAssociated(from, toType, query, caller, fresh));
    return associatedIds(from, toType, found);
  }

  /** Answers with the record and what it is associated with now; with its id alone where the caller may not read it. */
  @Put(':toObjectId/:associationType')
  @HttpCode(200)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Associate two records by a type named' })
  async associate(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Param('toObjectId') toId: string,
    @Param('associationType') name: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const types = await this.named(objectType, toType, name);
    const [from, to] = [
      { objectType, recordId },
      { objectType: toType, recordId: toId },
    ];
    const written = await this.commands.execute(new Associate(from, to, types, writeContextOf(asked)));
    positionHeader(reply, written.position);
    const { caller } = asked;
    if (!mayRead(asked, objectType, toType)) return { id: written.from.recordId };
    const wanted = { viewer: caller, properties: [], propertiesWithHistory: [] };
    const read = await this.queries.execute(new GetRecord(objectType, written.from.recordId, wanted));
    if (!read) throw new Refusal('record-unknown');
    const [view] = await this.associations.shownWith(objectType, [read.view], [toType], caller, {
      after: written.position,
    });
    return view;
  }

  @Delete(':toObjectId/:associationType')
  @HttpCode(204)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Take a type named away from two records' })
  async remove(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Param('toObjectId') toId: string,
    @Param('associationType') name: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const types = await this.named(objectType, toType, name);
    const to = { objectType: toType, recordId: toId };
    const command = new Dissociate({ objectType, recordId }, to, types, writeContextOf(asked));
    const written = await this.commands.execute(command);
    if (written.position >= 0n) positionHeader(reply, written.position);
  }

  private async named(objectType: string, toType: string, name: string) {
    const types = await this.queries.execute(new ListAssociationTypes(objectType, toType));
    return typesNamed(types, [name], () => undefined);
  }
}
