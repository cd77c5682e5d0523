// The answer to a change of a definition: the whole definition for a caller who may read it, for any other caller only
// what it has sent.
import type { Caller } from '../caller';
import { hasScope } from '../identity/api-keys/scopes';
import { scopeNameOf } from './schemas/object-type.vocabulary';

/** Fields that tell which definition it is and when it changed: always shown. */
const ALWAYS: readonly string[] = [
  ...['id', 'name', 'objectTypeId', 'fullyQualifiedName'],
  ...['archived', 'archivedAt', 'createdAt', 'updatedAt'],
];

/** The view of a definition that has been changed by what was `sent`. */
export function writtenDefinition<V extends object>(
  caller: Caller,
  objectType: string,
  view: V,
  sent: object,
): V | Partial<V> {
  const type = scopeNameOf(objectType);
  if (hasScope(caller, `crm.schemas.${type}.read`, `crm.objects.${type}.read`)) return view;
  return onlySent(view, sent, ALWAYS);
}

/** The fields that were sent, also within objects. */
function onlySent(view: object, sent: object, always: readonly string[] = []): object {
  const given = sent as Readonly<Record<string, unknown>>;
  const shown = Object.entries(view as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
    if (always.includes(key)) return [[key, value] as const];
    if (given[key] === undefined) return [];
    return [[key, isPlain(value) && isPlain(given[key]) ? onlySent(value, given[key]) : value] as const];
  });
  return Object.fromEntries(shown);
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
