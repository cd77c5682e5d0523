// /crm/v3/properties: definitions, in HubSpot's shapes. Groups are built in for now.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Request } from '../caller';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { TypeParam } from './object-type-param';
import { CreatePropertyBody, PropertiesQuery, UpdatePropertyBody, type CreateInput } from './property.bodies';
import { ArchiveProperty, ChangeProperty, CreateProperty, type PropertyWritten } from './property.commands';
import type { PropertyDefinition } from './property.events';
import { GetProperty, ListProperties } from './property.queries';
import { presentDefined } from './property.view';
import { keptOptions } from './property-check';
import { standardGroups } from './standard-properties';

@ApiTags('properties')
@Controller('crm/v3/properties/:objectType')
export class PropertiesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read' })
  @ApiOperation({ summary: 'List the properties of an object type' })
  async list(
    @TypeParam() objectType: string,
    @Query() { archived }: PropertiesQuery,
    @Fresh() fresh: Freshness,
  ) {
    return { results: await this.queries.execute(new ListProperties(objectType, archived, fresh)) };
  }

  @Post()
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Define a property' })
  async create(
    @TypeParam() objectType: string,
    @Body() body: CreatePropertyBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new CreateProperty(objectType, definitionOf(body), asked);
    return answer(await this.commands.execute(command), reply);
  }

  @Get('groups')
  @Access({ scope: 'crm.schemas.:objectType.read' })
  @ApiOperation({ summary: 'List the property groups of an object type' })
  groups(@TypeParam() objectType: string) {
    return { results: standardGroups(objectType) };
  }

  @Get('groups/:groupName')
  @Access({ scope: 'crm.schemas.:objectType.read' })
  @ApiOperation({ summary: 'Read one property group' })
  group(@TypeParam() objectType: string, @Param('groupName') groupName: string) {
    const group = standardGroups(objectType).find(({ name }) => name === groupName);
    if (!group) throw new Refusal('property-unknown', { message: 'No such property group' });
    return group;
  }

  @Get(':propertyName')
  @Access({ scope: 'crm.schemas.:objectType.read' })
  @ApiOperation({ summary: 'Read one property definition' })
  async get(
    @TypeParam() objectType: string,
    @Param('propertyName') name: string,
    @Query() { archived }: PropertiesQuery,
  ) {
    const found = await this.queries.execute(new GetProperty(objectType, name, archived));
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
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { options, ...rest } = body;
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    const to: Partial<PropertyDefinition> = {
      ...(Object.fromEntries(given) as Partial<PropertyDefinition>),
      ...(options && { options: keptOptions(options) }),
    };
    const command = new ChangeProperty(objectType, name, to, asked);
    return answer(await this.commands.execute(command), reply);
  }

  @Delete(':propertyName')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Archive a property' })
  async archive(
    @TypeParam() objectType: string,
    @Param('propertyName') name: string,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { position } = await this.commands.execute(new ArchiveProperty(objectType, name, asked));
    positionHeader(reply, position);
  }
}

export const definitionOf = (input: CreateInput): PropertyDefinition => ({
  ...input,
  options: keptOptions(input.options),
  readOnlyValue: false,
});

function answer({ property, position }: PropertyWritten, reply: FastifyReply) {
  positionHeader(reply, position);
  return presentDefined(property);
}
