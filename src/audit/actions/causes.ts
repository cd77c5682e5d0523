// Follows what led to an entry, from one event to the request of the job that made it, on to what that was asked for by:
// a row of an import to the import, an undo to its plan and what the plan takes back.
import type { EventMap, RecordedOf } from '../../eventsourcing/event';
import type { Streams } from '../../eventsourcing/streams';
import type { RestoreEvents, RestorePlanEvents, UndoCause } from '../../restores/restore.events';
import { type AnyEvent, entryOf } from '../entry-of';
import type { NamedEntry } from '../entry-names';

/** More links than any chain has; a chain of undos of undos is cut. */
const LONGEST = 20;

/** Streams of jobs whose doing an event is, by its source. */
const streamsOfSource: Readonly<Record<string, readonly string[]>> = {
  IMPORT: ['import'],
  LOAD: ['backupload'],
  RESTORE: ['restore', 'binrestore'],
};

const streamsOfCause: readonly (readonly [keyof UndoCause, string])[] = [
  ['importId', 'import'],
  ['loadId', 'backupload'],
  ['restoreId', 'restore'],
  ['apiKeyId', 'apikey'],
];

export class Causes {
  constructor(private readonly streams: Streams) {}

  /** The events that led to an entry and have entries of their own, nearest first. */
  async of({ stream, revision }: Pick<NamedEntry, 'stream' | 'revision'>): Promise<AnyEvent[]> {
    const chain: AnyEvent[] = [];
    const seen = new Set<bigint>();
    let event = await this.eventOf(stream, revision);
    while (event && !seen.has(event.position) && chain.length < LONGEST) {
      if (seen.size > 0 && entryOf(event)) chain.push(event);
      seen.add(event.position);
      event = await this.causeOf(event);
    }
    return chain;
  }

  private async causeOf(event: AnyEvent): Promise<AnyEvent | undefined> {
    const { meta, stream, revision } = event;
    if (revision > 0 && meta.causationId !== undefined) {
      const first = await this.eventOf(stream);
      if (first?.meta.commandId === meta.causationId) return first;
    }
    const { type, id } = meta.source;
    for (const category of id === undefined ? [] : (streamsOfSource[type] ?? [])) {
      const first = stream === `${category}-${id}` ? undefined : await this.eventOf(`${category}-${id}`);
      if (first) return first;
    }
    return this.namedBy(event as RecordedOf<RestoreEvents & RestorePlanEvents>);
  }

  /** What an event names as what it was asked for by. */
  private async namedBy(event: RecordedOf<RestoreEvents & RestorePlanEvents>): Promise<AnyEvent | undefined> {
    if (event.type === 'restore.requested.v1') return this.eventOf(`restoreplan-${event.data.planId}`);
    if (event.type !== 'restoreplan.requested.v1') return undefined;
    const { backupId, undo } = event.data.source;
    if (backupId !== undefined) return this.eventOf(`backup-${backupId}`);
    if (undo?.entryId !== undefined) return this.undone(undo.entryId);
    const [found] = streamsOfCause.flatMap(([name, category]) =>
      undo?.[name] === undefined ? [] : [`${category}-${undo[name]}`],
    );
    return found === undefined ? undefined : this.eventOf(found);
  }

  private async undone(entryId: string): Promise<AnyEvent | undefined> {
    const found = await this.streams.store.eventAt(BigInt(entryId));
    return found && this.eventOf(found.stream, found.revision);
  }

  private async eventOf(stream: string, revision = 0): Promise<AnyEvent | undefined> {
    for await (const [first] of this.streams.pages<EventMap>(stream, revision)) return first;
    return undefined;
  }
}
