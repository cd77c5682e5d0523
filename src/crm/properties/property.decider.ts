// Decisions on one property definition made over the API: create it, change it, archive it, create it again.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { changedFields } from '../changed-fields';
import { withoutFixed } from './property-check';
import type { PropertyDefinition, PropertyEvents } from './property.events';
import { stricter, type DataSensitivity } from './property.vocabulary';

export interface DefinedProperty {
  readonly status: 'defined' | 'archived';
  readonly objectType: string;
  readonly definition: PropertyDefinition;
  /** The strictest sensitivity the property ever had: records and the log may still hold values of that time. */
  readonly sensitivity: DataSensitivity;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archivedAt: string | null;
  readonly createdUserId: string | null;
  readonly updatedUserId: string | null;
}
export type PropertyState = { readonly status: 'none' } | DefinedProperty;
type PropertyEvent = EventOf<PropertyEvents>;

const ev = eventsOf<PropertyEvents>();

export const property: Decider<PropertyState, PropertyEvents> = {
  initial: { status: 'none' },
  evolve: {
    'property.created.v1': (_, { objectType, definition }, { meta }) => ({
      status: 'defined',
      objectType,
      definition,
      sensitivity: definition.dataSensitivity,
      createdAt: meta.at,
      updatedAt: meta.at,
      archivedAt: null,
      createdUserId: meta.actor.userId ?? null,
      updatedUserId: meta.actor.userId ?? null,
    }),
    'property.changed.v1': (state, { to }, { meta }) => ({
      ...existing(state),
      definition: { ...existing(state).definition, ...to },
      sensitivity: stricter(existing(state).sensitivity, to.dataSensitivity),
      updatedAt: meta.at,
      updatedUserId: meta.actor.userId ?? null,
    }),
    'property.archived.v1': (state, _, { meta }) => ({
      ...existing(state),
      status: 'archived',
      updatedAt: meta.at,
      archivedAt: meta.at,
      updatedUserId: meta.actor.userId ?? null,
    }),
    'property.recreated.v1': (state, { definition }, { meta }) => ({
      ...existing(state),
      status: 'defined',
      definition,
      sensitivity: stricter(existing(state).sensitivity, definition.dataSensitivity),
      updatedAt: meta.at,
      archivedAt: null,
      updatedUserId: meta.actor.userId ?? null,
    }),
  },
};

function existing(state: PropertyState): DefinedProperty {
  if (state.status === 'none') throw new Error('The stream of a property must begin with its creation');
  return state;
}

export function createProperty(
  state: PropertyState,
  objectType: string,
  definition: PropertyDefinition,
): PropertyEvent[] {
  switch (state.status) {
    case 'defined':
      throw new Refusal('property-exists', {
        message: `A property named '${definition.name}' already exists.`,
      });
    case 'archived':
      refuseOtherNature(state.definition, definition);
      return [ev('property.recreated.v1', { objectType, definition })];
    case 'none':
      return [ev('property.created.v1', { objectType, definition })];
  }
}

/** Refuses to create a property again with another uniqueness or sensitivity: records may still hold its old values. */
function refuseOtherNature(was: PropertyDefinition, is: PropertyDefinition): void {
  for (const field of ['hasUniqueValue', 'dataSensitivity'] as const)
    if (was[field] !== is[field])
      throw new Refusal('property-invalid', {
        message: `${field} of '${is.name}' must stay as it was before the property was archived`,
      });
}

export function changeProperty(state: PropertyState, asked: Partial<PropertyDefinition>): PropertyEvent[] {
  if (state.status !== 'defined') throw new Refusal('property-unknown');
  const { objectType, definition } = state;
  const open = withoutFixed(definition, asked);
  const changed = changedFields(definition, open, Object.keys(open) as (keyof PropertyDefinition)[]);
  return changed ? [ev('property.changed.v1', { objectType, name: definition.name, ...changed })] : [];
}

export function archiveProperty(state: PropertyState): PropertyEvent[] {
  if (state.status === 'none') throw new Refusal('property-unknown');
  if (state.status === 'archived') return [];
  return [ev('property.archived.v1', { objectType: state.objectType, name: state.definition.name })];
}
