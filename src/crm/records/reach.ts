// Whose records a caller may view, edit and delete, judged by `hubspot_owner_id`.
import type { Caller } from '../../caller';
import { hasScope, recordTypes } from '../../identity/api-keys/scopes';
import type { Owners, Reach } from '../../identity/reach.vocabulary';
import type { Filter } from '../../read/document-store';
import { Refusal } from '../../refusals';
import { scopeNameOf } from '../schemas/object-type.vocabulary';
import { OWNER, OWNER_PATH } from '../search/search-key.vocabulary';

export type Right = 'view' | 'edit' | 'delete';
type Reaching = Pick<Caller, 'reach'>;
type Held = Readonly<Record<string, string | null | undefined>>;

/** None for a type that a job's reach does not hold: the job was not asked for to touch it. */
export const ownersFor = ({ reach }: Reaching, objectType: string, right: Right): Owners =>
  reach ? (reach[scopeNameOf(objectType)]?.[right] ?? []) : 'all';

type Knowing = Pick<Caller, 'reach' | 'userId' | 'scopes'>;

/** By whom a job (an import, an export, a restore from the bin) was asked for, and of which object types it tells. */
export interface JobAbout {
  readonly requestedBy?: string | null | undefined;
  /** Left out by documents of earlier versions, which answer until they have been made anew. */
  readonly touches?: Readonly<Record<string, true>>;
}

/** Whether a caller knows of their own jobs alone: whoever may not view everybody's records, since jobs tell of them. */
export const knowsOwnJobsAlone = ({ reach }: Reaching): boolean =>
  reach !== undefined && Object.values(reach).some(({ view }) => view !== 'all');

const unreadable = (caller: Knowing): readonly string[] =>
  recordTypes.filter((type) => !hasScope(caller, `crm.objects.${type}.read`));

/** Whether a caller may know of a job: of their own, and of those of others where they may view all that it tells of. */
export function knowsJob(caller: Knowing, { requestedBy, touches }: JobAbout): boolean {
  if (requestedBy === caller.userId) return true;
  return !knowsOwnJobsAlone(caller) && !unreadable(caller).some((type) => touches?.[type]);
}

/** The same as a filter over documents with `touches`, which have the person at the path `requestedBy`. */
export function knownJobs(caller: Knowing, requestedBy: string): Filter {
  const own = { [requestedBy]: caller.userId };
  if (knowsOwnJobsAlone(caller)) return own;
  const hidden = unreadable(caller).map((type) => [`touches.${type}`, null]);
  return hidden.length === 0 ? {} : { $or: [own, Object.fromEntries(hidden) as Filter] };
}

const FEW = 50;
/** Of large teams: each record of a long list is asked for among thousands of owners. */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function isAmong(owners: readonly string[], owner: string): boolean {
  if (owners.length <= FEW) return owners.includes(owner);
  const set = sets.get(owners) ?? new Set(owners);
  sets.set(owners, set);
  return set.has(owner);
}

/** Whether a right reaches over the record with some values. */
export function reaches(caller: Reaching, objectType: string, right: Right, values: Held): boolean {
  const owners = ownersFor(caller, objectType, right);
  const owner = values[OWNER];
  return owners === 'all' || (typeof owner === 'string' && isAmong(owners, owner));
}

/**
 * Refuses a right on a record that it does not reach over: with `access-denied`, and with `record-unknown` where the
 * caller may not even know of the record.
 */
export function requireReach(
  caller: Reaching | undefined,
  objectType: string,
  right: Right,
  state: object,
): void {
  if (!caller?.reach || !('values' in state)) return;
  const values = state.values as Held;
  if (!reaches(caller, objectType, 'view', values)) throw new Refusal('record-unknown');
  if (!reaches(caller, objectType, right, values))
    throw new Refusal('access-denied', { message: `Your role does not let you ${right} this record` });
}

/** Whoever may not view everybody's records owns what they create for nobody: else they would not find it again. */
export function ownerOfNew(
  caller: Reaching | undefined,
  objectType: string,
  values: Held,
): Record<string, string> {
  const owners = ownersFor(caller ?? {}, objectType, 'view');
  const [self] = owners === 'all' ? [] : owners;
  return self === undefined || values[OWNER] ? {} : { [OWNER]: self };
}

/** Narrows a filter over the records of a type to those that a right reaches over. */
export function within(caller: Reaching, objectType: string, right: Right, filter: Filter): Filter {
  const owners = ownersFor(caller, objectType, right);
  if (owners === 'all') return filter;
  const owned = { objectType, [OWNER_PATH]: { $in: owners } };
  // Beside the other terms, where the stores look for what an index can be walked by.
  return OWNER_PATH in filter ? { $and: [filter, owned] } : { ...filter, ...owned };
}

/**
 * The part of a caller's reach that a job needs which acts for them later: the rights that it asks for, on some object
 * types. It is kept in an event, and a team's owners may be thousands.
 */
export function reachOver(
  { reach }: Reaching,
  objectTypes: readonly string[],
  rights: readonly Right[],
): Reach | undefined {
  if (!reach) return undefined;
  const names = [...new Set(objectTypes.map(scopeNameOf))];
  const needed = (right: Right, owners: Owners) => (rights.includes(right) ? owners : []);
  return Object.fromEntries(
    names.flatMap((name) => {
      const held = reach[name];
      if (!held) return [];
      const { view, edit, delete: end } = held;
      const kept = { view: needed('view', view), edit: needed('edit', edit), delete: needed('delete', end) };
      return [[name, kept] as const];
    }),
  );
}
