// Checks the schema of a custom object type. Pure.
import { Refusal } from '../../refusals';
import type { PropertyDefinition } from '../properties/property.events';
import { isSensitive } from '../properties/values/sensitivity';
import { findObjectType } from './object-type.vocabulary';
import type { ObjectSchema } from './schema.events';

const NAME = /^[a-z][a-z0-9_]{0,49}$/i;

/**
 * Reserved names. Streams and files are named after object types, and these names stand for other streams (`user-…`),
 * for files beside a backup's records (`associations.csv`), or would read as another type's qualified name (`p_car`).
 */
const TAKEN: ReadonlySet<string> = new Set([
  ...[
    'account',
    'apikey',
    'audit',
    'auditcomment',
    'auditview',
    'auditexport',
    'auditexportschedule',
    'auditsearch',
    'backup',
    'backupload',
    'export',
    'idempotency',
    'import',
    'login',
    'mail',
    'merge',
  ],
  ...[
    'binrestore',
    'checkpoint',
    'checkpointkey',
    'comparison',
    'drill',
    'erasure',
    'notification',
    'notificationbox',
    'pipeline',
    'property',
    'propertygroup',
    'purge',
    'recycle',
    'refused',
    'reservation',
    'restore',
    'restoreplan',
    'roles',
    'webhook',
    'activity',
    'retention',
    'auditstream',
    'alert',
    'incident',
  ],
  ...['schema', 'session', 'team', 'teams', 'user', 'association', 'associations', 'manifest', 'custom'],
  // A table by object type must not find a property that every JavaScript object has.
  ...Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase()),
]);
const TAKEN_PREFIX = /^(?:property|reservation|association|account|recycle|hs)_|^p\d*_/;

/** Refuses a name that cannot be an object type's with `schema-invalid`. */
export function checkSchemaName(name: string): void {
  if (!NAME.test(name))
    throw refused(
      'name',
      'must begin with a letter and hold letters without accents, digits and _ only, at most 50',
    );
  const lower = name.toLowerCase();
  if (findObjectType(lower) || TAKEN.has(lower) || TAKEN_PREFIX.test(lower))
    throw refused('name', 'is reserved: choose another');
}

/**
 * Refuses with `schema-invalid` a schema that names a property which the object type lacks, or one whose sensitive
 * values would be shown or searched.
 */
export function checkSchemaProperties(
  schema: ObjectSchema,
  defined: (name: string) => Pick<PropertyDefinition, 'dataSensitivity'> | undefined,
): void {
  const lists = {
    primaryDisplayProperty: [schema.primaryDisplayProperty],
    secondaryDisplayProperties: schema.secondaryDisplayProperties,
    requiredProperties: schema.requiredProperties,
    searchableProperties: schema.searchableProperties,
  };
  for (const [field, names] of Object.entries(lists)) {
    const sensitive = names.find((name) => isSensitive(defined(name)));
    if (sensitive !== undefined && field !== 'requiredProperties')
      throw refused(field, `names '${sensitive}', whose values are sensitive`);
    const unknown = names.find((name) => !defined(name));
    if (unknown !== undefined)
      throw refused(field, `names '${unknown}', which is not a property of the type`);
    if (new Set(names).size < names.length) throw refused(field, 'names a property twice');
  }
}

export function refused(field: string, what: string): Refusal {
  const message = `${field} ${what}`;
  return new Refusal('schema-invalid', { message, errors: [{ message, in: field }] });
}
