// /crm/v3/pipelines/{objectType}/{pipelineId}/stages: single stages, in HubSpot's shapes.
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
import { TypeParam } from '../schemas/object-type-param';
import { CreateStageBody, PatchStageBody, RemovalQuery, ReplaceStageBody } from './pipeline.bodies';
import { ArchiveStage, ChangeStage, CreateStage } from './pipeline.commands';
import type { PipelineState } from './pipeline.decider';
import type { StageChange } from './pipeline.events';
import { auditOf, pipelineNamed, stageNamed } from './pipeline.view';
import { keptMetadata } from './pipeline-check';
import type { StageAt } from './pipeline-stage.decider';
import { Pipelines, type PipelinesWritten } from './pipelines';
import { mustBeUnused } from './pipelines.controller';

/** HubSpot's client leaves this placeholder in one path; the pipeline is then found by the id of the stage alone. */
const UNFILLED = '{pipelineId}';

@ApiTags('pipelines')
@Controller('crm/v3/pipelines/:objectType/:pipelineId/stages')
export class PipelineStagesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly pipelines: Pipelines,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the stages of a pipeline' })
  async list(@TypeParam() objectType: string, @Param('pipelineId') pipelineId: string) {
    const { stages } = pipelineNamed(objectType, await this.pipelines.of(objectType), pipelineId);
    return { results: stages };
  }

  @Post()
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Add a stage to a pipeline' })
  async create(
    @TypeParam() objectType: string,
    @Param('pipelineId') pipelineId: string,
    @Body() { stageId, metadata, ...rest }: CreateStageBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const id = stageId ?? (await newId(asked.command));
    const stage = { id, ...rest, metadata: keptMetadata(objectType, metadata) };
    const written = await this.commands.execute(new CreateStage(objectType, pipelineId, stage, asked));
    return answer({ objectType, pipelineId, stageId: id }, written, reply);
  }

  @Get(':stageId')
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read one stage' })
  async get(
    @TypeParam() objectType: string,
    @Param('pipelineId') pipelineId: string,
    @Param('stageId') stageId: string,
  ) {
    return stageNamed(objectType, await this.pipelines.of(objectType), pipelineId, stageId);
  }

  @Put(':stageId')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Replace what a stage is' })
  async replace(
    @TypeParam() objectType: string,
    @Param('pipelineId') pipelineId: string,
    @Param('stageId') stageId: string,
    @Body() { metadata, ...rest }: ReplaceStageBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const at = { objectType, pipelineId, stageId };
    const to = { ...rest, metadata: keptMetadata(objectType, metadata) };
    const view = answer(at, await this.commands.execute(new ChangeStage(at, to, asked)), reply);
    return writtenDefinition(asked.caller, objectType, view, to);
  }

  @Patch(':stageId')
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Change a stage, or bring an archived one back' })
  async update(
    @TypeParam() objectType: string,
    @Param('pipelineId') pipelineId: string,
    @Param('stageId') stageId: string,
    @Body() { archived, label, displayOrder, metadata = {} }: PatchStageBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const at = { objectType, pipelineId, stageId };
    const kept = keptMetadata(objectType, metadata);
    const to: StageChange = {
      ...(label !== undefined && { label }),
      ...(displayOrder !== undefined && { displayOrder }),
      // HubSpot's schema demands `metadata`; empty metadata changes nothing.
      ...(Object.keys(kept).length > 0 && { metadata: kept }),
    };
    const command = new ChangeStage(at, archived === false ? 'bringBack' : to, asked);
    const view = answer(at, await this.commands.execute(command), reply);
    return writtenDefinition(asked.caller, objectType, view, to);
  }

  @Delete(':stageId')
  @HttpCode(204)
  @Access({ scope: 'crm.schemas.:objectType.write' })
  @ApiOperation({ summary: 'Archive a stage; if asked for, only one that no record stands in' })
  async archive(
    @TypeParam() objectType: string,
    @Param('pipelineId') pipelineId: string,
    @Param('stageId') stageId: string,
    @Query() query: RemovalQuery,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const at = { objectType, pipelineId, stageId };
    const { position } = await this.commands.execute(new ArchiveStage(at, mustBeUnused(query), asked));
    positionHeader(reply, position);
  }

  @Get(':stageId/audit')
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'What happened to a stage, the newest first' })
  async audit(
    @TypeParam() objectType: string,
    @Param('pipelineId') pipelineId: string,
    @Param('stageId') stageId: string,
  ) {
    const [state, history] = [await this.pipelines.of(objectType), await this.pipelines.history(objectType)];
    const has = ({ stages }: PipelineState) => stages.some(({ id }) => id === stageId);
    const pipeline = state.find((one) => (pipelineId === UNFILLED ? has(one) : one.id === pipelineId));
    if (!pipeline) throw new Refusal('pipeline-unknown');
    if (!has(pipeline)) throw new Refusal('pipeline-stage-unknown');
    const portalId = portalIdOf(await this.queries.execute(new GetAccount()));
    return { results: auditOf(history, { pipelineId: pipeline.id, stageId }, portalId) };
  }
}

function answer(at: StageAt, { state, position }: PipelinesWritten, reply: FastifyReply) {
  positionHeader(reply, position);
  return stageNamed(at.objectType, state, at.pipelineId, at.stageId);
}
