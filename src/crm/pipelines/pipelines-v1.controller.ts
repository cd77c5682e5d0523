// /crm-pipelines/v1/pipelines/{objectType}: pipelines in the shape of HubSpot's first API, which connectors for warehouses
// and n8n still ask.
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../http/access';
import { TypeParam } from '../schemas/object-type-param';
import { ObjectTypes } from '../schemas/object-types-known';
import { standardPipelines } from '../properties/standard/pipelines';
import { presentPipelines, type PipelineView, type StageView } from './pipeline.view';
import { Pipelines } from './pipelines';

/** Times are milliseconds since 1970. */
interface Dated {
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StageV1 extends Dated {
  readonly stageId: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata: StageView['metadata'];
  readonly active: boolean;
}

export interface PipelineV1 extends Dated {
  readonly pipelineId: string;
  /** In the singular, as HubSpot names it here: `DEAL`. */
  readonly objectType: string;
  readonly objectTypeId: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly active: boolean;
  readonly stages: readonly StageV1[];
  /** Whether it is the one that the type has from the beginning. */
  readonly default: boolean;
}

@ApiTags('pipelines')
@Controller('crm-pipelines/v1/pipelines/:objectType')
export class PipelinesV1Controller {
  constructor(
    private readonly pipelines: Pipelines,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the pipelines of an object type in the shape of HubSpot’s v1' })
  async list(@TypeParam() objectType: string) {
    const { singular, typeId } = await this.objectTypes.named(objectType);
    const listed = presentPipelines(objectType, await this.pipelines.of(objectType));
    const standard = new Set(standardPipelines(objectType).map(({ id }) => id));
    const results = listed.map((pipeline): PipelineV1 => ({
      ...inV1(pipeline),
      ...{ pipelineId: pipeline.id, objectType: singular.toUpperCase(), objectTypeId: typeId },
      stages: pipeline.stages.map(stageInV1),
      default: standard.has(pipeline.id),
    }));
    return { results };
  }
}

const stageInV1 = (stage: StageView): StageV1 => ({
  ...inV1(stage),
  ...{ stageId: stage.id, metadata: stage.metadata },
});

const inV1 = ({ label, displayOrder, createdAt, updatedAt, archived }: PipelineView | StageView) => ({
  ...{ label, displayOrder, active: !archived },
  ...{ createdAt: Date.parse(createdAt), updatedAt: Date.parse(updatedAt) },
});
