// Where a record comes from, who made it and who changed it last: properties of every type that are told by the metadata
// of its events. An event names one of them among its changes only where it says more than its metadata: a load keeps
// what the record had elsewhere, and a record that comes back keeps what it had before.
import type { Meta } from '../../eventsourcing/event';
import type { Changes } from './record.events';

export const SOURCE = 'hs_object_source';
export const SOURCE_ID = 'hs_object_source_id';
export const SOURCE_LABEL = 'hs_object_source_label';
export const CREATED_BY = 'hs_created_by_user_id';
export const UPDATED_BY = 'hs_updated_by_user_id';

/** Set when a record is made, and never again. */
const MADE = [SOURCE, SOURCE_ID, SOURCE_LABEL, CREATED_BY] as const;
export const STAMPS: ReadonlySet<string> = new Set([...MADE, UPDATED_BY]);
/** Those whose values are ids of users. */
export const USER_STAMPS: ReadonlySet<string> = new Set([CREATED_BY, UPDATED_BY]);

/** The sources that Strata itself tells, and what they are called. */
export const SOURCES = {
  CRM_UI: 'CRM UI',
  API: 'API',
  INTEGRATION: 'Integration',
  IMPORT: 'Import',
  LOAD: 'Load',
  RESTORE: 'Restore',
  SYSTEM: 'System',
} as const satisfies Record<Meta['source']['type'] | 'INTEGRATION', string>;

type Stamping = Pick<Meta, 'actor' | 'source'>;
type Values = Readonly<Record<string, string>>;

const USER_ID = /^[1-9]\d*$/;

/** The user who acts, or for whom somebody acts; employees of the vendor are none. */
function userOf({ userId }: Meta['actor']): string | null {
  return userId !== undefined && USER_ID.test(userId) ? userId : null;
}

/** By an API key, what comes over the API is an integration's, as in HubSpot. */
function sourceOf({ actor, source }: Stamping): { readonly type: string; readonly id: string | undefined } {
  return source.type === 'API' && actor.type === 'apiKey'
    ? { type: 'INTEGRATION', id: actor.id }
    : { type: source.type, id: source.id };
}

/** Whether an event says itself where the record was made. It then says all of that, and what it leaves out is empty. */
const tellsOfMaking = (changes: Changes): boolean => MADE.some((name) => name in changes);

/**
 * What the metadata of an event says of the record that it makes (`isNew`) or changes, beside the event's own changes;
 * null where a value is to be empty.
 */
export function stampsOf(
  changes: Changes,
  meta: Stamping,
  isNew: boolean,
): Readonly<Record<string, string | null>> {
  const stamps: Record<string, string | null> = {};
  const user = userOf(meta.actor);
  const isTold = isNew && tellsOfMaking(changes);
  if (isNew && !isTold) {
    const { type, id } = sourceOf(meta);
    stamps[SOURCE] = type;
    if (id !== undefined) stamps[SOURCE_ID] = id;
    stamps[SOURCE_LABEL] = type;
    if (user !== null) stamps[CREATED_BY] = user;
  }
  // Whoever loads a record has not changed it.
  const isLoaded = isTold && meta.source.type === 'LOAD';
  if (!(UPDATED_BY in changes) && !isLoaded) stamps[UPDATED_BY] = user;
  return stamps;
}

/** The values after an event, without empty ones; `old` is undefined where the event makes the record. */
export function stampedValues(old: Values | undefined, changes: Changes, meta: Stamping): Values {
  const values: Record<string, string> = { ...old };
  const set = (name: string, to: string | null) => {
    if (to === null) delete values[name];
    else values[name] = to;
  };
  for (const [name, { to }] of Object.entries(changes)) set(name, to);
  for (const [name, to] of Object.entries(stampsOf(changes, meta, old === undefined))) set(name, to);
  return values;
}

/** What a record that comes back keeps of how it was first made. */
export const madeAs = (values: Values): Values =>
  Object.fromEntries(MADE.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
