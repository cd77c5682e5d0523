// Which values an event gives a record or takes from it, so that unique ones are reserved and given up.
import type { EventOf } from '../../../eventsourcing/event';
import type { RecordState } from '../record.decider';
import type { Changes, RecordEvents } from '../record.events';

export const changesOf = (event: EventOf<RecordEvents>): Changes =>
  'changes' in event.data ? event.data.changes : {};

/** The changes by which an event newly gives the record values. */
export const gained = (event: EventOf<RecordEvents>, state: RecordState): Changes =>
  event.type === 'record.unarchived.v1' ? filled(state) : changesOf(event);

const allOf = (state: RecordState): [string, string][] =>
  'values' in state ? Object.entries(state.values) : [];
/** The values whose unique ones the record holds: those of an archived record are free for others. */
export const heldBy = (state: RecordState): Readonly<Record<string, string>> =>
  state.status === 'live' ? state.values : {};

export const filled = (state: RecordState): Changes =>
  Object.fromEntries(allOf(state).map(([name, to]) => [name, { from: null, to }]));
export const emptied = (state: RecordState): Changes =>
  Object.fromEntries(allOf(state).map(([name, from]) => [name, { from, to: null }]));
