// Commands on property definitions. Standard definitions are part of the build: they are neither changed nor archived.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../../caller';
import type { EventOf } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Definitions, propertyStream } from './definitions';
import { checkDefinition, withOptions } from './property-check';
import {
  archiveProperty,
  changeProperty,
  createProperty,
  property,
  type DefinedProperty,
  type PropertyState,
} from './property.decider';
import type { PropertyDefinition, PropertyEvents } from './property.events';
import { PropertyGroups } from './groups/property-group.commands';
import { standardProperties } from './standard-properties';

export interface PropertyWritten {
  readonly property: DefinedProperty;
  readonly position: bigint;
}

/** Creates a property. Refused with `property-exists`, `property-invalid`. */
export class CreateProperty extends Command<PropertyWritten> {
  constructor(
    readonly objectType: string,
    readonly definition: PropertyDefinition,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Changes a property's definition. Refused with `property-unknown`, `property-standard`, `property-invalid`. */
export class ChangeProperty extends Command<PropertyWritten> {
  constructor(
    readonly objectType: string,
    readonly name: string,
    readonly to: Partial<PropertyDefinition>,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Archives a property; records keep its values. Refused with `property-unknown`, `property-standard`. */
export class ArchiveProperty extends Command<PropertyWritten> {
  constructor(
    readonly objectType: string,
    readonly name: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

type Decide = (state: PropertyState) => EventOf<PropertyEvents>[];

export class PropertyWriter {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: Definitions,
  ) {}

  async state(objectType: string, name: string): Promise<PropertyState> {
    return (await this.streams.load(property, propertyStream(objectType, name))).state;
  }

  async write(
    objectType: string,
    name: string,
    asked: CommandContext,
    decide: Decide,
  ): Promise<PropertyWritten> {
    const { state, revision, position } = await this.streams.change(
      property,
      propertyStream(objectType, name),
      decide,
      ...asAsked(asked),
    );
    if (state.status === 'none') throw new Refusal('property-unknown');
    this.definitions.learn(objectType, {
      definition: state.definition,
      sensitivity: state.sensitivity,
      archived: state.status === 'archived',
      revision,
    });
    return { property: state, position };
  }
}

const refuseStandard = (objectType: string, name: string): void => {
  if (standardProperties(objectType).has(name)) throw new Refusal('property-standard');
};

@CommandHandler(CreateProperty)
export class CreatePropertyHandler implements ICommandHandler<CreateProperty> {
  constructor(
    private readonly writer: PropertyWriter,
    private readonly groups: PropertyGroups,
  ) {}

  async execute({ objectType, definition, asked }: CreateProperty): Promise<PropertyWritten> {
    const { name } = definition;
    if (standardProperties(objectType).has(name))
      throw new Refusal('property-exists', { message: `A property named '${name}' already exists.` });
    const full = withOptions(definition);
    checkDefinition(full);
    await this.groups.require(objectType, [full.groupName]);
    return this.writer.write(objectType, name, asked, (state) => createProperty(state, objectType, full));
  }
}

@CommandHandler(ChangeProperty)
export class ChangePropertyHandler implements ICommandHandler<ChangeProperty> {
  constructor(
    private readonly writer: PropertyWriter,
    private readonly groups: PropertyGroups,
  ) {}

  async execute({ objectType, name, to, asked }: ChangeProperty): Promise<PropertyWritten> {
    refuseStandard(objectType, name);
    if (to.groupName !== undefined) await this.groups.require(objectType, [to.groupName]);
    return this.writer.write(objectType, name, asked, (state) => {
      const events = changeProperty(state, to);
      if (state.status === 'defined') checkDefinition(withOptions({ ...state.definition, ...to }));
      return events;
    });
  }
}

@CommandHandler(ArchiveProperty)
export class ArchivePropertyHandler implements ICommandHandler<ArchiveProperty> {
  constructor(private readonly writer: PropertyWriter) {}

  execute({ objectType, name, asked }: ArchiveProperty): Promise<PropertyWritten> {
    refuseStandard(objectType, name);
    return this.writer.write(objectType, name, asked, archiveProperty);
  }
}

export const propertyCommandHandlers = [CreatePropertyHandler, ChangePropertyHandler, ArchivePropertyHandler];
