// Commands and queries on the property groups of an object type. Groups are read from their stream, so always current.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../../../caller';
import type { EventOf } from '../../../eventsourcing/event';
import { stateAt } from '../../../point-in-time/state-at';
import type { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import { Definitions } from '../definitions';
import { findObjectType } from '../../schemas/object-type.vocabulary';
import {
  archiveGroup,
  changeGroup,
  createGroup,
  propertyGroups,
  type GroupsState,
} from './property-group.decider';
import type { PropertyGroupDefinition, PropertyGroupEvents } from './property-group.events';
import { standardGroups, type PropertyGroup } from '../standard-properties';

const groupStream = (objectType: string): string =>
  `propertygroup-${findObjectType(objectType)?.singular ?? objectType}`;

export interface GroupWritten {
  readonly groups: readonly PropertyGroup[];
  readonly position: bigint;
}

export class PropertyGroups {
  constructor(private readonly streams: Streams) {}

  /** The groups of an object type in display order, standard ones included. */
  async of(objectType: string): Promise<readonly PropertyGroup[]> {
    return shown(objectType, (await this.streams.load(propertyGroups, groupStream(objectType))).state);
  }

  /** Refuses with `property-invalid` where a name is not that of a group of the object type. */
  async require(objectType: string, names: Iterable<string>): Promise<void> {
    const known = new Set((await this.of(objectType)).map(({ name }) => name));
    for (const name of names) {
      if (known.has(name)) continue;
      const message = `groupName: ${objectType} have no property group of this name`;
      throw new Refusal('property-invalid', { message, errors: [{ message, in: 'groupName' }] });
    }
  }

  async write(
    objectType: string,
    asked: CommandContext,
    decide: (state: GroupsState) => EventOf<PropertyGroupEvents>[] | Promise<EventOf<PropertyGroupEvents>[]>,
  ): Promise<GroupWritten> {
    const { state, position } = await this.streams.change(
      propertyGroups,
      groupStream(objectType),
      decide,
      ...asAsked(asked),
    );
    return { groups: shown(objectType, state), position };
  }
}

/** The groups of an object type as they were after the event at a position, standard ones included. */
export const groupsAt = async (
  streams: Streams,
  objectType: string,
  position: bigint,
): Promise<readonly PropertyGroup[]> =>
  shown(objectType, await stateAt(streams, propertyGroups, groupStream(objectType), position));

/** A group with a negative display order comes last. */
const shown = (objectType: string, state: GroupsState): readonly PropertyGroup[] => {
  const order = ({ displayOrder }: PropertyGroup) => (displayOrder < 0 ? Infinity : displayOrder);
  const made = state.map((group) => ({ ...group, archived: false }));
  return [...standardGroups(objectType), ...made].sort((a, b) =>
    order(a) === order(b) ? 0 : order(a) - order(b),
  );
};

/** Creates a group. Refused with `property-group-exists`, `property-group-invalid`. */
export class CreatePropertyGroup extends Command<GroupWritten> {
  constructor(
    readonly objectType: string,
    readonly group: PropertyGroupDefinition,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Changes a group. Refused with `property-group-unknown`, `property-group-standard`. */
export class ChangePropertyGroup extends Command<GroupWritten> {
  constructor(
    readonly objectType: string,
    readonly name: string,
    readonly to: Partial<Omit<PropertyGroupDefinition, 'name'>>,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Archives a group. Refused with `property-group-unknown`, `property-group-standard`, `property-group-in-use`. */
export class ArchivePropertyGroup extends Command<GroupWritten> {
  constructor(
    readonly objectType: string,
    readonly name: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreatePropertyGroup)
export class CreatePropertyGroupHandler implements ICommandHandler<CreatePropertyGroup> {
  constructor(private readonly groups: PropertyGroups) {}

  execute({ objectType, group, asked }: CreatePropertyGroup): Promise<GroupWritten> {
    return this.groups.write(objectType, asked, (state) => createGroup(state, objectType, group));
  }
}

@CommandHandler(ChangePropertyGroup)
export class ChangePropertyGroupHandler implements ICommandHandler<ChangePropertyGroup> {
  constructor(private readonly groups: PropertyGroups) {}

  execute({ objectType, name, to, asked }: ChangePropertyGroup): Promise<GroupWritten> {
    return this.groups.write(objectType, asked, (state) => changeGroup(state, objectType, name, to));
  }
}

@CommandHandler(ArchivePropertyGroup)
export class ArchivePropertyGroupHandler implements ICommandHandler<ArchivePropertyGroup> {
  constructor(
    private readonly groups: PropertyGroups,
    private readonly definitions: Definitions,
  ) {}

  execute({ objectType, name, asked }: ArchivePropertyGroup): Promise<GroupWritten> {
    return this.groups.write(objectType, asked, async (state) => {
      const properties = [...(await this.definitions.of(objectType)).values()];
      const inside = properties.filter(({ groupName }) => groupName === name);
      return archiveGroup(
        state,
        objectType,
        name,
        inside.map((property) => property.name),
      );
    });
  }
}

export const propertyGroupCommandHandlers = [
  CreatePropertyGroupHandler,
  ChangePropertyGroupHandler,
  ArchivePropertyGroupHandler,
];
