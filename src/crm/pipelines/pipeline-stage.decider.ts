// Decisions on one stage of a pipeline: create it, change it, archive it, bring it back.
import { Refusal } from '../../refusals';
import { changedFields } from '../changed-fields';
import { checkStages, invalid } from './pipeline-check';
import {
  ev,
  isLive,
  livePipeline,
  refuseTakenStages,
  type PipelineEvent,
  type PipelinesState,
  type PipelineState,
  type StageState,
} from './pipeline.decider';
import type { StageChange, StageDefinition } from './pipeline.events';

/** The place of a stage: its object type, its pipeline and its own id. */
export interface StageAt {
  readonly objectType: string;
  readonly pipelineId: string;
  readonly stageId: string;
}

export function createStage(
  state: PipelinesState,
  objectType: string,
  pipelineId: string,
  stage: StageDefinition,
): PipelineEvent[] {
  const pipeline = livePipeline(state, pipelineId);
  refuseTakenStages(state, [stage]);
  checkStages(objectType, [...pipeline.stages.filter(isLive), stage]);
  return [ev('pipeline.stage-created.v1', { objectType, pipelineId, stage })];
}

export function changeStage(state: PipelinesState, at: StageAt, asked: StageChange): PipelineEvent[] {
  const { pipeline, stage } = found(state, at);
  if (!isLive(stage)) throw new Refusal('pipeline-stage-unknown');
  const changed = changedFields(stage, asked, ['label', 'displayOrder', 'metadata']);
  if (!changed) return [];
  const others = pipeline.stages.filter((one) => isLive(one) && one.id !== stage.id);
  checkStages(at.objectType, [...others, { ...stage, ...changed.to }]);
  return [ev('pipeline.stage-changed.v1', { ...at, ...changed })];
}

export function archiveStage(state: PipelinesState, at: StageAt): PipelineEvent[] {
  const { stage } = found(state, at);
  if (!isLive(stage)) throw new Refusal('pipeline-stage-unknown');
  return [ev('pipeline.stage-archived.v1', at)];
}

export function unarchiveStage(state: PipelinesState, at: StageAt): PipelineEvent[] {
  const { pipeline, stage } = found(state, at);
  if (isLive(stage)) throw invalid('archived', 'may be given to bring an archived stage back only');
  checkStages(at.objectType, [...pipeline.stages.filter(isLive), stage]);
  return [ev('pipeline.stage-unarchived.v1', at)];
}

/** The live pipeline and its live stage. Refuses with `pipeline-unknown`, `pipeline-stage-unknown`. */
function found(
  state: PipelinesState,
  { pipelineId, stageId }: StageAt,
): { readonly pipeline: PipelineState; readonly stage: StageState } {
  const pipeline = livePipeline(state, pipelineId);
  const stage = pipeline.stages.find(({ id }) => id === stageId);
  if (!stage) throw new Refusal('pipeline-stage-unknown');
  return { pipeline, stage };
}
