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
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new Refusal('property-invalid', { message: `The property '${twice}' is in the batch twice` });
    for (const definition of definitions) checkDefinition(withOptions(definition));
    await this.groups.require(
      objectType,
      definitions.map(({ groupName }) => groupName),
    );
    await this.refuseExisting(objectType, names, asked);
    // A name that was free a moment ago may be taken by now: the other definitions are created all the same.
    const results = await mapConcurrently(definitions, (definition) =>
      this.commands.execute(new CreateProperty(objectType, definition, asked)).catch(refusal),
    );
    const written = results.flatMap((result) => (result instanceof Refusal ? [] : [result]));
    highestPositionHeader(reply, written);
    const views = written.map(({ property }) => presentDefined(property));
    const errors = results.flatMap((result, index) =>
      result instanceof Refusal ? [batchError(result, { name: [names[index]!] })] : [],
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
    for (const view of known) if (view?.hubspotDefined) throw new Refusal('property-standard');
    const there = names.filter((_, index) => known[index]);
    const written = await mapConcurrently(there, (name) =>
      this.commands.execute(new ArchiveProperty(objectType, name, asked)),
    );
    highestPositionHeader(reply, written);
  }

  /** Refuses the batch where a property exists already. A repeated command finds its own work, so it is not refused. */
  private async refuseExisting(
    objectType: string,
    names: readonly string[],
    asked: CommandContext,
  ): Promise<void> {
    if (asked.command.mayRepeat) return;
    const found = await mapConcurrently(names, (name) =>
      this.queries.execute(new GetProperty(objectType, name, false)),
    );
    const existing = found.find((view) => view !== undefined);
    if (existing)
      throw new Refusal('property-exists', {
        message: `A property named '${existing.name}' already exists.`,
      });
  }
}

function refusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
