// What the stream of a record tells of the time after a position.
import type { History } from './record-at';

/** Whether a record was created after a position. */
export async function createdAfter(history: History, position: bigint): Promise<boolean> {
  for await (const events of history)
    for (const event of events) if (event.type === 'record.created.v1') return event.position > position;
  return false;
}

/** Whether other records were merged into a record after a position, up to another one. */
export async function tookOver(history: History, after: bigint, upTo: bigint): Promise<boolean> {
  for await (const events of history)
    for (const { type, position } of events)
      if (type === 'record.merged.v1' && position > after && position <= upTo) return true;
  return false;
}
