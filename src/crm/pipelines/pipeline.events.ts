// Events of the pipelines of an object type and of their stages. All pipelines of the type share one stream, such as
// `pipeline-deal`, so that their ids and labels can be kept apart. Standard pipelines are part of the build; changing
// one is an event, too.

export interface StageDefinition {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  /** Deals have `probability`, tickets `ticketState`, custom objects `state`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PipelineDefinition {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly StageDefinition[];
}

export type PipelineChange = Partial<Omit<PipelineDefinition, 'id' | 'stages'>>;
export type StageChange = Partial<Omit<StageDefinition, 'id'>>;

interface Named {
  readonly objectType: string;
  readonly pipelineId: string;
}
interface NamedStage extends Named {
  readonly stageId: string;
}

export type PipelineEvents = {
  'pipeline.created.v1': { objectType: string; pipeline: PipelineDefinition };
  'pipeline.changed.v1': Named & { from: PipelineChange; to: PipelineChange };
  /** Records keep the values that name the pipeline or its stages; new writes of these values are refused. */
  'pipeline.archived.v1': Named;
  'pipeline.unarchived.v1': Named;
  'pipeline.stage-created.v1': Named & { stage: StageDefinition };
  'pipeline.stage-changed.v1': NamedStage & { from: StageChange; to: StageChange };
  'pipeline.stage-archived.v1': NamedStage;
  'pipeline.stage-unarchived.v1': NamedStage;
};
