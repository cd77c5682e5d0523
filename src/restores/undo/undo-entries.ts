// Finds what a cause did: its rows in the audit log name the events, which are read from the log. Both cost what the
// cause did, not what others did.
import type { AuditEntry } from '../../../projections/audit/audit';
import type { StoredEvent } from '../../eventsourcing/event';
import type { EventStore } from '../../eventsourcing/event-store';
import type { DocumentStore, Filter, Found } from '../../read/document-store';
import { logPages } from '../../read/log-pages';
import { padded } from '../../read/time-index.vocabulary';
import type { UndoCause } from '../restore.events';

export interface Searched {
  readonly eventStore: EventStore;
  readonly documents: DocumentStore;
  /** The collection of the audit log. */
  readonly entries: string;
  readonly cause: UndoCause;
  /** Position, exclusive. */
  readonly after: bigint;
  /** Position, inclusive. */
  readonly upTo: bigint;
  readonly signal: AbortSignal;
}

/** An event of the cause, and its row in the audit log. */
export interface Done {
  readonly event: StoredEvent;
  readonly entry?: AuditEntry;
}

const PAGE = 1_000;
/** Events read one by one at the same time. */
const AT_ONCE = 32;
/** A stretch of the log is read whole where it has no more than so many events, or bytes, for each one wanted. */
const SPREAD = { events: 8n, bytes: 8_192n };

/** Pages of what the cause did, in the order of the log. */
export async function* doneBy(searched: Searched): AsyncGenerator<Done[], void> {
  const { documents, entries, cause, eventStore, after, upTo, signal } = searched;
  const filter = entriesOf(cause);
  if (!filter) return yield* doneByCommand(searched);
  const range = { id: { $gt: padded(after), $lte: padded(upTo) } };
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    signal.throwIfAborted();
    const found: Found<AuditEntry> = await documents.find<AuditEntry>(entries, {
      ...{ filter: { $and: [filter, range] }, sort: ['id'], limit: PAGE },
      ...(cursor && { after: cursor }),
    });
    const events = await eventsAt(
      eventStore,
      found.docs.map(({ position }) => BigInt(position)),
    );
    yield found.docs.map((entry, index) => ({ event: events[index]!, entry }));
    cursor = found.next;
  }
}

/** Undefined for a command, which the audit log is not indexed by. */
function entriesOf(cause: UndoCause): Filter | undefined {
  const { apiKeyId, userId, entryId } = cause;
  if (entryId !== undefined) return { id: entryId };
  if (apiKeyId !== undefined) return { 'actor.keyId': apiKeyId };
  if (userId !== undefined) return { 'actor.userId': userId };
  const id = cause.importId ?? cause.loadId ?? cause.restoreId ?? cause.workflowId ?? cause.integrationId;
  return id === undefined ? undefined : { 'actor.id': id };
}

async function* doneByCommand(searched: Searched): AsyncGenerator<Done[], void> {
  const { eventStore, cause, after, upTo, signal } = searched;
  for await (const events of logPages(eventStore, after, { upTo, signal }))
    yield events.filter(({ meta }) => meta.commandId === cause.commandId).map((event) => ({ event }));
}

/** The events at positions that rise. */
async function eventsAt(eventStore: EventStore, positions: readonly bigint[]): Promise<StoredEvent[]> {
  const [first, last] = [positions[0], positions.at(-1)];
  if (first === undefined || last === undefined) return [];
  const most = BigInt(positions.length) * (eventStore.dense ? SPREAD.events : SPREAD.bytes);
  const found = new Map<bigint, StoredEvent>();
  const isWanted = new Set(positions);
  const take = (event: StoredEvent | undefined) =>
    event && isWanted.has(event.position) && found.set(event.position, event);
  if (last - first <= most) {
    take(await eventStore.eventAt(first));
    for await (const events of logPages(eventStore, first, { upTo: last })) events.forEach(take);
  } else
    for (let index = 0; index < positions.length; index += AT_ONCE) {
      const some = positions.slice(index, index + AT_ONCE);
      (await Promise.all(some.map((position) => eventStore.eventAt(position)))).forEach(take);
    }
  return positions.map((position) => found.get(position)!);
}
