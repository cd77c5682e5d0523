// Decisions on the property groups of one object type: create, change, archive. Standard groups are part of the build.
import type { Decider } from '../../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../../eventsourcing/event';
import { Refusal } from '../../../refusals';
import { changedFields } from '../../changed-fields';
import type { PropertyGroupDefinition, PropertyGroupEvents } from './property-group.events';
import { standardGroups } from '../standard-properties';

/** The groups made over the API, in the order in which they were created. */
export type GroupsState = readonly PropertyGroupDefinition[];
type GroupEvent = EventOf<PropertyGroupEvents>;

const MOST_GROUPS = 500;
const NAME = /^[a-z][a-z0-9_-]{0,99}$/;

const ev = eventsOf<PropertyGroupEvents>();

export const propertyGroups: Decider<GroupsState, PropertyGroupEvents> = {
  initial: [],
  evolve: {
    'propertygroup.created.v1': (state, { group }) => [...state, group],
    'propertygroup.changed.v1': (state, { name, to }) =>
      state.map((group) => (group.name === name ? { ...group, ...to } : group)),
    'propertygroup.archived.v1': (state, { name }) => state.filter((group) => group.name !== name),
  },
};

export function createGroup(
  state: GroupsState,
  objectType: string,
  group: PropertyGroupDefinition,
): GroupEvent[] {
  const { name } = group;
  if (!NAME.test(name))
    throw new Refusal('property-group-invalid', {
      message:
        'name must begin with a small letter and hold small letters, digits, _ and - only, at most 100',
      errors: [{ message: 'name is not valid', in: 'name' }],
    });
  if (isStandard(objectType, name) || state.some((other) => other.name === name))
    throw new Refusal('property-group-exists', {
      message: `A property group named '${name}' already exists.`,
    });
  if (state.length >= MOST_GROUPS)
    throw new Refusal('property-group-invalid', { message: `There are ${MOST_GROUPS} groups already` });
  return [ev('propertygroup.created.v1', { objectType, group })];
}

export function changeGroup(
  state: GroupsState,
  objectType: string,
  name: string,
  asked: Partial<Omit<PropertyGroupDefinition, 'name'>>,
): GroupEvent[] {
  const group = existing(state, objectType, name);
  const changed = changedFields(group, asked, ['label', 'displayOrder']);
  return changed ? [ev('propertygroup.changed.v1', { objectType, name, ...changed })] : [];
}

/** `properties` holds the names of the properties in the group: only an empty group is archived. */
export function archiveGroup(
  state: GroupsState,
  objectType: string,
  name: string,
  properties: readonly string[],
): GroupEvent[] {
  existing(state, objectType, name);
  if (properties.length > 0)
    throw new Refusal('property-group-in-use', {
      message: `The property group '${name}' has ${properties.length} properties: archive or move them first`,
      context: { propertyName: properties.slice(0, 20) },
    });
  return [ev('propertygroup.archived.v1', { objectType, name })];
}

function existing(state: GroupsState, objectType: string, name: string): PropertyGroupDefinition {
  if (isStandard(objectType, name)) throw new Refusal('property-group-standard');
  const group = state.find((one) => one.name === name);
  if (!group) throw new Refusal('property-group-unknown');
  return group;
}

const isStandard = (objectType: string, name: string): boolean =>
  standardGroups(objectType).some((group) => group.name === name);
