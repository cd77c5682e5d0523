// A record in the shape of HubSpot's API.
import type { RecordDocument } from '../../projections/records';
import type { RecordedOf } from '../eventsourcing/event';
import { SMALL_ID_LIMIT } from '../eventsourcing/ids';
import type { PropertyDefinition } from './property.events';
import type { ExistingRecord } from './record.decider';
import type { RecordEvents } from './record.events';
import { defaultProperties } from './standard-properties';

export interface ValueWithTimestamp {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly updatedByUserId?: number;
}

export interface RecordView {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory?: Readonly<Record<string, readonly ValueWithTimestamp[]>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
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

/** The properties that are returned: those asked for that exist, and a few always; HubSpot's usual ones if none are. */
export function returnedProperties(
  objectType: string,
  definitions: Definitions,
  asked: readonly string[],
): readonly string[] {
  if (asked.length === 0) return defaultProperties(objectType);
  const always: readonly string[] = objectType === 'contacts' ? ALWAYS_OF_CONTACTS : ALWAYS;
  return [...new Set([...asked.filter((name) => definitions.has(name)), ...always])];
}

export function present(
  shown: Shown,
  names: readonly string[],
  history?: RecordView['propertiesWithHistory'],
): RecordView {
  const { recordId, values, createdAt, updatedAt, archived, archivedAt } = shown;
  return {
    id: recordId,
    properties: Object.fromEntries(names.map((name) => [name, values[name] ?? null])),
    ...(history && { propertiesWithHistory: history }),
    createdAt,
    updatedAt,
    archived,
    ...(archivedAt !== null && { archivedAt }),
  };
}

/** The answer to a write: every value that is set, and the written ones that no longer are. */
export const presentWritten = (
  record: ExistingRecord,
  definitions: Definitions,
  written: Iterable<string>,
): RecordView => {
  const set = Object.keys(record.values).filter((name) => definitions.has(name));
  const cleared = [...written].filter((name) => definitions.has(name));
  return present(shownOf(record), [...new Set([...set, ...cleared])].sort());
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
      const { source, actor, at } = event.meta;
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
