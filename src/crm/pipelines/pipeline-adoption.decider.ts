// The decision to take over pipelines from elsewhere, archived ones and archived stages too.
import { changedFields } from '../changed-fields';
import { areUntouched, type AdoptedPipeline, type AdoptedStage, type Archivable } from './adopted-pipelines';
import { checkPipeline, checkStages, invalid } from './pipeline-check';
import {
  ev,
  isLive,
  livePipeline,
  refuseTakenStages,
  type PipelineEvent,
  type PipelinesState,
  type PipelineState,
} from './pipeline.decider';
import type { StageDefinition } from './pipeline.events';

/**
 * Creates pipelines and stages that are missing. `asTheyStand`: the standard ones are changed and archived, too, as those
 * given are, unless somebody has changed any here. What is archived may have the label of what is not.
 */
export function adoptPipelines(
  state: PipelinesState,
  objectType: string,
  given: readonly AdoptedPipeline[],
  asTheyStand: boolean,
): PipelineEvent[] {
  if (asTheyStand && !areUntouched(state)) throw invalid('pipelines', 'have been changed meanwhile');
  const others = asTheyStand ? state.filter(({ id }) => !given.some((one) => one.id === id)) : state;
  const live = given.filter(({ archived }) => !archived).map((one) => ({ ...one, archivedAt: null }));
  return given.flatMap((pipeline) => {
    const here = state.find(({ id }) => id === pipeline.id);
    if (!here || asTheyStand)
      checkPipeline(pipeline.archived ? [] : [...others, ...live], pipeline.id, pipeline);
    return here
      ? adoptInto(state, objectType, here, pipeline, asTheyStand)
      : adoptNew(state, objectType, pipeline);
  });
}

function adoptNew(
  state: PipelinesState,
  objectType: string,
  { id: pipelineId, label, displayOrder, stages, archived }: AdoptedPipeline,
): PipelineEvent[] {
  refuseTakenStages(state, stages);
  checkAdopted(objectType, [], stages);
  const pipeline = { id: pipelineId, label, displayOrder, stages: stages.map(bare) };
  return [
    ev('pipeline.created.v1', { objectType, pipeline }),
    ...stages
      .filter(isArchived)
      .map(({ id: stageId }) => ev('pipeline.stage-archived.v1', { objectType, pipelineId, stageId })),
    ...(archived ? [ev('pipeline.archived.v1', { objectType, pipelineId })] : []),
  ];
}

function adoptInto(
  state: PipelinesState,
  objectType: string,
  here: PipelineState,
  given: AdoptedPipeline,
  asTheyStand: boolean,
): PipelineEvent[] {
  const { id: pipelineId } = livePipeline(state, here.id);
  const known = new Map(here.stages.map((stage) => [stage.id, stage]));
  const missing = given.stages.filter(({ id }) => !known.has(id));
  refuseTakenStages(state, missing);
  const named = new Set(asTheyStand ? given.stages.map(({ id }) => id) : []);
  checkAdopted(
    objectType,
    here.stages.filter((stage) => isLive(stage) && !named.has(stage.id)),
    asTheyStand ? given.stages : missing,
  );
  const changed = asTheyStand && changedFields(here, given, ['label', 'displayOrder']);
  return [
    ...(changed ? [ev('pipeline.changed.v1', { objectType, pipelineId, ...changed })] : []),
    ...given.stages.flatMap((stage): PipelineEvent[] => {
      const at = { objectType, pipelineId, stageId: stage.id };
      const was = known.get(stage.id);
      const differs = was && asTheyStand && changedFields(was, stage, ['label', 'displayOrder', 'metadata']);
      return [
        ...(was ? [] : [ev('pipeline.stage-created.v1', { objectType, pipelineId, stage: bare(stage) })]),
        ...(differs ? [ev('pipeline.stage-changed.v1', { ...at, ...differs })] : []),
        ...(stage.archived && (!was || (asTheyStand && isLive(was)))
          ? [ev('pipeline.stage-archived.v1', at)]
          : []),
      ];
    }),
    ...(asTheyStand && given.archived ? [ev('pipeline.archived.v1', { objectType, pipelineId })] : []),
  ];
}

/** Archived stages need not go together with the others. */
function checkAdopted(
  objectType: string,
  beside: readonly StageDefinition[],
  stages: readonly AdoptedStage[],
): void {
  checkStages(objectType, [...beside, ...stages.filter((stage) => !isArchived(stage))]);
  for (const stage of stages.filter(isArchived)) checkStages(objectType, [stage]);
}

const isArchived = ({ archived }: Archivable): boolean => archived;
const bare = ({ archived: _, ...stage }: AdoptedStage): StageDefinition => stage;

/** The pipelines and stages of `state` that the events archive. */
export function removalsOf(state: PipelinesState, events: readonly PipelineEvent[]) {
  const stages = new Set(state.flatMap((pipeline) => pipeline.stages.map(({ id }) => id)));
  const stageIds = events.flatMap(({ type, data }) =>
    type === 'pipeline.stage-archived.v1' && stages.has(data.stageId) ? [data.stageId] : [],
  );
  const pipelines = events.flatMap(({ type, data }) => {
    const here = type === 'pipeline.archived.v1' && state.find(({ id }) => id === data.pipelineId);
    return here ? [{ pipelineId: here.id, stageIds: here.stages.map(({ id }) => id) }] : [];
  });
  return [...(stageIds.length > 0 ? [{ stageIds }] : []), ...pipelines];
}
