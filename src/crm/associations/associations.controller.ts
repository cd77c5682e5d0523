// /crm/v4/objects/{type}/{id}/associations: the associations of one record, in HubSpot's shapes.
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { mayRead } from './batches/association-batch-answer';
import { AssociatedQuery, TypesBody } from './association.bodies';
import { Associate, Dissociate } from './association.commands';
import { ListAssociated, ListAssociationTypes } from './association.queries';
import { associatedPage, defaultViews, labelsView } from './association.view';
import { TypeParam } from '../schemas/object-type-param';
import { ObjectTypes } from '../schemas/object-types-known';
import { writeContextOf } from '../records/record-writer';

const READ = ['crm.objects.:objectType.read', 'crm.objects.:toObjectType.read'];
const WRITE = ['crm.objects.:objectType.write', 'crm.objects.:toObjectType.write'];

@ApiTags('associations')
@Controller('crm/v4/objects/:objectType/:objectId/associations')
export class AssociationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Get(':toObjectType')
  @Access({ scope: READ })
  @ApiOperation({ summary: 'List the records of a type that a record is associated with' })
  async list(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Query() query: AssociatedQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const found = await this.queries.execute(
      new ListAssociated({ objectType, recordId }, toType, query, caller, fresh),
    );
    return associatedPage({ objectType, recordId }, toType, found);
  }

  @Put('default/:toObjectType/:toObjectId')
  @HttpCode(200)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Associate two records without a label' })
  async associateDefault(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Param('toObjectId') toId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const to = { objectType: toType, recordId: toId };
    const written = await this.commands.execute(
      new Associate({ objectType, recordId }, to, [], writeContextOf(asked)),
    );
    positionHeader(reply, written.position);
    const [usual] = await this.queries.execute(new ListAssociationTypes(objectType, toType));
    return {
      status: 'COMPLETE',
      results: usual ? defaultViews(written, usual) : [],
      startedAt: asked.command.at,
      completedAt: new Date().toISOString(),
    };
  }

  @Put(':toObjectType/:toObjectId')
  @HttpCode(201)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Associate two records with labels' })
  async associate(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Param('toObjectId') toId: string,
    @Body() types: TypesBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const to = { objectType: toType, recordId: toId };
    const written = await this.commands.execute(
      new Associate({ objectType, recordId }, to, types, writeContextOf(asked)),
    );
    positionHeader(reply, written.position);
    const known = await this.queries.execute(new ListAssociationTypes(objectType, toType));
    const [from, other] = await Promise.all([objectType, toType].map((name) => this.objectTypes.named(name)));
    const own = mayRead(asked, objectType, toType) ? undefined : types;
    return labelsView(written, known, { from: from!.typeId, to: other!.typeId }, own);
  }

  @Delete(':toObjectType/:toObjectId')
  @HttpCode(204)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Take all associations between two records away' })
  async remove(
    @TypeParam() objectType: string,
    @Param('objectId') recordId: string,
    @TypeParam('toObjectType') toType: string,
    @Param('toObjectId') toId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const to = { objectType: toType, recordId: toId };
    const command = new Dissociate({ objectType, recordId }, to, undefined, writeContextOf(asked));
    const written = await this.commands.execute(command);
    if (written.links.length > 0 || written.changed) positionHeader(reply, written.position);
  }
}
