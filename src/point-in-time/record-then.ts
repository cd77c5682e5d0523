// One record as it was at a position, with what has become of it by then and since: for whoever asks for it by its id.
import type { RecordEvents } from '../crm/records/record.events';
import { fold } from '../eventsourcing/decider';
import type { RecordedOf } from '../eventsourcing/event';
import { recordHistory, type History, type RecordAt } from './record-at';

/** How a record had left the CRM. */
export interface Ending {
  readonly how: 'merged' | 'purged';
  /** ISO time. */
  readonly at: string;
  /** Decimal string. */
  readonly position: string;
  /** The record that a merged one is part of since. */
  readonly intoId?: string;
}

export interface RecordThen {
  /** Just after the event at the position; undefined where it was not there. */
  readonly record?: RecordAt;
  /** How it had ended by the position, and what it was just before. */
  readonly ended?: Ending & { readonly last: RecordAt | undefined };
  /** It has been erased, or waits to be, whatever the position: nothing of it is shown. */
  readonly erased: boolean;
  /** Id of the owner that the record has now, or had when it left the CRM; judged where a right reaches so far only. */
  readonly ownerNow?: string;
}

const OWNER = 'hubspot_owner_id';

/** Reads the whole history once: what was after the position tells of erasures and of the owner alone. */
export async function recordThen(history: History, position: bigint): Promise<RecordThen> {
  let [record, then]: [typeof recordHistory.initial, typeof recordHistory.initial] = [undefined, undefined];
  let [ended, last]: [Ending | undefined, RecordAt | undefined] = [undefined, undefined];
  let erased = false;
  for await (const events of history)
    for (const event of events) {
      if (event.type === 'record.erased.v1') erased = true;
      const before = record;
      record = fold(recordHistory, record, [event]);
      if (event.position > position) continue;
      then = record;
      const end = endingOf(event);
      if (end) [ended, last] = [end, before ?? last];
      else if (record && !record.waits) ended = undefined;
    }
  const owner = record?.values[OWNER];
  return {
    ...(then && !then.waits && { record: then }),
    ...(ended && !then && { ended: { ...ended, last } }),
    erased: erased || record?.waits === true || then?.waits === true,
    ...(owner !== undefined && { ownerNow: owner }),
  };
}

function endingOf(event: RecordedOf<RecordEvents>): Ending | undefined {
  const { meta, position } = event;
  const when = { at: meta.at, position: String(position) };
  if (event.type === 'record.merged-into.v1') return { how: 'merged', ...when, intoId: event.data.intoId };
  return event.type === 'record.purged.v1' ? { how: 'purged', ...when } : undefined;
}
