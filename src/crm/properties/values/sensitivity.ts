// Who may see and write the values of sensitive properties, and what answers show in place of a hidden value.
import type { Caller } from '../../../caller';
import { covers } from '../../../identity/api-keys/scopes';
import { Refusal } from '../../../refusals';
import { scopeNameOf } from '../../schemas/object-type.vocabulary';
import type { PropertyDefinition } from '../property.events';

/** The caller whose scopes and reach decide. A super admin's session may see and write everything. */
export type Viewer = Pick<Caller, 'scopes' | 'superAdmin' | 'reach'>;

/**
 * Shown in place of a value that the viewer may not see, whether there is one or not. No value of a sensitive property
 * can be this text, so a tool that writes back what it has read does no harm.
 */
export const MASK = '********';

/** The viewer of jobs: what may be seen was judged when the job was requested. */
export const SEES_ALL: Viewer = { scopes: 'all', superAdmin: true };
/** The viewer where the caller is not known. */
export const SEES_NOTHING_SENSITIVE: Viewer = { scopes: 'all', superAdmin: false };

type Definitions = ReadonlyMap<string, Pick<PropertyDefinition, 'dataSensitivity'>>;

export const isSensitive = (definition: Pick<PropertyDefinition, 'dataSensitivity'> | undefined): boolean =>
  definition !== undefined && definition.dataSensitivity !== 'non_sensitive';

/** A set of property names that can be asked, but not listed. */
export type Names = Pick<ReadonlySet<string>, 'has'>;

/** The strictest sensitivity is assumed for a value whose property is not known (yet). */
const UNKNOWN = { dataSensitivity: 'highly_sensitive' } as const;

/**
 * The properties of a type (plural name) whose values the viewer may not see. `ever` holds every definition that ever
 * was, archived ones too, since their values are still in records and in the log.
 */
export function hiddenFrom(viewer: Viewer, objectType: string, ever: Definitions): Names {
  const has = (name: string) => lacking(viewer, objectType, ever.get(name) ?? UNKNOWN, 'read') !== undefined;
  return { has };
}

type Changes = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
const MASKED = { from: MASK, to: MASK } as const;

/** Old and new values by property name, with hidden properties masked. */
export function maskedChanges(changes: Changes, hidden: Names): Changes {
  const masked: Record<string, Changes[string]> = {};
  for (const name of Object.keys(changes)) masked[name] = hidden.has(name) ? MASKED : changes[name]!;
  return masked;
}

/** Refuses with `scope-missing`, naming the scope, to filter, sort or look up by values that the viewer may not see. */
export const requireReadable = (
  viewer: Viewer,
  objectType: string,
  definitions: Definitions,
  names: Iterable<string>,
): void => requireAll(viewer, objectType, definitions, names, 'read');

/** Refuses with `scope-missing`, naming the scope, to write properties that the viewer may not write. */
export const requireWritable = (
  viewer: Viewer,
  objectType: string,
  definitions: Definitions,
  names: Iterable<string>,
): void => requireAll(viewer, objectType, definitions, names, 'write');

export const mayWrite = (
  viewer: Viewer,
  objectType: string,
  definition: Pick<PropertyDefinition, 'dataSensitivity'>,
): boolean => lacking(viewer, objectType, definition, 'write') === undefined;

function requireAll(
  viewer: Viewer,
  objectType: string,
  definitions: Definitions,
  names: Iterable<string>,
  access: 'read' | 'write',
): void {
  for (const name of names) {
    const scope = lacking(viewer, objectType, definitions.get(name), access);
    if (scope === undefined) continue;
    const context = { requiredScopes: [scope], propertyName: [name] };
    const message = `The property ${name} is sensitive: the scope ${scope} is required.`;
    throw new Refusal('scope-missing', { message, errors: [{ message, context }], context });
  }
}

/** The scope that the viewer needs and lacks; undefined where no scope is missing. */
function lacking(
  { scopes, superAdmin }: Viewer,
  objectType: string,
  definition: Pick<PropertyDefinition, 'dataSensitivity'> | undefined,
  access: 'read' | 'write',
): string | undefined {
  if (!isSensitive(definition)) return undefined;
  const type = scopeNameOf(objectType);
  const scope = `crm.objects.${type}.${definition!.dataSensitivity}.${access}`;
  return (scopes === 'all' ? superAdmin : covers(scopes, scope)) ? undefined : scope;
}
