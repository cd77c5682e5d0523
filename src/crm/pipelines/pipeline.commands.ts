// Commands on pipelines and their stages.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '../../caller';
import {
  archivePipeline,
  changePipeline,
  createPipeline,
  isLive,
  livePipeline,
  replacePipeline,
  unarchivePipeline,
  type Replacement,
} from './pipeline.decider';
import type { AdoptedPipeline } from './adopted-pipelines';
import { adoptPipelines, removalsOf } from './pipeline-adoption.decider';
import type { PipelineChange, PipelineDefinition, StageChange, StageDefinition } from './pipeline.events';
import {
  archiveStage,
  changeStage,
  createStage,
  unarchiveStage,
  type StageAt,
} from './pipeline-stage.decider';
import { Pipelines, type PipelinesWritten } from './pipelines';

/** Creates a pipeline. Refused with `pipeline-exists`, `pipeline-invalid`. */
export class CreatePipeline extends Command<PipelinesWritten> {
  constructor(
    readonly objectType: string,
    readonly pipeline: PipelineDefinition,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Takes over pipelines from elsewhere, archived ones too; `asTheyStand`: those that are there are changed and archived,
 * too. Refused with `pipeline-unknown`, `pipeline-exists`, `pipeline-invalid`, and with `pipeline-in-use` where records
 * stand in what would be archived.
 */
export class AdoptPipelines extends Command<PipelinesWritten> {
  constructor(
    readonly objectType: string,
    readonly pipelines: readonly AdoptedPipeline[],
    readonly asTheyStand: boolean,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Replaces a pipeline as a whole. Refused with `pipeline-unknown`, `pipeline-exists`, `pipeline-invalid`, and with
 * `pipeline-in-use` where `unused` is asked for and records stand in a stage that it removes.
 */
export class ReplacePipeline extends Command<PipelinesWritten> {
  constructor(
    readonly objectType: string,
    readonly pipelineId: string,
    readonly to: Replacement,
    readonly unused: boolean,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Changes a pipeline, or brings it back from the archive (`bringBack`). Refused with `pipeline-unknown`,
 * `pipeline-invalid`.
 */
export class ChangePipeline extends Command<PipelinesWritten> {
  constructor(
    readonly objectType: string,
    readonly pipelineId: string,
    readonly to: PipelineChange | 'bringBack',
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Creates a stage. Refused with `pipeline-unknown`, `pipeline-exists`, `pipeline-invalid`. */
export class CreateStage extends Command<PipelinesWritten> {
  constructor(
    readonly objectType: string,
    readonly pipelineId: string,
    readonly stage: StageDefinition,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Changes a stage, or brings it back from the archive (`bringBack`). Refused with `pipeline-unknown`,
 * `pipeline-stage-unknown`, `pipeline-invalid`.
 */
export class ChangeStage extends Command<PipelinesWritten> {
  constructor(
    readonly at: StageAt,
    readonly to: StageChange | 'bringBack',
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Archives a pipeline. Refused with `pipeline-unknown`; with `pipeline-invalid` for the only pipeline of its object
 * type; with `pipeline-in-use` where `unused` is asked for and records stand in it.
 */
export class ArchivePipeline extends Command<PipelinesWritten> {
  constructor(
    readonly objectType: string,
    readonly pipelineId: string,
    readonly unused: boolean,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Archives a stage. Refused with `pipeline-unknown`, `pipeline-stage-unknown`, and with `pipeline-in-use` where
 * `unused` is asked for and records stand in it.
 */
export class ArchiveStage extends Command<PipelinesWritten> {
  constructor(
    readonly at: StageAt,
    readonly unused: boolean,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreatePipeline)
export class CreatePipelineHandler implements ICommandHandler<CreatePipeline> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ objectType, pipeline, asked }: CreatePipeline): Promise<PipelinesWritten> {
    return this.pipelines.write(objectType, asked, (state) => createPipeline(state, objectType, pipeline));
  }
}

@CommandHandler(AdoptPipelines)
export class AdoptPipelinesHandler implements ICommandHandler<AdoptPipelines> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ objectType, pipelines, asTheyStand, asked }: AdoptPipelines): Promise<PipelinesWritten> {
    return this.pipelines.write(objectType, asked, async (state) => {
      const events = adoptPipelines(state, objectType, pipelines, asTheyStand);
      for (const removal of removalsOf(state, events)) await this.pipelines.refuseInUse(objectType, removal);
      return events;
    });
  }
}

@CommandHandler(ReplacePipeline)
export class ReplacePipelineHandler implements ICommandHandler<ReplacePipeline> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ objectType, pipelineId, to, unused, asked }: ReplacePipeline): Promise<PipelinesWritten> {
    return this.pipelines.write(objectType, asked, async (state) => {
      const events = replacePipeline(state, objectType, pipelineId, to);
      const stageIds = events.flatMap(({ type, data }) =>
        type === 'pipeline.stage-archived.v1' ? [data.stageId] : [],
      );
      if (unused) await this.pipelines.refuseInUse(objectType, { stageIds });
      return events;
    });
  }
}

@CommandHandler(ChangePipeline)
export class ChangePipelineHandler implements ICommandHandler<ChangePipeline> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ objectType, pipelineId, to, asked }: ChangePipeline): Promise<PipelinesWritten> {
    return this.pipelines.write(objectType, asked, (state) =>
      to === 'bringBack'
        ? unarchivePipeline(state, objectType, pipelineId)
        : changePipeline(state, objectType, pipelineId, to),
    );
  }
}

@CommandHandler(CreateStage)
export class CreateStageHandler implements ICommandHandler<CreateStage> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ objectType, pipelineId, stage, asked }: CreateStage): Promise<PipelinesWritten> {
    return this.pipelines.write(objectType, asked, (state) =>
      createStage(state, objectType, pipelineId, stage),
    );
  }
}

@CommandHandler(ChangeStage)
export class ChangeStageHandler implements ICommandHandler<ChangeStage> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ at, to, asked }: ChangeStage): Promise<PipelinesWritten> {
    return this.pipelines.write(at.objectType, asked, (state) =>
      to === 'bringBack' ? unarchiveStage(state, at) : changeStage(state, at, to),
    );
  }
}

@CommandHandler(ArchivePipeline)
export class ArchivePipelineHandler implements ICommandHandler<ArchivePipeline> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ objectType, pipelineId, unused, asked }: ArchivePipeline): Promise<PipelinesWritten> {
    return this.pipelines.write(objectType, asked, async (state) => {
      const events = archivePipeline(state, objectType, pipelineId);
      const stageIds = livePipeline(state, pipelineId)
        .stages.filter(isLive)
        .map(({ id }) => id);
      if (unused) await this.pipelines.refuseInUse(objectType, { pipelineId, stageIds });
      return events;
    });
  }
}

@CommandHandler(ArchiveStage)
export class ArchiveStageHandler implements ICommandHandler<ArchiveStage> {
  constructor(private readonly pipelines: Pipelines) {}

  execute({ at, unused, asked }: ArchiveStage): Promise<PipelinesWritten> {
    const { objectType, stageId } = at;
    return this.pipelines.write(objectType, asked, async (state) => {
      const events = archiveStage(state, at);
      if (unused) await this.pipelines.refuseInUse(objectType, { stageIds: [stageId] });
      return events;
    });
  }
}

export const pipelineCommandHandlers = [
  CreatePipelineHandler,
  AdoptPipelinesHandler,
  ReplacePipelineHandler,
  ChangePipelineHandler,
  CreateStageHandler,
  ChangeStageHandler,
  ArchivePipelineHandler,
  ArchiveStageHandler,
];
