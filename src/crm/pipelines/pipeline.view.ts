// Pipelines, stages and their history in the shapes of HubSpot's API.
import type { RecordedOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { shownMetadata } from './pipeline-check';
import {
  isLive,
  livePipeline,
  type PipelinesState,
  type PipelineState,
  type StageState,
} from './pipeline.decider';
import type { PipelineEvents } from './pipeline.events';
import { inOrder } from './pipeline-options';

export interface StageView {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT';
}

export interface PipelineView {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly StageView[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
}

export interface AuditInfo {
  readonly portalId: number;
  readonly identifier: string;
  readonly action: string;
  readonly timestamp: string;
  readonly message: string;
  readonly rawObject: object;
  readonly fromUserId?: number;
}

const presentStage = (objectType: string, stage: StageState): StageView => ({
  ...{ id: stage.id, label: stage.label, displayOrder: stage.displayOrder },
  metadata: shownMetadata(objectType, stage.metadata),
  ...{ createdAt: stage.createdAt, updatedAt: stage.updatedAt, archived: false },
  writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
});

const presentPipeline = (objectType: string, pipeline: PipelineState): PipelineView => ({
  ...{ id: pipeline.id, label: pipeline.label, displayOrder: pipeline.displayOrder },
  stages: inOrder(pipeline.stages.filter(isLive)).map((stage) => presentStage(objectType, stage)),
  ...{ createdAt: pipeline.createdAt, updatedAt: pipeline.updatedAt, archived: false },
});

export const presentPipelines = (objectType: string, state: PipelinesState): PipelineView[] =>
  inOrder(state.filter(isLive)).map((pipeline) => presentPipeline(objectType, pipeline));

/** Refuses with `pipeline-unknown`. */
export const pipelineNamed = (objectType: string, state: PipelinesState, id: string): PipelineView =>
  presentPipeline(objectType, livePipeline(state, id));

/** Refuses with `pipeline-unknown`, `pipeline-stage-unknown`. */
export function stageNamed(
  objectType: string,
  state: PipelinesState,
  pipelineId: string,
  stageId: string,
): StageView {
  const stage = livePipeline(state, pipelineId).stages.find(({ id }) => id === stageId);
  if (!stage || !isLive(stage)) throw new Refusal('pipeline-stage-unknown');
  return presentStage(objectType, stage);
}

const ACTIONS: Readonly<Record<keyof PipelineEvents, string>> = {
  'pipeline.created.v1': 'CREATE',
  'pipeline.changed.v1': 'UPDATE',
  'pipeline.archived.v1': 'DELETE',
  'pipeline.unarchived.v1': 'RESTORE',
  'pipeline.stage-created.v1': 'CREATE',
  'pipeline.stage-changed.v1': 'UPDATE',
  'pipeline.stage-archived.v1': 'DELETE',
  'pipeline.stage-unarchived.v1': 'RESTORE',
};

type PipelineEvent = RecordedOf<PipelineEvents>;

/** What happened to a pipeline with its stages, or to one stage where `stageId` is given; newest first. */
export const auditOf = (
  history: readonly PipelineEvent[],
  at: { readonly pipelineId: string; readonly stageId?: string },
  portalId: number,
): AuditInfo[] =>
  history
    .filter((event) => isAbout(event, at))
    .map((event) => presentAudit(event, portalId))
    .reverse();

function isAbout(
  event: PipelineEvent,
  at: { readonly pipelineId: string; readonly stageId?: string },
): boolean {
  const { pipelineId } = idsIn(event);
  if (pipelineId !== at.pipelineId) return false;
  if (at.stageId === undefined) return true;
  if (event.type === 'pipeline.created.v1')
    return event.data.pipeline.stages.some(({ id }) => id === at.stageId);
  return idsIn(event).stageId === at.stageId;
}

function idsIn({ data }: PipelineEvent): { readonly pipelineId: string; readonly stageId?: string } {
  if ('pipeline' in data) return { pipelineId: data.pipeline.id };
  const { pipelineId } = data;
  if ('stage' in data) return { pipelineId, stageId: data.stage.id };
  return 'stageId' in data ? { pipelineId, stageId: data.stageId } : { pipelineId };
}

function presentAudit(event: PipelineEvent, portalId: number): AuditInfo {
  const { pipelineId, stageId } = idsIn(event);
  const { actor, at } = event.meta;
  const userId = Number(actor.userId ?? NaN);
  const action = ACTIONS[event.type];
  return {
    portalId,
    identifier: stageId ?? pipelineId,
    action,
    timestamp: at,
    message: `${action} ${stageId === undefined ? 'pipeline' : 'stage'} ${stageId ?? pipelineId}`,
    rawObject: event.data,
    ...(Number.isSafeInteger(userId) && { fromUserId: userId }),
  };
}
