// Pipelines of an object type and their stages. Stream: `pipeline-deal`, one for all pipelines of the type, so that ids and
// labels can be told apart. The standard ones are part of the build; what happens to them is an event, too.

export interface StageDefinition {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  /** Of deals: `probability`; of tickets: `ticketState`; of custom objects: `state`. */
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
  /** Records keep the values that name it or its stages; no new ones are taken. */
  'pipeline.archived.v1': Named;
  'pipeline.unarchived.v1': Named;
  'pipeline.stage-created.v1': Named & { stage: StageDefinition };
  'pipeline.stage-changed.v1': NamedStage & { from: StageChange; to: StageChange };
  'pipeline.stage-archived.v1': NamedStage;
  'pipeline.stage-unarchived.v1': NamedStage;
};
