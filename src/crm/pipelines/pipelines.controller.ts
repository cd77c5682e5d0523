// /crm/v3/pipelines: pipelines as a whole, in HubSpot's shapes.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GetAccount, portalIdOf } from '../../account/account.queries';
import { newId, type CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { writtenDefinition } from '../written-definition';
import { Refusal } from '../../refusals';
import { mapConcurrently } from '../map-concurrently';
import { TypeParam } from '../schemas/object-type-param';
import {
  CreatePipelineBody,
  PatchPipelineBody,
  RemovalQuery,
  ReplacePipelineBody,
  type StageInput,
} from './pipeline.bodies';
import { ArchivePipeline, ChangePipeline, CreatePipeline, ReplacePipeline } from './pipeline.commands';
import type { ReplacingStage } from './pipeline.decider';
import { auditOf, pipelineNamed, presentPipelines } from './pipeline.view';
import { keptMetadata } from './pipeline-check';
import { Pipelines, type PipelinesWritten } from './pipelines';

@ApiTags('pipelines')
@Controller('crm/v3/pipelines/:objectType')
export class PipelinesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly pipelines: Pipelines,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the pipelines of an object type' })
  async list(@TypeParam() objectType: string) {
    return { results: presentPipelines(objectType, await this.pipelines.of(objectType)) };
  }

  @Post()
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Make a pipeline with its stages' })
  async create(
    @TypeParam() objectType: string,
    @Body() { pipelineId, stages, ...rest }: CreatePipelineBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const id = pipelineId ?? (await newId(asked.command));
    const made = (await stagesOf(objectType, stages, asked)).map(({ freshId, ...stage }) => ({
      id: freshId,
      ...stage,
    }));
    const pipeline = { id, ...rest, stages: made };
    const written = await this.commands.execute(new CreatePipeline(objectType, pipeline, asked));
    return answer(objectType, id, written, reply);
  }

  @Get(':pipelineId')
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read one pipeline' })
  async get(@TypeParam() objectType: string, @Param('pipelineId') id: string) {
    return pipelineNamed(objectType, await this.pipelines.of(objectType), id);
  }

  @Put(':pipelineId')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Replace a pipeline: stages that are not named are archived' })
  async replace(
    @TypeParam() objectType: string,
    @Param('pipelineId') id: string,
    @Query() query: RemovalQuery,
    @Body() { stages, ...rest }: ReplacePipelineBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const to = { ...rest, stages: await stagesOf(objectType, stages, asked) };
    const command = new ReplacePipeline(objectType, id, to, mustBeUnused(query), asked);
    const view = answer(objectType, id, await this.commands.execute(command), reply);
    return writtenDefinition(asked.caller, objectType, view, to);
  }

  @Patch(':pipelineId')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Change the label or place of a pipeline, or bring an archived one back' })
  async update(
    @TypeParam() objectType: string,
    @Param('pipelineId') id: string,
    @Query() _: RemovalQuery,
    @Body() { archived, label, displayOrder }: PatchPipelineBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const to = { ...(label !== undefined && { label }), ...(displayOrder !== undefined && { displayOrder }) };
    const command = new ChangePipeline(objectType, id, archived === false ? 'bringBack' : to, asked);
    const view = answer(objectType, id, await this.commands.execute(command), reply);
    return writtenDefinition(asked.caller, objectType, view, to);
  }

  @Delete(':pipelineId')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Archive a pipeline; if asked for, only one that no record stands in' })
  async archive(
    @TypeParam() objectType: string,
    @Param('pipelineId') id: string,
    @Query() query: RemovalQuery,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const command = new ArchivePipeline(objectType, id, mustBeUnused(query), asked);
    positionHeader(reply, (await this.commands.execute(command)).position);
  }

  @Get(':pipelineId/audit')
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'What happened to a pipeline and its stages, the newest first' })
  async audit(@TypeParam() objectType: string, @Param('pipelineId') pipelineId: string) {
    const [state, history] = [await this.pipelines.of(objectType), await this.pipelines.history(objectType)];
    if (!state.some(({ id }) => id === pipelineId)) throw new Refusal('pipeline-unknown');
    const portalId = portalIdOf(await this.queries.execute(new GetAccount()));
    return { results: auditOf(history, { pipelineId }, portalId) };
  }
}

export const mustBeUnused = (query: RemovalQuery): boolean =>
  query.validateReferencesBeforeDelete || query.validateDealStageUsagesBeforeDelete;

/** A stage without an id gets one that follows from the command, so that a repeat gives the same id. */
const stagesOf = (
  objectType: string,
  inputs: readonly StageInput[],
  asked: CommandContext,
): Promise<ReplacingStage[]> =>
  mapConcurrently(inputs, async ({ stageId, metadata, ...rest }, index) => ({
    ...(stageId !== undefined && { id: stageId }),
    freshId: await newId(asked.command, index + 1),
    ...rest,
    metadata: keptMetadata(objectType, metadata),
  }));

function answer(objectType: string, id: string, { state, position }: PipelinesWritten, reply: FastifyReply) {
  positionHeader(reply, position);
  return pipelineNamed(objectType, state, id);
}
