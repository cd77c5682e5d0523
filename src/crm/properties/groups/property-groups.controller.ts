// /crm/v3/properties/{objectType}/groups: the groups that properties are shown in, in HubSpot's shapes.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Access } from '../../../http/access';
import { Asked, positionHeader } from '../../../http/asked';
import { writtenDefinition } from '../../written-definition';
import { Refusal } from '../../../refusals';
import { TypeParam } from '../../schemas/object-type-param';
import { CreateGroupBody, LocaleQuery, UpdateGroupBody } from '../property.bodies';
import {
  ArchivePropertyGroup,
  ChangePropertyGroup,
  CreatePropertyGroup,
  PropertyGroups,
  type GroupWritten,
} from './property-group.commands';
import type { PropertyGroup } from '../standard-properties';

@ApiTags('properties')
@Controller('crm/v3/properties/:objectType/groups')
export class PropertyGroupsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly groups: PropertyGroups,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the property groups of an object type' })
  async list(@TypeParam() objectType: string, @Query() _: LocaleQuery) {
    return { results: await this.groups.of(objectType) };
  }

  @Post()
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Make a property group' })
  async create(
    @TypeParam() objectType: string,
    @Body() group: CreateGroupBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new CreatePropertyGroup(objectType, group, asked);
    return answer(await this.commands.execute(command), group.name, reply);
  }

  @Get(':groupName')
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read one property group' })
  async get(@TypeParam() objectType: string, @Param('groupName') name: string, @Query() _: LocaleQuery) {
    return named(await this.groups.of(objectType), name);
  }

  @Patch(':groupName')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Change the label or place of a property group' })
  async update(
    @TypeParam() objectType: string,
    @Param('groupName') name: string,
    @Body() { label, displayOrder }: UpdateGroupBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const to = { ...(label !== undefined && { label }), ...(displayOrder !== undefined && { displayOrder }) };
    const command = new ChangePropertyGroup(objectType, name, to, asked);
    const group = answer(await this.commands.execute(command), name, reply);
    return writtenDefinition(asked.caller, objectType, group, to);
  }

  @Delete(':groupName')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Archive a property group that has no properties' })
  async archive(
    @TypeParam() objectType: string,
    @Param('groupName') name: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { position } = await this.commands.execute(new ArchivePropertyGroup(objectType, name, asked));
    positionHeader(reply, position);
  }
}

function answer({ groups, position }: GroupWritten, name: string, reply: FastifyReply): PropertyGroup {
  positionHeader(reply, position);
  return named(groups, name);
}

function named(groups: readonly PropertyGroup[], name: string): PropertyGroup {
  const group = groups.find((one) => one.name === name);
  if (!group) throw new Refusal('property-group-unknown');
  return group;
}
