// Says whether a reported activity may be kept: its words are those that the vocabulary lets others report, its time is
// near, and the user and the record that it names can be.
import type { FindType } from '../../crm/schemas/object-type.vocabulary';
import { isRecordId } from '../../crm/records/record.vocabulary';
import type { AuditActor } from '../audit-entry.vocabulary';
import { categories, EVERY_OBJECT_TYPE, findSubCategory } from '../taxonomy';
import type { AskedActivity } from './activity.bodies';
import type { ActivityEvents, ReportedTarget } from './activity.events';

const DAY_MS = 86_400_000;
const BACK_MS = 30 * DAY_MS;
const AHEAD_MS = 5 * 60_000;

/** What an activity is checked against. */
export interface Known {
  readonly find: FindType;
  readonly users: { has(id: string): boolean };
  /** When it was reported, milliseconds since the epoch. */
  readonly now: number;
  /** The API key that reports it. */
  readonly keyId: string | undefined;
}

/** The payload that is stored; or, in words that repeat no value, why there is none. */
export function checkedActivity(
  asked: AskedActivity,
  known: Known,
): ActivityEvents['activity.reported.v1'] | string {
  const { key, occurredAt, category, action, client, source, where, changes, metadata } = asked;
  const subCategory = subCategoryOf(asked, known.find);
  const target = targetOf(asked.target, known.find);
  const actor = actorOf(asked);
  const problems = [
    timeProblem(Date.parse(occurredAt), known.now),
    subCategory.problem,
    target.problem,
    actor.userId !== undefined && !known.users.has(actor.userId)
      ? 'userId: there is no such user'
      : undefined,
  ].filter((one) => one !== undefined);
  if (problems.length > 0) return problems.join('; ');
  return {
    ...{ key, occurredAt, category, subCategory: subCategory.name, action },
    actor: { ...actor, ...(known.keyId !== undefined && { keyId: known.keyId }) },
    target: target.target,
    client: definedOf(client ?? {}),
    source: definedOf(source ?? { type: 'API' as const }),
    ...(where !== undefined && { where }),
    ...(changes && { changes }),
    ...(metadata && { metadata }),
  };
}

/** Without what is a customer's: of a record that is erased, or waits to be, nothing more comes into the log. */
export const withoutCustomer = (
  reported: ActivityEvents['activity.reported.v1'],
): ActivityEvents['activity.reported.v1'] => {
  const { changes: _, sensitive: __, metadata: ___, where: ____, ...kept } = reported;
  const { label: _____, ...target } = kept.target;
  const { name: ______, ...actor } = kept.actor;
  return { ...kept, target, actor };
};

function timeProblem(time: number, now: number): string | undefined {
  if (time < now - BACK_MS) return 'occurredAt: lies more than 30 days back';
  if (time > now + AHEAD_MS) return 'occurredAt: lies more than 5 minutes ahead';
  return undefined;
}

function subCategoryOf({ category: id, subCategory }: AskedActivity, find: FindType) {
  const category = categories.find((one) => one.id === id)!;
  const name = findSubCategory({ ...category, own: [] }, subCategory, find);
  if (name !== undefined) return { name };
  const own = findSubCategory({ ...category, reported: [] }, subCategory, find) !== undefined;
  const { reported } = category;
  const problem = own
    ? `subCategory: Strata itself records this of ${id}`
    : reported.length === 0
      ? `category: nothing of ${id} is reported, Strata itself records it`
      : `subCategory: must be ${reported.includes(EVERY_OBJECT_TYPE) ? 'an object type' : `one of ${reported.join(', ')}`}`;
  return { name: subCategory, problem };
}

function targetOf({ type, id, label }: AskedActivity['target'], find: FindType) {
  const objectType = find(type);
  const target: ReportedTarget = {
    ...{ type: objectType?.name ?? type, id },
    ...(label !== undefined && { label }),
    ...(objectType && { isRecord: true as const }),
  };
  return {
    target,
    ...(objectType && !isRecordId(id) && { problem: 'target.id: must be the id of a record' }),
  };
}

function actorOf({ userId, actor }: AskedActivity): AuditActor {
  if (actor === undefined || actor.type === 'user') {
    const user = userId ?? actor!.id;
    return { type: 'user', id: user, userId: user };
  }
  const { type, id = type, name } = actor;
  return { type, id, ...(name !== undefined && { name }) };
}

/** Without the fields that are left out: schemas give those as undefined. */
const definedOf = <T extends object>(given: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)) as T;
