// /crm/v4/associations/{from}/{to}/labels: the association types between two object types, in HubSpot's shapes.
import { Body, Controller, Delete, Get, HttpCode, Param, ParseIntPipe, Post, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Access } from '../../../http/access';
import { Asked, positionHeader } from '../../../http/asked';
import { Refusal } from '../../../refusals';
import { DefineLabelBody, RelabelBody } from '../association.bodies';
import { ListAssociationTypes } from '../association.queries';
import {
  ArchiveAssociationType,
  DefineAssociationTypes,
  RelabelAssociationType,
} from './association-type.commands';
import { bothWays, type AssociationType } from './association-types';
import { TypeParam } from '../../schemas/object-type-param';

const READ = ['crm.objects.:fromObjectType.read', 'crm.objects.:toObjectType.read'];
const DEFINE = ['crm.schemas.:fromObjectType.write', 'crm.schemas.:toObjectType.write'];

@ApiTags('associations')
@Controller([
  'crm/v4/associations/:fromObjectType/:toObjectType/labels',
  'crm/associations/v4/:fromObjectType/:toObjectType/labels',
])
export class AssociationLabelsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access({ scope: READ })
  @ApiOperation({ summary: 'List the association types from one object type to another' })
  async list(@TypeParam('fromObjectType') from: string, @TypeParam('toObjectType') to: string) {
    return { results: (await this.queries.execute(new ListAssociationTypes(from, to))).map(labelView) };
  }

  @Post()
  @HttpCode(200)
  @Access({ scope: DEFINE })
  @ApiOperation({ summary: 'Define a label, or one for each direction' })
  async define(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() { name, label, inverseLabel }: DefineLabelBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const type = { fromType, toType, name, label, inverseLabel: inverseLabel ?? undefined };
    const { types, position } = await this.commands.execute(new DefineAssociationTypes([type], asked));
    positionHeader(reply, position);
    return { results: types.flatMap(bothWays).map(labelView) };
  }

  @Put()
  @HttpCode(204)
  @Access({ scope: DEFINE })
  @ApiOperation({ summary: 'Change a label' })
  async relabel(
    @TypeParam('fromObjectType') from: string,
    @TypeParam('toObjectType') to: string,
    @Body() { associationTypeId, label, inverseLabel }: RelabelBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.labelled(from, to, associationTypeId);
    const labels = { label, inverseLabel: inverseLabel ?? undefined };
    const command = new RelabelAssociationType(associationTypeId, labels, asked);
    positionHeader(reply, (await this.commands.execute(command)).position);
  }

  @Delete(':associationTypeId')
  @HttpCode(204)
  @Access({ scope: DEFINE })
  @ApiOperation({ summary: 'Delete a label: it is no longer shown on any association' })
  async archive(
    @TypeParam('fromObjectType') from: string,
    @TypeParam('toObjectType') to: string,
    @Param('associationTypeId', ParseIntPipe) typeId: number,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.labelled(from, to, typeId);
    const { position } = await this.commands.execute(new ArchiveAssociationType(typeId, asked));
    positionHeader(reply, position);
  }

  /** Refuses with `association-type-unknown` where no type between the two object types has the number. */
  private async labelled(from: string, to: string, typeId: number): Promise<void> {
    const types = await this.queries.execute(new ListAssociationTypes(from, to));
    const type = types.find((one) => one.typeId === typeId);
    if (!type) throw new Refusal('association-type-unknown');
    if (type.label === null)
      throw new Refusal('association-type-invalid', { message: 'The default association type has no label' });
  }
}

/** The default type is shown with the label null, as in HubSpot's answers. */
const labelView = ({ category, typeId, label }: AssociationType) => ({ category, typeId, label });
