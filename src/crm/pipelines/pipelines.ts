// Reads the pipelines of object types from their streams, so always current, and writes them through their decider.
import { records } from '../../../projections/crm/records';
import { asAsked, type CommandContext } from '../../caller';
import type { RecordedOf } from '../../eventsourcing/event';
import type { Streams } from '../../eventsourcing/streams';
import type { Filter } from '../../read/document-store';
import type { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { recordIdRange } from '../records/record.vocabulary';
import type { Definitions } from '../properties/definitions';
import { pipelineStream } from './pipeline-options';
import { pipelinesDecider, type PipelineEvent, type PipelinesState } from './pipeline.decider';
import type { PipelineEvents } from './pipeline.events';
import { placesOf } from '../properties/standard/pipelines';

export interface PipelinesWritten {
  readonly state: PipelinesState;
  readonly position: bigint;
}

/** The pipeline and the stages that a change removes, whose ids records may hold. */
export interface Removal {
  readonly pipelineId?: string;
  readonly stageIds: readonly string[];
}

export class Pipelines {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly definitions: Definitions,
  ) {}

  /** The pipelines of an object type. Refuses with `pipeline-unknown` for a type that has no pipelines. */
  async of(objectType: string): Promise<PipelinesState> {
    requirePipelines(objectType);
    return (await this.streams.load(pipelinesDecider(objectType), pipelineStream(objectType))).state;
  }

  /** The events of an object type's pipelines, oldest first. */
  async history(objectType: string): Promise<readonly RecordedOf<PipelineEvents>[]> {
    requirePipelines(objectType);
    return this.streams.history<PipelineEvents>(pipelineStream(objectType));
  }

  async write(
    objectType: string,
    asked: CommandContext,
    decide: (state: PipelinesState) => PipelineEvent[] | Promise<PipelineEvent[]>,
  ): Promise<PipelinesWritten> {
    requirePipelines(objectType);
    const { state, revision, position } = await this.streams.change(
      pipelinesDecider(objectType),
      pipelineStream(objectType),
      decide,
      ...asAsked(asked),
    );
    this.definitions.learnPipelines(objectType, { state, revision });
    return { state, position };
  }

  /**
   * Refuses with `pipeline-in-use`, saying how many live records hold what is removed. The read model counts them once
   * it has applied everything written before; a record written after that keeps a value that is no longer an option.
   */
  async refuseInUse(objectType: string, removal: Removal): Promise<void> {
    const filter = standingIn(objectType, removal);
    if (!filter) return;
    const after = await this.streams.store.head();
    const live = { id: recordIdRange(objectType), archived: false };
    const count = await this.readModels.count(records, { $and: [live, filter] }, { after });
    if (count === 0) return;
    throw new Refusal('pipeline-in-use', {
      message: `${count} ${objectType} stand there: move them first`,
      context: { records: [String(count)] },
    });
  }
}

function requirePipelines(objectType: string): void {
  if (!placesOf(objectType))
    throw new Refusal('pipeline-unknown', { message: `${objectType} have no pipelines` });
}

function standingIn(objectType: string, { pipelineId, stageIds }: Removal): Filter | undefined {
  const places = placesOf(objectType)!;
  const any: Filter[] = [
    ...(pipelineId === undefined ? [] : [{ [`values.${places.pipeline}`]: pipelineId }]),
    ...(stageIds.length === 0 ? [] : [{ [`values.${places.stage}`]: { $in: stageIds } }]),
  ];
  if (any.length === 0) return undefined;
  return any.length === 1 ? any[0] : { $or: any };
}
