// Decisions on one CRM record: create, change values, archive, unarchive, fence. Automatic values are set here, in the
// events' changes, so that no reader has to derive them.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import { valuesAfter, type Before, type Change, type RecordEvents } from './record.events';

export interface ExistingRecord {
  readonly status: 'live' | 'archived';
  readonly objectType: string;
  readonly recordId: string;
  /** Values that are not empty, verbatim. */
  readonly values: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archivedAt: string | null;
}
export type RecordState = { readonly status: 'none' } | ExistingRecord;
type RecordEvent = EventOf<RecordEvents>;

const ev = eventsOf<RecordEvents>();

export const record: Decider<RecordState, RecordEvents> = {
  initial: { status: 'none' },
  evolve: {
    'record.created.v1': (_, { objectType, recordId, changes }, { meta }) => ({
      status: 'live',
      objectType,
      recordId,
      values: valuesAfter({}, changes),
      createdAt: meta.at,
      updatedAt: meta.at,
      archivedAt: null,
    }),
    'record.values-changed.v1': (state, { changes }, { meta }) => {
      const old = existing(state);
      return { ...old, values: valuesAfter(old.values, changes), updatedAt: meta.at };
    },
    'record.archived.v1': (state, _, { meta }) => ({
      ...existing(state),
      status: 'archived',
      updatedAt: meta.at,
      archivedAt: meta.at,
    }),
    'record.unarchived.v1': (state, _, { meta }) => ({
      ...existing(state),
      status: 'live',
      updatedAt: meta.at,
      archivedAt: null,
    }),
    'record.fenced.v1': (state) => state,
  },
};

function existing(state: RecordState): ExistingRecord {
  if (state.status === 'none') throw new Error('The stream of a record must begin with its creation');
  return state;
}

/** The names that Strata sets at creation, besides the id. */
const CREATED: Readonly<Record<string, readonly string[]>> = {
  calls: ['hs_createdate'],
  conversations: ['hs_createdate'],
  tasks: ['hs_createdate'],
};
const MODIFIED: Readonly<Record<string, readonly string[]>> = { contacts: ['lastmodifieddate'] };

const createdNames = (objectType: string) => ['createdate', ...(CREATED[objectType] ?? [])];
const modifiedNames = (objectType: string) => ['hs_lastmodifieddate', ...(MODIFIED[objectType] ?? [])];

export type Values = Readonly<Record<string, string | null>>;

export interface NewRecord {
  readonly objectType: string;
  readonly recordId: string;
  readonly values: Values;
  readonly at: string;
}

export function createRecord(
  state: RecordState,
  { objectType, recordId, values, at }: NewRecord,
): RecordEvent[] {
  if (state.status !== 'none') throw new Refusal('record-id-taken');
  const changes: Record<string, Change> = {};
  for (const [name, to] of Object.entries(values)) if (to !== null) changes[name] = { from: null, to };
  for (const name of [...createdNames(objectType), ...modifiedNames(objectType)])
    changes[name] = { from: null, to: at };
  changes['hs_object_id'] = { from: null, to: recordId };
  return [ev('record.created.v1', { objectType, recordId, changes, before: null })];
}

export interface ValueChange {
  readonly values: Values;
  readonly at: string;
  /** A property whose current value is not the one named here is left alone. */
  readonly expected?: Values;
}

export function changeValues(
  state: RecordState,
  revision: number,
  { values, at, expected }: ValueChange,
): RecordEvent[] {
  const { objectType, recordId, values: current } = live(state);
  const changes: Record<string, Change> = {};
  for (const [name, to] of Object.entries(values)) {
    const from = current[name] ?? null;
    if (from === to || (expected && from !== (expected[name] ?? null))) continue;
    changes[name] = { from, to };
  }
  if (Object.keys(changes).length === 0) return [];
  for (const name of modifiedNames(objectType)) {
    const from = current[name] ?? null;
    if (from !== at) changes[name] = { from, to: at };
  }
  return [
    ev('record.values-changed.v1', { objectType, recordId, changes, before: before(live(state), revision) }),
  ];
}

/** The properties asked for that do not have their value after the command: somebody else's value stands there. */
export const driftedIn = (after: RecordState, values: Values): string[] => {
  const current = existing(after).values;
  return Object.keys(values).filter((name) => (current[name] ?? null) !== values[name]);
};

export function archiveRecord(state: RecordState, revision: number): RecordEvent[] {
  if (state.status === 'none') throw new Refusal('record-unknown');
  if (state.status === 'archived') return [];
  const { objectType, recordId } = state;
  return [ev('record.archived.v1', { objectType, recordId, before: before(state, revision) })];
}

export function unarchiveRecord(state: RecordState, revision: number): RecordEvent[] {
  if (state.status === 'none') throw new Refusal('record-unknown');
  if (state.status === 'live') return [];
  const { objectType, recordId } = state;
  return [ev('record.unarchived.v1', { objectType, recordId, before: before(state, revision) })];
}

export function fenceRecord(
  state: RecordState,
  revision: number,
  of: { readonly objectType: string; readonly recordId: string },
): RecordEvent[] {
  return [
    ev('record.fenced.v1', { ...of, before: state.status === 'none' ? null : before(state, revision) }),
  ];
}

function live(state: RecordState): ExistingRecord {
  if (state.status !== 'live') throw new Refusal('record-unknown');
  return state;
}

const before = (state: ExistingRecord, revision: number): Before => ({
  updatedAt: state.updatedAt,
  archived: state.status === 'archived',
  archivedAt: state.archivedAt,
  revision,
});
