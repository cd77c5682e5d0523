// /crm/v3/properties: property definitions, in HubSpot's shapes.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { writtenDefinition } from '../written-definition';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { TypeParam } from '../schemas/object-type-param';
import {
  CreatePropertyBody,
  GetPropertyQuery,
  ListPropertiesQuery,
  UpdatePropertyBody,
} from './property.bodies';
import { changeOf, definitionOf } from './property-input';
import { ArchiveProperty, ChangeProperty, CreateProperty, type PropertyWritten } from './property.commands';
import { GetProperty, ListProperties } from './property.queries';
import { presentDefined } from './property.view';

@ApiTags('properties')
@Controller('crm/v3/properties/:objectType')
export class PropertiesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the properties of an object type' })
  async list(
    @TypeParam() objectType: string,
    @Query() query: ListPropertiesQuery,
    @Fresh() fresh: Freshness,
  ) {
    return { results: await this.queries.execute(new ListProperties(objectType, query, fresh)) };
  }

  @Post()
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Define a property' })
  async create(
    @TypeParam() objectType: string,
    @Body() body: CreatePropertyBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new CreateProperty(objectType, definitionOf(body), asked);
    return answer(await this.commands.execute(command), reply);
  }

  @Get(':propertyName')
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read one property definition' })
  async get(
    @TypeParam() objectType: string,
    @Param('propertyName') name: string,
    @Query() { archived, dataSensitivity }: GetPropertyQuery,
  ) {
    const found = await this.queries.execute(new GetProperty(objectType, name, archived, dataSensitivity));
    if (!found) throw new Refusal('property-unknown');
    return found;
  }

  @Patch(':propertyName')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Change a property definition' })
  async update(
    @TypeParam() objectType: string,
    @Param('propertyName') name: string,
    @Body() body: UpdatePropertyBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new ChangeProperty(objectType, name, changeOf(body), asked);
    const view = answer(await this.commands.execute(command), reply);
    return writtenDefinition(asked.caller, objectType, view, body);
  }

  @Delete(':propertyName')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Archive a property' })
  async archive(
    @TypeParam() objectType: string,
    @Param('propertyName') name: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { position } = await this.commands.execute(new ArchiveProperty(objectType, name, asked));
    positionHeader(reply, position);
  }
}

function answer({ property, position }: PropertyWritten, reply: FastifyReply) {
  positionHeader(reply, position);
  return presentDefined(property);
}
