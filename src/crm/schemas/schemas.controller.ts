// /crm-object-schemas/v3/schemas, and /crm/v3/schemas, as others call it: custom object types, in HubSpot's shapes.
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
import {
  ArchiveAssociationType,
  DefineAssociationTypes,
} from '../associations/types/association-type.commands';
import { AssociationTypes } from '../associations/types/association-types';
import { mapConcurrently } from '../map-concurrently';
import { TypeParam } from './object-type-param';
import { ObjectTypes } from './object-types-known';
import { definitionOf } from '../properties/property-input';
import {
  ArchiveSchemaQuery,
  BatchReadSchemasBody,
  CreateSchemaBody,
  DefineAssociationBody,
  SchemaQuery,
  SchemasQuery,
  UpdateSchemaBody,
} from './schema.bodies';
import { ArchiveSchema, ChangeSchema, CreateSchema } from './schema.commands';
import type { ObjectSchema } from './schema.events';
import { GetSchema, ListSchemas, SchemaViews } from './schema.queries';
import { presentAssociation, presentDefinition } from './schema.view';
import { customGroup } from '../properties/standard-properties';

const EVERYTHING = { includePropertyDefinitions: true, includeAssociationDefinitions: true };

/** A person whose role lets them change properties may not define object types by that. A key that may write has both. */
const DEFINE = 'crm.schemas.define';

@ApiTags('schemas')
@Controller(['crm-object-schemas/v3/schemas', 'crm/v3/schemas'])
export class SchemasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
    private readonly views: SchemaViews,
    private readonly associationTypes: AssociationTypes,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.custom.read' })
  @ApiOperation({ summary: 'List the custom object types' })
  async list(@Query() { archived, ...included }: SchemasQuery, @Fresh() fresh: Freshness) {
    return { results: await this.queries.execute(new ListSchemas(archived, included, fresh)) };
  }

  @Post()
  @Access({ scope: ['crm.schemas.custom.write', DEFINE] })
  @ApiOperation({ summary: 'Define a custom object type with its properties' })
  async create(
    @Body() body: CreateSchemaBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const group = customGroup(body.name);
    const properties = body.properties.map((one) =>
      definitionOf({ ...one, groupName: one.groupName ?? group }),
    );
    const command = new CreateSchema(schemaOf(body), properties, await this.associated(body), asked);
    const { position } = await this.commands.execute(command);
    positionHeader(reply, position);
    return this.queries.execute(new GetSchema(body.name, EVERYTHING, { after: position }));
  }

  @Post('batch/read')
  @HttpCode(200)
  @Access({ scope: 'crm.schemas.custom.read' })
  @ApiOperation({ summary: 'Read up to 100 schemas' })
  async read(@Body() { inputs, ...included }: BatchReadSchemasBody, @Fresh() fresh: Freshness) {
    const wanted = [...new Set(inputs)];
    return {
      results: await mapConcurrently(wanted, (alias) =>
        this.queries.execute(new GetSchema(alias, included, fresh)),
      ),
    };
  }

  @Get(':objectType')
  @Access({ scope: 'crm.schemas.:objectType.read' })
  @ApiOperation({ summary: 'Read the schema of one object type' })
  get(@Param('objectType') alias: string, @Query() included: SchemaQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetSchema(alias, included, fresh));
  }

  @Patch(':objectType')
  @Access({ scope: ['crm.schemas.:objectType.write', DEFINE] })
  @ApiOperation({ summary: 'Change the schema of a custom object type' })
  async update(
    @Param('objectType') alias: string,
    @Body() body: UpdateSchemaBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const name = await this.custom(alias);
    const { labels, clearDescription, restorable: _, ...rest } = body;
    const known = await this.objectTypes.named(name);
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    const to: Partial<ObjectSchema> = {
      ...(Object.fromEntries(given) as Partial<ObjectSchema>),
      ...(labels && { labels: { ...known.labels, ...defined(labels) } }),
      ...(clearDescription && { description: '' }),
    };
    const { schema, position } = await this.commands.execute(new ChangeSchema(name, to, asked));
    positionHeader(reply, position);
    const view = presentDefinition({ ...schema, archived: false }, await this.views.accountId());
    return writtenDefinition(asked.caller, name, view, body);
  }

  @Delete(':objectType')
  @HttpCode(204)
  @Access({ scope: ['crm.schemas.:objectType.write', DEFINE] })
  @ApiOperation({
    summary: 'Archive a custom object type that has no records',
    description: 'What is in the recycle bin stays, and is there again when the type is defined again.',
  })
  async archive(
    @Param('objectType') alias: string,
    @Query() _: ArchiveSchemaQuery,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { position } = await this.commands.execute(new ArchiveSchema(await this.custom(alias), asked));
    positionHeader(reply, position);
  }

  @Post(':objectType/associations')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({
    summary: 'Define an association type of a custom object type',
    description: 'The first of a pair is its default type; a further one carries its name as label.',
  })
  async defineAssociation(
    @TypeParam() objectType: string,
    @Body() body: DefineAssociationBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const fromType = (await this.objectTypes.named(body.fromObjectTypeId)).name;
    const toType = (await this.objectTypes.named(body.toObjectTypeId)).name;
    if (objectType !== fromType && objectType !== toType)
      throw new Refusal('schema-invalid', { message: `One of the two types must be ${objectType}` });
    const name = body.name ?? `${fromType}_to_${toType}`;
    const isFirst = (await this.associationTypes.between(fromType, toType)).length === 0;
    const types = [{ fromType, toType, name, label: isFirst ? null : name }];
    const written = await this.commands.execute(new DefineAssociationTypes(types, asked));
    positionHeader(reply, written.position);
    return presentAssociation(written.types[0]!, await this.objectTypes.finder())[0]!;
  }

  @Delete(':objectType/associations/:associationIdentifier')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({
    summary: 'Archive an association type of a custom object type: its links are no longer shown',
  })
  async archiveAssociation(
    @TypeParam() objectType: string,
    @Param('associationIdentifier') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const types = await this.associationTypes.definedFor(objectType);
    const type = types.find(({ typeId, inverseTypeId }) => [typeId, inverseTypeId].map(String).includes(id));
    if (!type)
      throw new Refusal('schema-unknown', { message: 'The object type has no such association type' });
    const { position } = await this.commands.execute(new ArchiveAssociationType(type.typeId, asked));
    positionHeader(reply, position);
  }

  private async associated({ name, ...body }: CreateSchemaBody): Promise<string[]> {
    const named = await mapConcurrently(body.associatedObjects, (alias) => this.objectTypes.named(alias));
    const own = body.shouldCreateSameObjectAssociation ? [name] : [];
    return [...new Set([...named.map((type) => type.name), ...own])];
  }

  private async custom(alias: string): Promise<string> {
    const { name, custom } = await this.objectTypes.named(alias);
    if (custom) return name;
    throw new Refusal('schema-invalid', { message: 'A standard object type cannot be changed or archived' });
  }
}

const defined = (labels: { singular?: string | undefined; plural?: string | undefined }) => ({
  ...(labels.singular !== undefined && { singular: labels.singular }),
  ...(labels.plural !== undefined && { plural: labels.plural }),
});

function schemaOf({ name, labels, ...rest }: CreateSchemaBody): Omit<ObjectSchema, 'objectTypeId'> {
  const singular = labels.singular ?? labels.plural ?? name;
  return {
    name,
    labels: { singular, plural: labels.plural ?? singular },
    description: rest.description ?? '',
    primaryDisplayProperty: rest.primaryDisplayProperty ?? rest.properties[0]?.name ?? 'hs_object_id',
    secondaryDisplayProperties: rest.secondaryDisplayProperties ?? [],
    requiredProperties: rest.requiredProperties,
    searchableProperties: rest.searchableProperties ?? [],
    allowsSensitiveProperties: rest.allowsSensitiveProperties ?? false,
  };
}
