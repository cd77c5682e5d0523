// A record in the shape of HubSpot's API.
import type { RecordDocument } from '../../../projections/crm/records';
import { hasScope } from '../../identity/api-keys/scopes';
import type { KnownDefinitions } from '../properties/definitions';
import { scopeNameOf } from '../schemas/object-type.vocabulary';
import { addsTo } from '../properties/values/value-check';
import type { ExistingRecord, Values } from './record.decider';
import type { RecordHistory } from './record-history';
import { hiddenFrom, MASK, type Names, type Viewer } from '../properties/values/sensitivity';
import { defaultProperties } from '../properties/standard-properties';

export interface RecordView {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory?: RecordHistory['values'];
  /** ISO time from which on the histories are complete; absent where they go back to the creation. */
  readonly historySince?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
  /** Associated records by their object type; absent where none were asked for or there are none. */
  readonly associations?: Readonly<Record<string, AssociatedIds>>;
}

/** Associated records as in HubSpot's v3 API: an entry for each type of each association. */
export interface AssociatedIds {
  readonly results: readonly { readonly id: string; readonly type: string }[];
  /** `link` is the path of a list that goes on from there. */
  readonly paging?: { readonly next: { readonly after: string; readonly link: string } };
}

type Shown = Pick<
  RecordDocument,
  'recordId' | 'values' | 'createdAt' | 'updatedAt' | 'archived' | 'archivedAt'
>;

export const shownOf = (record: ExistingRecord): Shown => ({
  ...record,
  archived: record.status === 'archived',
});

const ALWAYS = ['createdate', 'hs_lastmodifieddate', 'hs_object_id'] as const;
const ALWAYS_OF_CONTACTS = ['createdate', 'hs_object_id', 'lastmodifieddate'] as const;

/** The properties that an answer returns, and which of them are masked. */
export interface Returned {
  readonly names: readonly string[];
  readonly hidden: Names;
}

/**
 * The properties that an answer returns: those asked for that exist, with a few that are always there; HubSpot's
 * default properties where none are asked for.
 */
export function returnedProperties(
  viewer: Viewer,
  objectType: string,
  { current: definitions, ever }: KnownDefinitions,
  asked: readonly string[],
): Returned {
  const hidden = hiddenFrom(viewer, objectType, ever);
  if (asked.length === 0) return { names: defaultProperties(objectType), hidden };
  const always: readonly string[] = objectType === 'contacts' ? ALWAYS_OF_CONTACTS : ALWAYS;
  return { names: [...new Set([...asked.filter((name) => definitions.has(name)), ...always])], hidden };
}

export function present(shown: Shown, { names, hidden }: Returned, history?: RecordHistory): RecordView {
  const { recordId, values, createdAt, updatedAt, archived, archivedAt } = shown;
  return {
    id: recordId,
    properties: Object.fromEntries(
      names.map((name) => [name, hidden.has(name) ? MASK : (values[name] ?? null)]),
    ),
    ...(history && { propertiesWithHistory: history.values }),
    ...(history?.since !== undefined && { historySince: history.since }),
    createdAt,
    updatedAt,
    archived,
    ...(archivedAt !== null && { archivedAt }),
  };
}

/**
 * The answer to a write: every value that is set and that the viewer may see, and written ones that are empty now. A
 * writer who may not read the type sees only the values it has written itself, as does any writer where `all` is false.
 */
export const presentWritten = (
  viewer: Viewer,
  record: ExistingRecord,
  { current, ever }: KnownDefinitions,
  written: Values,
  all = true,
): RecordView => {
  const { objectType, values } = record;
  const hidden = hiddenFrom(viewer, objectType, ever);
  const mayRead = all && hasScope(viewer, `crm.objects.${scopeNameOf(objectType)}.read`);
  // A value that adds to options chosen before would show them.
  const own = Object.keys(written).filter((name) => mayRead || !addsTo(current.get(name), written[name]));
  const set = mayRead ? Object.keys(values).filter((name) => !hidden.has(name)) : [];
  const names = [...new Set([...set, ...own])].filter((name) => current.has(name)).sort();
  return present(shownOf(record), { names, hidden });
};
