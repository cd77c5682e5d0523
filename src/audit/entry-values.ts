// Reads the values that an entry about a record tells of, which stay in the log alone: there they can be forgotten. Shapes
// an entry with all of it as the API and exports show it.
import { Definitions } from '../crm/properties/definitions';
import type { RecordEvents } from '../crm/records/record.events';
import { reaches } from '../crm/records/reach';
import { standing } from '../crm/records/standing';
import { hiddenFrom, maskedChanges, type Names, type Viewer } from '../crm/properties/values/sensitivity';
import { findObjectType, scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import type { Actor, RecordedOf } from '../eventsourcing/event';
import { sizeOf } from '../eventsourcing/size-of';
import { Streams } from '../eventsourcing/streams';
import { mapConcurrently } from '../crm/map-concurrently';
import { hasScope } from '../identity/api-keys/scopes';
import { shownClient, type ShownClient } from '../origin/shown-client';
import type { AuditTarget } from './audit-entry.vocabulary';
import { auditEventOf } from './audit-rows.vocabulary';
import type { ActivityEvents, ReportedFields } from './intake/activity.events';
import type { NamedEntry } from './entry-names';
import { whereOf } from './rows/entry-where';

/** An entry with all that is told of it. */
export interface ToldEntry extends NamedEntry {
  /** The record has been erased, or waits to be: its values are not shown. */
  readonly erased?: true;
  /** Of an activity that another module reported: where in the CRM it happened. */
  readonly where?: string;
  readonly reported?: { readonly key: string; readonly by: Actor; readonly metadata?: ReportedFields };
  /** Old and new values are left out: the list has become too long for them. */
  readonly changesLeftOut?: true;
  /** The account's tier shows no more of an entry than its row and its client. */
  readonly isBrief?: true;
}

/** Bytes of old and new values that one list gives; entries beyond them are told without, to be read one by one. */
const LISTED_BYTES = 4 * 1024 * 1024;
const STREAMS_AT_ONCE = 8;

/** The last of these events tells whether the record is erased, or waits to be. */
const ENDINGS: ReadonlySet<string> = new Set<keyof RecordEvents>([
  'record.erasure-requested.v1',
  'record.erasure-cancelled.v1',
  'record.erased.v1',
]);

export const REPORTED: keyof ActivityEvents = 'activity.reported.v1';

export const EVERYTHING: Names = { has: () => true };
export const NOTHING: Names = new Set();

export class EntryValues {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: Definitions,
  ) {}

  /** Whether the viewer may view the record as it is now: nobody may who cannot be told whose it is. */
  private async mayView(viewer: Viewer, { type, id }: AuditTarget): Promise<boolean> {
    if (!hasScope(viewer, `crm.objects.${scopeNameOf(type)}.read`)) return false;
    if (!viewer.reach) return true;
    const { state } = await standing(this.streams, type, id);
    return 'values' in state && reaches(viewer, type, 'view', state.values);
  }

  /**
   * Adds old and new values, masked where the viewer may not see them, and the name that the record had in the event.
   */
  async told(entry: NamedEntry, viewer: Viewer): Promise<ToldEntry> {
    return (await this.toldAll([entry], viewer, Infinity))[0]!;
  }

  /** Does so for a list of entries, as far as their values make up `most` bytes. */
  async toldAll(entries: readonly NamedEntry[], viewer: Viewer, most = LISTED_BYTES): Promise<ToldEntry[]> {
    const streams = new Map<string, Set<number>>();
    for (const { eventType, stream, revision } of entries)
      if (eventType.startsWith('record.'))
        streams.set(stream, (streams.get(stream) ?? new Set()).add(revision));
    const read = new Map<string, ReadStream>();
    await mapConcurrently(
      [...streams],
      async ([stream, revisions]) => void read.set(stream, await this.read(stream, revisions, most)),
      STREAMS_AT_ONCE,
    );
    const told: ToldEntry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      const one =
        entry.eventType === REPORTED
          ? await this.reported(entry, viewer)
          : await this.toldOf(entry, read.get(entry.stream), viewer);
      bytes += sizeOf(one.changes);
      const { changes, ...rest } = one;
      told.push(bytes <= most || !changes ? one : { ...rest, changesLeftOut: true });
    }
    return told;
  }

  /** The events at some revisions, and whether the record is erased by now, or waits to be. */
  private async read(stream: string, revisions: ReadonlySet<number>, most: number): Promise<ReadStream> {
    const events = new Map<number, RecordedOf<RecordEvents>>();
    let erased = false;
    let bytes = 0;
    for await (const page of this.streams.pages<RecordEvents>(stream, Math.min(...revisions))) {
      const ending = page.findLast(({ type }) => ENDINGS.has(type));
      if (ending) erased = ending.type !== 'record.erasure-cancelled.v1';
      for (const event of page)
        if (revisions.has(event.revision) && (bytes += sizeOf(event.data)) <= most)
          events.set(event.revision, event);
    }
    return { events, erased };
  }

  private async toldOf(entry: NamedEntry, read: ReadStream | undefined, viewer: Viewer): Promise<ToldEntry> {
    if (!read) return entry;
    if (read.erased) return { ...entry, erased: true };
    const event = read.events.get(entry.revision);
    if (!event) return { ...entry, changesLeftOut: true };
    const target = auditEventOf(event)?.target;
    if (!target) return entry;
    return withValues(entry, event, await this.hiddenOf(target, viewer));
  }

  private async hiddenOf(record: AuditTarget, viewer: Viewer): Promise<Names> {
    return (await this.mayView(viewer, record))
      ? hiddenFrom(viewer, record.type, await this.definitions.everOf(record.type))
      : EVERYTHING;
  }

  /** Of an activity that another module reported, all that it said; of a record, as far as the viewer may see that. */
  private async reported(entry: NamedEntry, viewer: Viewer): Promise<ToldEntry> {
    const [event] = await this.streams.history<ActivityEvents>(entry.stream);
    if (!event) return entry;
    const { target } = event.data;
    if (!target.isRecord) return withReported(entry, event, NOTHING);
    const { state } = await standing(this.streams, target.type, target.id);
    if (state.status === 'erased' || state.status === 'waiting') return { ...entry, erased: true };
    return withReported(entry, event, await this.hiddenOf(target, viewer));
  }
}

interface ReadStream {
  readonly events: ReadonlyMap<number, RecordedOf<RecordEvents>>;
  readonly erased: boolean;
}

/** Adds old and new values of a record's event to its entry, and the name that the record had in it. */
export function withValues(
  entry: NamedEntry,
  event: { readonly type: string; readonly data: unknown },
  hidden: Names,
): ToldEntry {
  const { changes, target } = auditEventOf(event) ?? {};
  if (!target) return entry;
  const { label } = target;
  const isNamed = label !== undefined && !hidden.has(findObjectType(target.type)?.displayProperty ?? '');
  const isTold = isNamed && entry.target !== undefined;
  if (!changes && !isTold) return entry;
  // One copy of the entry: exports make millions.
  return {
    ...entry,
    ...(isTold && { target: { ...entry.target, label } }),
    ...(changes && { changes: maskedChanges(changes, hidden) }),
  };
}

/** Adds what another module reported to the entry of its event; of a record, as far as that is not hidden. */
export function withReported(
  entry: NamedEntry,
  { data, meta }: RecordedOf<ActivityEvents>,
  hidden: Names,
): ToldEntry {
  const { key, where, changes, metadata, actor, target } = data;
  const { isRecord, label, ...ids } = target;
  const isHidden = isRecord && hidden.has(findObjectType(target.type)?.displayProperty ?? '');
  return {
    ...entry,
    target: { ...entry.target, ...ids, ...(label !== undefined && !isHidden && { label }) },
    ...(changes && { changes: maskedChanges(changes, hidden) }),
    ...(hidden !== EVERYTHING && {
      actor: { ...entry.actor, ...(actor.name !== undefined && { name: actor.name }) },
      ...(where !== undefined && { where }),
      reported: { key, by: meta.actor, ...(metadata && { metadata }) },
    }),
  };
}

export const isoOf = (time: number): string => new Date(time).toISOString();

export interface ShownEntry extends Pick<
  ToldEntry,
  'id' | 'category' | 'subCategory' | 'action' | 'actor' | 'summary' | 'position'
> {
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly target: ToldEntry['target'] | undefined;
  readonly client: ShownClient;
  readonly changes: ToldEntry['changes'] | undefined;
  readonly erased: true | undefined;
  /** This and what follows: not of an entry that is told in brief. */
  readonly source: ToldEntry['source'] | undefined;
  readonly where: string | undefined;
  readonly causes: ToldEntry['causes'] | undefined;
  readonly metadata: object | undefined;
}

/**
 * Names what is shown: an entry may hold more, for those who search. One literal, since exports shape millions; what is
 * undefined is not in the JSON.
 */
export function shownEntry(told: ToldEntry): ShownEntry {
  const { isBrief = false, eventType, stream, revision, nonUser, reported } = told;
  return {
    id: told.id,
    occurredAt: isoOf(told.occurredAt),
    category: told.category,
    subCategory: told.subCategory,
    action: told.action,
    actor: told.actor,
    target: told.target,
    summary: told.summary,
    position: told.position,
    client: shownClient(told.client),
    changes: told.changes,
    erased: told.erased,
    source: isBrief ? undefined : told.source,
    where: isBrief ? undefined : (told.where ?? whereOf(told)),
    causes: isBrief ? undefined : told.causes,
    metadata: isBrief
      ? undefined
      : { eventType, stream, revision, recordedAt: isoOf(told.recordedAt), nonUser, reported },
  };
}

/** Every tier shows that an act was an employee's of the vendor, and who has logged in; the department of each takes more. */
export function marked<E extends NamedEntry>(entry: E, withDepartments: boolean): E {
  if (withDepartments || entry.category === 'LOGIN') return entry;
  const { department: _, ...actor } = entry.actor;
  return { ...entry, actor };
}
