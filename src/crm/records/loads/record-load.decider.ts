// The decision to bring in a record from elsewhere, as it stood there.
import { eventsOf, type EventOf } from '../../../eventsourcing/event';
import { Refusal } from '../../../refusals';
import { LONGEST_RECORD } from '../../limits';
import type { NewRecord, RecordState } from '../record.decider';
import type { Change, RecordEvents } from '../record.events';
import { createdNames, modifiedNames } from '../record.vocabulary';

const ev = eventsOf<RecordEvents>();

/**
 * Brings in a record from elsewhere under the id it had there, with all its values, automatic ones too: those that
 * `values` does not name are set as for a new record, null leaves one empty. An erased record
 * stays erased, whatever file it still lies in: refused with `record-erased`.
 */
export function loadRecord(
  state: RecordState,
  { objectType, recordId, values, at }: NewRecord,
): EventOf<RecordEvents>[] {
  if (state.status === 'erased' || state.status === 'waiting') throw new Refusal('record-erased');
  if (state.status !== 'none') throw new Refusal('record-id-taken');
  const changes: Record<string, Change> = {};
  let length = 0;
  for (const [name, to] of Object.entries(values)) {
    if (to === null) continue;
    changes[name] = { from: null, to };
    length += to.length;
  }
  if (length > LONGEST_RECORD) throw new Refusal('record-too-large');
  // The names of one time have one value, whichever of them was given.
  for (const names of [createdNames(objectType), modifiedNames(objectType)]) {
    const to = names.map((name) => values[name]).find((value) => typeof value === 'string') ?? at;
    for (const name of names) if (!(name in values)) changes[name] = { from: null, to };
  }
  changes['hs_object_id'] = { from: null, to: recordId };
  return [ev('record.created.v1', { objectType, recordId, changes, before: null })];
}
