// Decisions on the schema of one custom object type: create it, change it, archive it, create it again.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { changedFields } from '../changed-fields';
import type { ObjectSchema, SchemaEvents } from './schema.events';

export interface DefinedSchema {
  readonly status: 'defined' | 'archived';
  readonly schema: ObjectSchema;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly createdUserId: string | null;
  readonly updatedUserId: string | null;
}
export type SchemaState = { readonly status: 'none' } | DefinedSchema;
type SchemaEvent = EventOf<SchemaEvents>;

const ev = eventsOf<SchemaEvents>();

export const schema: Decider<SchemaState, SchemaEvents> = {
  initial: { status: 'none' },
  evolve: {
    'schema.created.v1': (_, { schema }, { meta }) => ({
      status: 'defined',
      schema,
      createdAt: meta.at,
      updatedAt: meta.at,
      createdUserId: meta.actor.userId ?? null,
      updatedUserId: meta.actor.userId ?? null,
    }),
    'schema.changed.v1': (state, { to }, { meta }) => ({
      ...existing(state),
      schema: { ...existing(state).schema, ...to },
      updatedAt: meta.at,
      updatedUserId: meta.actor.userId ?? null,
    }),
    'schema.archived.v1': (state, _, { meta }) => ({
      ...existing(state),
      status: 'archived',
      updatedAt: meta.at,
      updatedUserId: meta.actor.userId ?? null,
    }),
    'schema.recreated.v1': (state, { schema }, { meta }) => ({
      ...existing(state),
      status: 'defined',
      schema,
      updatedAt: meta.at,
      updatedUserId: meta.actor.userId ?? null,
    }),
  },
};

function existing(state: SchemaState): DefinedSchema {
  if (state.status === 'none') throw new Error('The stream of a schema must begin with its creation');
  return state;
}

export function createSchema(state: SchemaState, asked: ObjectSchema): SchemaEvent[] {
  switch (state.status) {
    case 'defined':
      throw new Refusal('schema-exists', {
        message: `An object type named '${state.schema.name}' already exists`,
      });
    case 'archived': {
      // Records in the recycle bin know the type by its name and type id: both stay.
      const { name, objectTypeId } = state.schema;
      return [ev('schema.recreated.v1', { schema: { ...asked, name, objectTypeId } })];
    }
    case 'none':
      return [ev('schema.created.v1', { schema: asked })];
  }
}

export function changeSchema(state: SchemaState, asked: Partial<ObjectSchema>): SchemaEvent[] {
  const { schema } = defined(state);
  const changed = changedFields(schema, asked, Object.keys(asked) as (keyof ObjectSchema)[]);
  return changed ? [ev('schema.changed.v1', { name: schema.name, ...changed })] : [];
}

export function archiveSchema(state: SchemaState): SchemaEvent[] {
  if (state.status === 'none') throw new Refusal('schema-unknown');
  if (state.status === 'archived') return [];
  return [ev('schema.archived.v1', { name: state.schema.name })];
}

function defined(state: SchemaState): DefinedSchema {
  if (state.status !== 'defined') throw new Refusal('schema-unknown');
  return state;
}
