// The state of one CRM record, and decisions on it from its creation to its archiving. Automatic values are set here,
// in the changes of events, so that no reader has to derive them; but for what the metadata of events tells anyway.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { LONGEST_RECORD } from '../limits';
import type { Before, Change, RecordEvents } from './record.events';
import { madeAs, stampedValues, UPDATED_BY } from './record-stamps.vocabulary';
import { createdNames, itemsOf, MERGED_IDS, modifiedNames } from './record.vocabulary';

interface Named {
  readonly objectType: string;
  readonly recordId: string;
}

export interface ExistingRecord extends Named {
  readonly status: 'live' | 'archived';
  /** The values that are not empty, verbatim. */
  readonly values: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archivedAt: string | null;
  /** Position of the event that archived the record. */
  readonly archivedIn: bigint | null;
}

/** A merged record, whose id stands for its survivor. */
export interface MergedRecord extends Named {
  readonly status: 'merged';
  readonly intoId: string;
  /** The values at the time of the merge, from which the survivor takes over. */
  readonly values: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

interface GoneRecord extends Named {
  /** Ids of records that were merged into this one. Each is still part of it only where its own stream says so. */
  readonly mergedIds: readonly string[];
  /** Id of the survivor that this record had been merged into. */
  readonly intoId?: string;
}

export interface PurgedRecord extends GoneRecord {
  readonly status: 'purged';
  readonly createdAt: string;
  /** Where it came from, and who had made it: values by property. */
  readonly madeAs: Readonly<Record<string, string>>;
}

export interface ErasedRecord extends GoneRecord {
  readonly status: 'erased';
}

/** A record whose erasure is requested: it reads as erased, and is `held` again if the erasure is cancelled in time. */
export interface WaitingRecord extends GoneRecord {
  readonly status: 'waiting';
  /** ISO time. */
  readonly dueAt: string;
  readonly held: ExistingRecord | MergedRecord | PurgedRecord;
}

export type RecordState =
  { readonly status: 'none' } | ExistingRecord | MergedRecord | PurgedRecord | WaitingRecord | ErasedRecord;
type RecordEvent = EventOf<RecordEvents>;

const ev = eventsOf<RecordEvents>();

export const record: Decider<RecordState, RecordEvents> = {
  initial: { status: 'none' },
  evolve: {
    'record.created.v1': (_, { objectType, recordId, changes }, { meta }) => ({
      status: 'live',
      objectType,
      recordId,
      values: stampedValues(undefined, changes, meta),
      createdAt: changes['createdate']?.to ?? meta.at,
      updatedAt: meta.at,
      archivedAt: null,
      archivedIn: null,
    }),
    'record.values-changed.v1': (state, { changes }, { meta }) => {
      const old = existing(state);
      return { ...old, values: stampedValues(old.values, changes, meta), updatedAt: meta.at };
    },
    'record.archived.v1': (state, _, { meta, position }) => ({
      ...existing(state),
      status: 'archived',
      updatedAt: meta.at,
      archivedAt: meta.at,
      archivedIn: position,
    }),
    'record.unarchived.v1': (state, _, { meta }) => ({
      ...existing(state),
      status: 'live',
      updatedAt: meta.at,
      archivedAt: null,
      archivedIn: null,
    }),
    'record.fenced.v1': (state) => state,
    'record.merged.v1': (state, { changes }, { meta }) => {
      const old = existing(state);
      return { ...old, values: stampedValues(old.values, changes, meta), updatedAt: meta.at };
    },
    'record.merged-into.v1': (state, { objectType, recordId, intoId }) => {
      const { values, createdAt } = existing(state);
      return { status: 'merged', objectType, recordId, intoId, values, createdAt };
    },
    'record.erasure-requested.v1': (state, { objectType, recordId, dueAt }) =>
      state.status === 'none' || state.status === 'waiting' || state.status === 'erased'
        ? state
        : { status: 'waiting', objectType, recordId, dueAt, held: state, ...linksOf(state) },
    'record.erasure-cancelled.v1': (state) => (state.status === 'waiting' ? state.held : state),
    'record.erased.v1': (state, { objectType, recordId }) => ({
      status: 'erased',
      objectType,
      recordId,
      ...linksOf(state),
    }),
    'record.purged.v1': (state, { objectType, recordId }, { meta }) => ({
      status: 'purged',
      objectType,
      recordId,
      createdAt: 'createdAt' in state ? state.createdAt : meta.at,
      madeAs: 'values' in state ? madeAs(state.values) : {},
      ...linksOf(state),
    }),
    'record.recreated.v1': (_, { objectType, recordId, changes }, { meta }) => ({
      status: 'live',
      objectType,
      recordId,
      values: stampedValues(undefined, changes, meta),
      createdAt: changes['createdate']?.to ?? meta.at,
      updatedAt: meta.at,
      archivedAt: null,
      archivedIn: null,
    }),
  },
};

function existing(state: RecordState): ExistingRecord {
  if (state.status === 'live' || state.status === 'archived') return state;
  throw new Error('The stream of a record must begin with its creation and go on while it exists');
}

/** The links to merged records and to a survivor, which outlast the record. */
const linksOf = (state: RecordState): Pick<GoneRecord, 'mergedIds' | 'intoId'> => ({
  mergedIds: mergedIdsOf(state),
  ...('intoId' in state && state.intoId !== undefined && { intoId: state.intoId }),
});

/**
 * Ids of the records that were merged into this one, directly or through another record. Some may have been purged and
 * brought back since: `partsOf` checks.
 */
export function mergedIdsOf(state: RecordState): readonly string[] {
  if (state.status === 'none') return [];
  return 'mergedIds' in state ? state.mergedIds : itemsOf(state.values[MERGED_IDS]);
}

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
  /** A property whose current value is not the one given here is left alone. */
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
  refuseLarge(current, changes);
  for (const name of modifiedNames(objectType)) {
    const from = current[name] ?? null;
    if (from !== at) changes[name] = { from, to: at };
  }
  return [
    ev('record.values-changed.v1', { objectType, recordId, changes, before: before(live(state), revision) }),
  ];
}

/**
 * Refuses with `record-too-large`, since a record is read, shown and kept as a whole. A change that makes it smaller
 * always passes.
 */
function refuseLarge(values: ExistingRecord['values'], changes: Readonly<Record<string, Change>>): void {
  let grown = 0;
  for (const { from, to } of Object.values(changes)) grown += (to?.length ?? 0) - (from?.length ?? 0);
  if (grown <= 0) return;
  let all = grown;
  for (const name in values) all += values[name]!.length;
  if (all > LONGEST_RECORD) throw new Refusal('record-too-large');
}

/**
 * The properties that do not have the value asked for after the command: another value stood there, and was left alone.
 */
export const driftedIn = (after: RecordState, values: Values): string[] => {
  const current = existing(after).values;
  return Object.keys(values).filter((name) => (current[name] ?? null) !== values[name]);
};

export function fenceRecord(
  state: RecordState,
  revision: number,
  of: { readonly objectType: string; readonly recordId: string },
): RecordEvent[] {
  return [ev('record.fenced.v1', { ...of, before: beforeOf(state, revision) })];
}

/**
 * A record that is live or archived. Refuses all others by what became of them: `record-unknown` where there never was
 * one, `record-merged`, `record-purged`, `record-erased`.
 */
export function known(state: RecordState): ExistingRecord {
  switch (state.status) {
    case 'live':
    case 'archived':
      return state;
    case 'none':
      throw new Refusal('record-unknown');
    case 'merged':
      throw new Refusal('record-merged', { context: { intoObjectId: [state.intoId] } });
    case 'purged':
      throw new Refusal('record-purged');
    case 'waiting':
    case 'erased':
      throw new Refusal('record-erased');
  }
}

/** The survivor's id, where a command was refused because its record has been merged. */
export const mergedIntoOf = (error: unknown): string | undefined =>
  error instanceof Refusal && error.code === 'record-merged'
    ? error.detail.context?.['intoObjectId']?.[0]
    : undefined;

export function live(state: RecordState): ExistingRecord {
  const found = known(state);
  if (found.status === 'archived') throw new Refusal('record-unknown');
  return found;
}

export function before(state: ExistingRecord, revision: number): Before {
  const { updatedAt, archivedAt, status, values } = state;
  const updatedBy = values[UPDATED_BY];
  return {
    ...{ updatedAt, archived: status === 'archived', archivedAt, revision },
    ...(updatedBy !== undefined && { updatedBy }),
  };
}

/** Null where the record is not in the CRM. */
export const beforeOf = (state: RecordState, revision: number): Before | null =>
  state.status === 'live' || state.status === 'archived' ? before(state, revision) : null;
