// A record in the shape of HubSpot's API.
import type { RecordDocument } from '../../../projections/records';
import type { RecordedOf } from '../../eventsourcing/event';
import { SMALL_ID_LIMIT } from '../../eventsourcing/ids';
import type { PropertyDefinition } from '../properties/property.events';
import type { ExistingRecord } from './record.decider';
import type { RecordEvents } from './record.events';
import { hiddenFrom, MASK, type Viewer } from '../properties/sensitivity';
import { defaultProperties } from '../properties/standard-properties';

export interface ValueWithTimestamp {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly updatedByUserId?: number;
}

type Histories = Readonly<Record<string, readonly ValueWithTimestamp[]>>;

export interface RecordView {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory?: Histories;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
  /** By object type, where they were asked for and there are any. */
  readonly associations?: Readonly<Record<string, AssociatedIds>>;
}

/** HubSpot's v3 form: an entry for each type of each association. */
export interface AssociatedIds {
  readonly results: readonly { readonly id: string; readonly type: string }[];
  readonly paging?: { readonly next: { readonly after: string } };
}

type Shown = Pick<
  RecordDocument,
  'recordId' | 'values' | 'createdAt' | 'updatedAt' | 'archived' | 'archivedAt'
>;
type Definitions = ReadonlyMap<string, PropertyDefinition>;

export const shownOf = (record: ExistingRecord): Shown => ({
  ...record,
  archived: record.status === 'archived',
});

const ALWAYS = ['createdate', 'hs_lastmodifieddate', 'hs_object_id'] as const;
const ALWAYS_OF_CONTACTS = ['createdate', 'hs_object_id', 'lastmodifieddate'] as const;

/** Which properties are returned, and of which of them the value is masked. */
export interface Returned {
  readonly names: readonly string[];
  readonly hidden: ReadonlySet<string>;
}

/** The properties that are returned: those asked for that exist, and a few always; HubSpot's usual ones if none are. */
export function returnedProperties(
  viewer: Viewer,
  objectType: string,
  definitions: Definitions,
  asked: readonly string[],
): Returned {
  const hidden = hiddenFrom(viewer, objectType, definitions);
  if (asked.length === 0) return { names: defaultProperties(objectType), hidden };
  const always: readonly string[] = objectType === 'contacts' ? ALWAYS_OF_CONTACTS : ALWAYS;
  return { names: [...new Set([...asked.filter((name) => definitions.has(name)), ...always])], hidden };
}

export function present(
  shown: Shown,
  { names, hidden }: Returned,
  history?: RecordView['propertiesWithHistory'],
): RecordView {
  const { recordId, values, createdAt, updatedAt, archived, archivedAt } = shown;
  return {
    id: recordId,
    properties: Object.fromEntries(
      names.map((name) => [name, hidden.has(name) ? MASK : (values[name] ?? null)]),
    ),
    ...(history && { propertiesWithHistory: withoutHidden(history, hidden) }),
    createdAt,
    updatedAt,
    archived,
    ...(archivedAt !== null && { archivedAt }),
  };
}

/** How many values there were is told as little as they are. */
const withoutHidden = (history: Histories, hidden: ReadonlySet<string>): Histories =>
  Object.fromEntries(Object.entries(history).map(([name, values]) => [name, hidden.has(name) ? [] : values]));

/** The answer to a write: every value that is set and may be seen, and the written ones that no longer are set. */
export const presentWritten = (
  viewer: Viewer,
  record: ExistingRecord,
  definitions: Definitions,
  written: Iterable<string>,
): RecordView => {
  const hidden = hiddenFrom(viewer, record.objectType, definitions);
  const set = Object.keys(record.values).filter((name) => definitions.has(name) && !hidden.has(name));
  const cleared = [...written].filter((name) => definitions.has(name));
  return present(shownOf(record), { names: [...new Set([...set, ...cleared])].sort(), hidden });
};

/** Every value a property has had, the newest first; '' where it was cleared. */
export function historyOf(
  events: readonly RecordedOf<RecordEvents>[],
  name: string,
): readonly ValueWithTimestamp[] {
  return events
    .flatMap((event): ValueWithTimestamp[] => {
      const changes = 'changes' in event.data ? event.data.changes : {};
      // The name is whatever the caller sent.
      const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
      if (!change) return [];
      const { actor, at } = event.meta;
      const source: { type: string; id?: string } =
        event.type === 'record.merged.v1'
          ? { type: 'MERGE_OBJECTS', id: event.data.mergedId }
          : event.meta.source;
      const userId = Number(actor.userId ?? NaN);
      return [
        {
          value: change.to ?? '',
          timestamp: at,
          sourceType: source.type,
          ...(source.id !== undefined && { sourceId: source.id }),
          ...(userId < SMALL_ID_LIMIT && { updatedByUserId: userId }),
        },
      ];
    })
    .reverse();
}
