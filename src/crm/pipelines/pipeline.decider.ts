// The state of all pipelines of one object type, and the decisions on a pipeline as a whole.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { changedFields } from '../changed-fields';
import { checkPipeline, checkStages, invalid, sameLabel } from './pipeline-check';
import type { PipelineChange, PipelineDefinition, PipelineEvents, StageDefinition } from './pipeline.events';
import { standardPipelines } from '../properties/standard/pipelines';

interface Lived {
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archivedAt: string | null;
}
export type StageState = StageDefinition & Lived;
export type PipelineState = Omit<PipelineDefinition, 'stages'> & {
  readonly stages: readonly StageState[];
} & Lived;
/** All pipelines of an object type, archived ones too, in the order in which they were created. */
export type PipelinesState = readonly PipelineState[];
export type PipelineEvent = EventOf<PipelineEvents>;

export const ev = eventsOf<PipelineEvents>();

/** The creation time that HubSpot shows for its default pipelines. */
export const SINCE_EVER = '1970-01-01T00:00:00.000Z';
const born = (at: string): Lived => ({ createdAt: at, updatedAt: at, archivedAt: null });
const bornWith = ({ stages, ...pipeline }: PipelineDefinition, at: string): PipelineState => ({
  ...pipeline,
  ...born(at),
  stages: stages.map((stage) => ({ ...stage, ...born(at) })),
});

type Change<T> = (old: T) => Partial<T>;

const inPipeline = (
  state: PipelinesState,
  id: string,
  at: string,
  change: Change<PipelineState>,
): PipelinesState =>
  state.map((pipeline) =>
    pipeline.id === id ? { ...pipeline, updatedAt: at, ...change(pipeline) } : pipeline,
  );

const inStage = (
  state: PipelinesState,
  { pipelineId, stageId }: { readonly pipelineId: string; readonly stageId: string },
  at: string,
  change: Partial<StageState>,
): PipelinesState =>
  inPipeline(state, pipelineId, at, ({ stages }) => ({
    stages: stages.map((stage) => (stage.id === stageId ? { ...stage, updatedAt: at, ...change } : stage)),
  }));

const evolve: Decider<PipelinesState, PipelineEvents>['evolve'] = {
  'pipeline.created.v1': (state, { pipeline }, { meta }) => [...state, bornWith(pipeline, meta.at)],
  'pipeline.changed.v1': (state, { pipelineId, to }, { meta }) =>
    inPipeline(state, pipelineId, meta.at, () => to),
  'pipeline.archived.v1': (state, { pipelineId }, { meta }) =>
    inPipeline(state, pipelineId, meta.at, () => ({ archivedAt: meta.at })),
  'pipeline.unarchived.v1': (state, { pipelineId }, { meta }) =>
    inPipeline(state, pipelineId, meta.at, () => ({ archivedAt: null })),
  'pipeline.stage-created.v1': (state, { pipelineId, stage }, { meta }) =>
    inPipeline(state, pipelineId, meta.at, ({ stages }) => ({
      stages: [...stages, { ...stage, ...born(meta.at) }],
    })),
  'pipeline.stage-changed.v1': (state, data, { meta }) => inStage(state, data, meta.at, data.to),
  'pipeline.stage-archived.v1': (state, data, { meta }) =>
    inStage(state, data, meta.at, { archivedAt: meta.at }),
  'pipeline.stage-unarchived.v1': (state, data, { meta }) =>
    inStage(state, data, meta.at, { archivedAt: null }),
};

const deciders = new Map<string, Decider<PipelinesState, PipelineEvents>>();

/**
 * The decider of an object type's pipelines, always the same object: its initial state holds the standard pipelines.
 */
export function pipelinesDecider(objectType: string): Decider<PipelinesState, PipelineEvents> {
  let decider = deciders.get(objectType);
  if (!decider) {
    const initial = standardPipelines(objectType).map((pipeline) => bornWith(pipeline, SINCE_EVER));
    deciders.set(objectType, (decider = { initial, evolve }));
  }
  return decider;
}

export const isLive = ({ archivedAt }: Lived): boolean => archivedAt === null;

/** Refuses with `pipeline-unknown` where there is no live pipeline of the id. */
export function livePipeline(state: PipelinesState, id: string): PipelineState {
  const pipeline = state.find((one) => one.id === id && isLive(one));
  if (!pipeline) throw new Refusal('pipeline-unknown');
  return pipeline;
}

export function createPipeline(
  state: PipelinesState,
  objectType: string,
  pipeline: PipelineDefinition,
): PipelineEvent[] {
  checkPipeline(state, pipeline.id, pipeline);
  if (state.some(({ id }) => id === pipeline.id)) throw taken('pipelineId');
  refuseTakenStages(state, pipeline.stages);
  checkStages(objectType, pipeline.stages);
  return [ev('pipeline.created.v1', { objectType, pipeline })];
}

export function changePipeline(
  state: PipelinesState,
  objectType: string,
  pipelineId: string,
  asked: PipelineChange,
): PipelineEvent[] {
  const pipeline = livePipeline(state, pipelineId);
  const changed = changedFields(pipeline, asked, ['label', 'displayOrder']);
  if (!changed) return [];
  checkPipeline(state, pipelineId, { ...pipeline, ...changed.to });
  return [ev('pipeline.changed.v1', { objectType, pipelineId, ...changed })];
}

/** A stage of a replacement. Without `id` it is the live stage of the same label, or else a new one under `freshId`. */
export interface ReplacingStage extends Omit<StageDefinition, 'id'> {
  readonly id?: string;
  readonly freshId: string;
}
export interface Replacement extends Omit<PipelineDefinition, 'id' | 'stages'> {
  readonly stages: readonly ReplacingStage[];
}

/**
 * Replaces a pipeline as a whole: live stages that `given` leaves out are archived, archived stages that it names come
 * back.
 */
export function replacePipeline(
  state: PipelinesState,
  objectType: string,
  pipelineId: string,
  { stages: given, ...asked }: Replacement,
): PipelineEvent[] {
  const pipeline = livePipeline(state, pipelineId);
  const stages = identified(pipeline, given);
  checkStages(objectType, stages);
  const old = new Map(pipeline.stages.map((stage) => [stage.id, stage]));
  const fresh = stages.filter(({ id }) => !old.has(id));
  refuseTakenStages(state, fresh);
  const kept = stages.flatMap(({ id: stageId, ...stage }): PipelineEvent[] => {
    const was = old.get(stageId);
    if (!was) return [];
    const named = { objectType, pipelineId, stageId };
    const changed = changedFields(was, stage, ['label', 'displayOrder', 'metadata']);
    return [
      ...(isLive(was) ? [] : [ev('pipeline.stage-unarchived.v1', named)]),
      ...(changed ? [ev('pipeline.stage-changed.v1', { ...named, ...changed })] : []),
    ];
  });
  return [
    ...changePipeline(state, objectType, pipelineId, asked),
    ...leftOut(pipeline, stages).map(({ id: stageId }) =>
      ev('pipeline.stage-archived.v1', { objectType, pipelineId, stageId }),
    ),
    ...kept,
    ...fresh.map((stage) => ev('pipeline.stage-created.v1', { objectType, pipelineId, stage })),
  ];
}

const identified = ({ stages }: PipelineState, given: readonly ReplacingStage[]): StageDefinition[] =>
  given.map(({ id, freshId, ...stage }) => {
    const same = stages.find((one) => isLive(one) && sameLabel(one.label, stage.label));
    return { id: id ?? same?.id ?? freshId, ...stage };
  });

/** The live stages that a replacement does not name. */
const leftOut = ({ stages }: PipelineState, named: readonly StageDefinition[]): readonly StageState[] =>
  stages.filter((stage) => isLive(stage) && !named.some(({ id }) => id === stage.id));

export function archivePipeline(
  state: PipelinesState,
  objectType: string,
  pipelineId: string,
): PipelineEvent[] {
  livePipeline(state, pipelineId);
  if (standardPipelines(objectType).length > 0 && state.filter(isLive).length === 1)
    throw invalid('pipelineId', 'is of the only pipeline: one must stay');
  return [ev('pipeline.archived.v1', { objectType, pipelineId })];
}

export function unarchivePipeline(
  state: PipelinesState,
  objectType: string,
  pipelineId: string,
): PipelineEvent[] {
  const pipeline = state.find(({ id }) => id === pipelineId);
  if (!pipeline) throw new Refusal('pipeline-unknown');
  if (isLive(pipeline)) throw invalid('archived', 'may be given to bring an archived pipeline back only');
  checkPipeline(state, pipelineId, pipeline);
  return [ev('pipeline.unarchived.v1', { objectType, pipelineId })];
}

/**
 * Refuses ids of stages that exist already in any pipeline of the type, archived ones too: the ids are values of one
 * property, whatever the pipeline.
 */
export function refuseTakenStages(state: PipelinesState, stages: readonly StageDefinition[]): void {
  const known = new Set(state.flatMap((pipeline) => pipeline.stages.map(({ id }) => id)));
  if (stages.some(({ id }) => known.has(id))) throw taken('stageId');
}

const taken = (field: string) =>
  new Refusal('pipeline-exists', {
    message: `${field} is the id of another one, which may be archived`,
    errors: [{ message: `${field} is taken`, in: field }],
  });
