// Makes the definitions that the account lacks: each by a command of its own, the same whenever it is carried out again.
import type { CommandBus } from '@nestjs/cqrs';
import type { CommandContext } from '../caller';
import { DefineAssociationTypes } from '../crm/associations/types/association-type.commands';
import { AdoptPipelines } from '../crm/pipelines/pipeline.commands';
import type { AdoptedPipeline } from '../crm/pipelines/adopted-pipelines';
import { CreatePropertyGroup } from '../crm/properties/groups/property-group.commands';
import { CreateProperty } from '../crm/properties/property.commands';
import type { ObjectTypes } from '../crm/schemas/object-types-known';
import { CreateSchema } from '../crm/schemas/schema.commands';
import { isPassing, Refusal } from '../refusals';
import type { Problem } from './load-progress';
import type { MissingDefinitions } from './plan/load-plan';

export interface Made {
  readonly definitions: number;
  readonly problems: readonly Problem[];
  /** Numbers of the association types made, by `CATEGORY/typeId` where they come from. */
  readonly numbers: ReadonlyMap<string, number>;
}

const FILE = 'definitions.json';
const TYPE_ID = /^2-[1-9]\d{0,14}$/;

export class LoadDefinitions {
  constructor(
    private readonly commands: CommandBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  async make(missing: MissingDefinitions, contextOf: (step: string) => CommandContext): Promise<Made> {
    let definitions = 0;
    const problems: Problem[] = [];
    const numbers = new Map<string, number>();
    const make = async (what: string, objectType: string, count: number, work: () => Promise<unknown>) => {
      try {
        await work();
        definitions += count;
        return true;
      } catch (error) {
        if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
        const message = `${what} could not be made: ${error.message}`;
        problems.push({ file: FILE, row: 0, objectType, type: 'DEFINITION_NOT_MADE', message });
        return false;
      }
    };
    const asked = (...step: readonly string[]) => contextOf(`definition/${step.join('/')}`);
    for (const { objectType, group } of missing.groups)
      await make(`The property group ${group.name}`, objectType, 1, () =>
        this.commands.execute(
          new CreatePropertyGroup(objectType, group, asked('group', objectType, group.name)),
        ),
      );
    for (const { schema, properties } of missing.objectTypes)
      await make(`The object type ${schema.name}`, schema.name, 1 + properties.length, async () => {
        const { objectTypeId, ...rest } = schema;
        const taken = await this.objectTypes.find(objectTypeId);
        const isFree = TYPE_ID.test(objectTypeId) && (!taken || taken.name === schema.name);
        const own = isFree ? { ...rest, objectTypeId } : rest;
        await this.commands.execute(new CreateSchema(own, properties, [], asked('type', schema.name)));
      });
    for (const { objectType, definition } of missing.properties)
      await make(`The property ${definition.name}`, objectType, 1, () =>
        this.commands.execute(
          new CreateProperty(objectType, definition, asked('property', objectType, definition.name)),
        ),
      );
    const adopt = (
      objectType: string,
      pipelines: readonly AdoptedPipeline[],
      asTheyStand: boolean,
      ...step: readonly string[]
    ) =>
      this.commands.execute(
        new AdoptPipelines(objectType, pipelines, asTheyStand, asked(...step, objectType)),
      );
    const adopted = new Set<string>();
    for (const { objectType, pipelines } of missing.untouched) {
      const added = [...missing.pipelines, ...missing.stages].filter((one) => one.objectType === objectType);
      const isDone = await make('The pipelines', objectType, added.length, () =>
        adopt(objectType, pipelines, true, 'pipelines'),
      );
      if (isDone) adopted.add(objectType);
    }
    for (const { objectType, pipeline } of missing.pipelines)
      if (!adopted.has(objectType))
        await make(`The pipeline ${pipeline.id}`, objectType, 1, () =>
          adopt(objectType, [pipeline], false, 'pipeline', pipeline.id),
        );
    for (const { objectType, pipeline, stage } of missing.stages)
      if (!adopted.has(objectType))
        await make(`The stage ${stage.id}`, objectType, 1, () =>
          adopt(objectType, [{ ...pipeline, stages: [stage] }], false, 'stage', stage.id),
        );
    for (const type of missing.associationTypes) {
      const { typeId, inverseTypeId } = type.numbers;
      await make(`The association type ${type.name}`, type.fromType, 1, async () => {
        const step = asked('association', String(typeId));
        const { types } = await this.commands.execute(new DefineAssociationTypes([type], step));
        for (const made of types) {
          numbers.set(`USER_DEFINED/${typeId}`, made.typeId);
          numbers.set(`USER_DEFINED/${inverseTypeId}`, made.inverseTypeId);
        }
      });
    }
    return { definitions, problems, numbers };
  }
}
