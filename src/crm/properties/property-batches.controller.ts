// /crm/v3/properties/{objectType}/batch: up to 100 property definitions a call.
import { Body, Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, highestPositionHeader } from '../../http/asked';
import { Refusal } from '../../refusals';
import { batchAnswer, batchError } from '../batch-answer';
import { BatchInputs } from '../batch-inputs';
import { mapConcurrently } from '../map-concurrently';
import { TypeParam } from '../schemas/object-type-param';
import { definitionOf } from './property-input';
import {
  BatchCreatePropertiesBody,
  BatchNamesBody,
  BatchReadPropertiesBody,
  LocaleQuery,
} from './property.bodies';
import { ArchiveProperty, CreateProperty } from './property.commands';
import type { PropertyDefinition } from './property.events';
import { PropertyGroups } from './groups/property-group.commands';
import { GetProperty } from './property.queries';
import { presentDefined } from './property.view';
import { checkDefinition, withOptions } from './property-check';

@ApiTags('properties')
@Controller('crm/v3/properties/:objectType/batch')
export class PropertyBatchesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly groups: PropertyGroups,
  ) {}

  @Post('create')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Define up to 100 properties' })
  async create(
    @TypeParam() objectType: string,
    @Body() { inputs }: BatchCreatePropertiesBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const definitions = inputs.map(definitionOf);
    const names = definitions.map(({ name }) => name);
    await this.checkAll(objectType, definitions, asked);
    // A name that was free a moment ago may be taken by now: the other definitions are created all the same.
    const results = await mapConcurrently(definitions, (definition) =>
      this.commands.execute(new CreateProperty(objectType, definition, asked)).catch(refusal),
    );
    const written = results.flatMap((result) => (result instanceof Refusal ? [] : [result]));
    highestPositionHeader(reply, written);
    const views = written.map(({ property }) => presentDefined(property));
    const errors = results.flatMap((result, index) =>
      result instanceof Refusal ? [batchError(result, { name: [names[index]!] }, index)] : [],
    );
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, views, errors);
  }

  @Post('read')
  @HttpCode(200)
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read up to 100 property definitions' })
  async read(
    @TypeParam() objectType: string,
    @Query() _: LocaleQuery,
    @Body() { inputs, archived, dataSensitivity }: BatchReadPropertiesBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const read = await mapConcurrently(inputs, ({ name }) =>
      this.queries.execute(new GetProperty(objectType, name, archived, dataSensitivity)),
    );
    const missing = inputs.filter((_, index) => !read[index]).map(({ name }) => name);
    const found = read.filter((view) => view !== undefined);
    if (missing.length === 0) return batchAnswer(asked, found);
    const message = 'Some properties do not exist';
    void reply.status(207);
    return batchAnswer(asked, found, [
      batchError(new Refusal('property-unknown', { message, context: { name: missing } })),
    ]);
  }

  @Post('archive')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Archive up to 100 properties' })
  async archive(
    @TypeParam() objectType: string,
    @Body() { inputs }: BatchNamesBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const names = [...new Set(inputs.map(({ name }) => name))];
    const known = await mapConcurrently(names, (name) =>
      this.queries.execute(new GetProperty(objectType, name, false)),
    );
    const batch = new BatchInputs();
    for (const [index, { name }] of inputs.entries())
      if (known[names.indexOf(name)]?.hubspotDefined) batch.refuse(index, new Refusal('property-standard'));
    batch.demandAll(inputs.length);
    const there = names.filter((_, index) => known[index]);
    const written = await mapConcurrently(there, (name) =>
      this.commands.execute(new ArchiveProperty(objectType, name, asked)),
    );
    highestPositionHeader(reply, written);
  }

  /** Refuses the batch, naming every input that cannot be defined. */
  private async checkAll(
    objectType: string,
    definitions: readonly PropertyDefinition[],
    { command: { mayRepeat } }: CommandContext,
  ): Promise<void> {
    const names = definitions.map(({ name }) => name);
    const batch = new BatchInputs();
    await batch.each(definitions, async (definition, index) => {
      const { name, groupName } = definition;
      if (names.indexOf(name) !== index)
        throw new Refusal('property-invalid', { message: `The property '${name}' is in the batch twice` });
      checkDefinition(withOptions(definition));
      await this.groups.require(objectType, [groupName]);
      // A repeated command finds its own work, so it is not refused.
      if (!mayRepeat && (await this.queries.execute(new GetProperty(objectType, name, false))))
        throw new Refusal('property-exists', { message: `A property named '${name}' already exists.` });
    });
    batch.demandAll(definitions.length);
  }
}

function refusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
