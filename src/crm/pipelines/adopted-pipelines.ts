// Pipelines as another account can take them over, archived ones and archived stages too.
import { SINCE_EVER, type PipelinesState, type PipelineState } from './pipeline.decider';
import type { PipelineDefinition, StageDefinition } from './pipeline.events';

export interface Archivable {
  readonly archived: boolean;
}
export type AdoptedStage = StageDefinition & Archivable;
export type AdoptedPipeline = Omit<PipelineDefinition, 'stages'> &
  Archivable & { readonly stages: readonly AdoptedStage[] };

/** A pipeline as another account can take it over. */
export const adoptable = ({ stages, ...pipeline }: PipelineState): AdoptedPipeline => ({
  ...told(pipeline),
  stages: stages.map((stage) => ({ ...told(stage), metadata: stage.metadata })),
});

const told = ({ id, label, displayOrder, archivedAt }: Omit<PipelineState, 'stages'>) => ({
  ...{ id, label, displayOrder, archived: archivedAt !== null },
});

/** Whether all pipelines are the standard ones, as they are in an account in which nobody has changed them. */
export const areUntouched = (state: PipelinesState): boolean =>
  state.every(({ updatedAt }) => updatedAt === SINCE_EVER);
