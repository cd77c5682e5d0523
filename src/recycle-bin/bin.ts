// Defines the recycle bin: the archived records of the last 90 days, as a filter over the read model of records. Pure.
import type { Filter } from '../read/document-store';
import { textFilter } from '../crm/search/search-text';
import type { ObjectType } from '../crm/schemas/object-type.vocabulary';
import type { PropertyDefinition } from '../crm/properties/property.events';
import type { AssociatedMatches } from '../crm/search/associated/associated-filters';
import { groupsFilter, openAmong } from '../crm/search/search';
import type { BinSelection } from './bin-restore.events';

const BIN_DAYS = 90;
const BIN_MS = BIN_DAYS * 24 * 3_600_000;

/** The ISO time at which a record that was archived at an ISO time leaves the bin for good. */
export const purgeTime = (archivedAt: string): string =>
  new Date(Date.parse(archivedAt) + BIN_MS).toISOString();

/** The ISO time at which the bin begins: records archived then or before have left it. */
export const binBegin = (now: string): string => new Date(Date.parse(now) - BIN_MS).toISOString();

/**
 * The records of a type that are in the bin and match the selection. Refuses filters that do not fit, as a search does.
 */
export function binFilter(
  { name: objectType, searchableProperties }: ObjectType,
  definitions: ReadonlyMap<string, PropertyDefinition>,
  { filterGroups, archivedBy, from, to, q }: BinSelection,
  now: string,
  associated?: AssociatedMatches,
): Filter {
  const archivedAt = {
    $gt: binBegin(now),
    ...(from !== undefined && { $gte: from }),
    ...(to !== undefined && { $lte: to }),
  };
  const searched = openAmong(searchableProperties, definitions);
  const parts = [
    archivedBy === undefined
      ? undefined
      : { $or: [{ 'archivedBy.id': archivedBy }, { 'archivedBy.userId': archivedBy }] },
    q === undefined ? undefined : textFilter(searched, q),
    groupsFilter(objectType, definitions, filterGroups, associated && { associated }),
  ].filter((part) => part !== undefined);
  return { objectType, archived: true, archivedAt, ...(parts.length > 0 && { $and: parts }) };
}
