// The functions that word the rows of the audit log, used by its table of events.
import type { RecordEvents } from '../crm/records/record.events';
import { STAMPS } from '../crm/records/record-stamps.vocabulary';
import { findObjectType } from '../crm/schemas/object-type.vocabulary';
import type { RefusedEvents } from '../identity/identity.events';
import type { AuditTarget, Described, Values } from './audit-entry.vocabulary';

/** The reason why an event makes no row. */
export interface NoRow {
  readonly none: string;
}

export const singular = (objectType: string) => findObjectType(objectType)?.singular ?? objectType;
const subCategoryOf = (objectType: string) => findObjectType(objectType)?.auditSubCategory ?? 'CUSTOM_OBJECT';

/** Properties that every change sets: naming them would tell nothing. */
export const automatic: ReadonlySet<string> = new Set([
  'hs_lastmodifieddate',
  'lastmodifieddate',
  'hs_object_id',
  'createdate',
  'hs_createdate',
  ...STAMPS,
]);

interface OfRecord {
  readonly objectType: string;
  readonly recordId: string;
  readonly name?: string;
}

function recordTarget(data: OfRecord, values: Values = {}) {
  const label = data.name ?? values[findObjectType(data.objectType)?.displayProperty ?? '']?.to;
  return {
    type: data.objectType,
    id: data.recordId,
    ...(typeof label === 'string' && { label }),
  };
}

export const crmObject = (data: OfRecord, action: string, verb: string, changes?: Values): Described => ({
  category: 'CRM_OBJECT',
  subCategory: subCategoryOf(data.objectType),
  action,
  target: recordTarget(data, changes),
  summary: `${verb} a ${singular(data.objectType)}`,
  ...(changes && { changes }),
});

const NAMED = 5;
export function valuesChanged(data: RecordEvents['record.values-changed.v1']): Described {
  const { sensitive = [] } = data;
  const plain = Object.keys(data.changes).filter((name) => !sensitive.includes(name));
  const names = plain.filter((name) => !automatic.has(name));
  const shown = names.length > 0 || sensitive.length > 0 ? names : plain;
  const rest = [
    ...(shown.length > NAMED ? [`${shown.length - NAMED} more`] : []),
    ...(sensitive.length === 1 ? ['a sensitive property'] : []),
    ...(sensitive.length > 1 ? [`${sensitive.length} sensitive properties`] : []),
  ];
  const all = [...shown.slice(0, NAMED), ...rest];
  const what =
    rest.length > 0 && all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : all.join(', ');
  return {
    category: data.sensitive ? 'SENSITIVE_PROPERTY_VALUE' : 'PROPERTY_VALUE',
    subCategory: data.objectType,
    action: 'UPDATE',
    target: recordTarget(data, data.changes),
    summary: `Changed ${what} of a ${singular(data.objectType)}`,
    changes: data.changes,
  };
}

export const erasing = (
  data: { objectType: string; recordId: string },
  action: string,
  summary: string,
): Described => ({
  category: 'DATA_PRIVACY_REQUEST',
  subCategory: 'ERASURE',
  action,
  target: recordTarget(data),
  summary,
});

export const made = (fields: object): Values =>
  Object.fromEntries(Object.entries(fields).map(([name, to]) => [name, { from: null, to: to as unknown }]));

export function changed(from: object, to: object): Values {
  const before = from as Record<string, unknown>;
  const after = to as Record<string, unknown>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(names.map((n) => [n, { from: before[n] ?? null, to: after[n] ?? null }]));
}

export const property = (
  data: { objectType: string; name: string; label?: string },
  action: string,
  verb: string,
  changes?: Values,
): Described => ({
  category: 'PROPERTY',
  subCategory: data.objectType,
  action,
  target: {
    type: 'properties',
    id: `${data.objectType}/${data.name}`,
    ...(data.label !== undefined && { label: data.label }),
  },
  summary: `${verb} the property ${data.name} of ${data.objectType}`,
  ...(changes && { changes }),
});

export const propertyGroup = (
  data: { objectType: string; name: string; label?: string },
  action: string,
  verb: string,
  changes?: Values,
): Described => {
  const { target, ...described } = property(data, action, verb, changes);
  return {
    ...described,
    ...(target && { target: { ...target, type: 'property-groups' } }),
    summary: `${verb} the property group ${data.name} of ${data.objectType}`,
  };
};

interface NamedPipeline {
  readonly objectType: string;
  readonly pipelineId: string;
  readonly label?: string;
}

const pipelineChange = (
  { objectType, label }: NamedPipeline,
  target: { readonly type: string; readonly id: string },
  action: string,
  summary: string,
  changes?: Values,
): Described => ({
  category: 'PIPELINE',
  subCategory: objectType,
  action,
  target: { ...target, ...(label !== undefined && { label }) },
  summary,
  ...(changes && { changes }),
});

export const pipeline = (data: NamedPipeline, action: string, verb: string, changes?: Values): Described => {
  const target = { type: 'pipelines', id: `${data.objectType}/${data.pipelineId}` };
  return pipelineChange(data, target, action, `${verb} a pipeline of ${data.objectType}`, changes);
};

export const stage = (
  data: NamedPipeline & { readonly stageId: string },
  action: string,
  verb: string,
  changes?: Values,
): Described => {
  const target = {
    type: 'pipeline-stages',
    id: `${data.objectType}/${data.pipelineId}/${data.stageId}`,
  };
  return pipelineChange(data, target, action, `${verb} a pipeline stage of ${data.objectType}`, changes);
};

export const objectDefinition = (
  { name }: { name: string },
  action: string,
  verb: string,
  changes?: Values,
): Described => ({
  category: 'CRM_OBJECT',
  subCategory: 'CUSTOM_OBJECT_DEFINITION',
  action,
  target: { type: 'schemas', id: name, label: name },
  summary: `${verb} the custom object type ${name}`,
  ...(changes && { changes }),
});

export const security = (
  subCategory: string,
  action: string,
  summary: string,
  target: AuditTarget | undefined,
  changes?: Values,
): Described => ({
  category: 'SECURITY_ACTIVITY',
  subCategory,
  action,
  summary,
  ...(target && { target }),
  ...(changes && { changes }),
});

export const login = (
  subCategory: string,
  action: string,
  summary: string,
  { userId, email, emailDigest }: { userId: string | null; email?: string | null; emailDigest?: string },
): Described => ({
  category: 'LOGIN',
  subCategory,
  action,
  summary,
  ...(userId !== null
    ? { target: { type: 'users', id: userId, ...(email && { label: email }) } }
    : emailDigest && { target: { type: 'unknown-users', id: emailDigest } }),
  actor: {
    ...(userId !== null ? { type: 'user', id: userId, userId } : { type: 'system', id: 'unknown' }),
    ...(email && { email }),
  },
});

/** Who it was stands in the metadata, as of all that an employee does. */
export const employeeLogin = (
  subCategory: string,
  action: string,
  summary: string,
  { employeeId, email }: { employeeId: string | null; email?: string | null },
  told?: object,
): Described => ({
  category: 'LOGIN',
  ...{ subCategory, action, summary },
  target:
    employeeId === null
      ? { type: 'settings', id: 'employee-access' }
      : { type: 'employees', id: employeeId, ...(email && { label: email }) },
  ...(told && { changes: made(told) }),
  ...(employeeId === null && { actor: { type: 'system', id: 'unknown' } }),
});

/** How often it happened, for an event that may stand for several. */
export const times = ({ count }: { readonly count?: number }): string =>
  count === undefined ? '' : ` ${count} times`;

const refusedFor: Readonly<Record<RefusedEvents['access.refused.v1']['kind'], readonly [string, string]>> = {
  'scope-missing': ['API_KEY', 'the API key lacks the scope'],
  'access-denied': ['PERMISSION', 'it was not allowed'],
  'token-expired': ['SESSION', 'the token had expired'],
  'token-revoked': ['SESSION', 'the token had been revoked'],
  'address-not-allowed': ['API_KEY', 'the address is not allowed'],
  'wrong-password': ['PASSWORD', 'the password was wrong'],
  'wrong-code': ['TWO_FACTOR', 'the code was wrong or used before'],
  'too-many-attempts': ['SESSION', 'too many attempts'],
};

export const refusedAccess = (e: RefusedEvents['access.refused.v1']): Described => {
  const [subCategory, why] = refusedFor[e.kind];
  const what = e.kind === 'scope-missing' && e.scopes ? `${why} ${e.scopes.join(' or ')}` : why;
  const target =
    e.keyId !== undefined
      ? { type: 'api-keys', id: e.keyId }
      : e.sessionId !== undefined
        ? { type: 'sessions', id: e.sessionId }
        : { type: 'users', id: e.userId };
  const part = e.keyId !== undefined && subCategory === 'SESSION' ? 'API_KEY' : subCategory;
  return security(part, 'REJECT', `Refused${times(e)}: ${what}`, target);
};

const importTarget = (data: { importId: string; name?: string }) => ({
  type: 'imports',
  id: data.importId,
  ...(data.name !== undefined && { label: data.name }),
});
export const backup = (action: string, summary: string) => (data: { backupId: string }) =>
  security('BACKUP', action, summary, { type: 'backups', id: data.backupId });
export const importRow = (action: string, summary: string) => (data: { importId: string; name?: string }) =>
  security('IMPORT', action, summary, importTarget(data));

export const exportRow = (action: string, summary: string) => (data: { exportId: string; name?: string }) =>
  security('EXPORT', action, summary, {
    ...{ type: 'exports', id: data.exportId },
    ...(data.name && { label: data.name }),
  });

export const bookkeeping = (none: string): NoRow => ({ none });
export const sameAct = (event: string) => bookkeeping(`the same act has its row: ${event}`);
export const MAIL_TELLS = 'what the mail tells of has its row';
export const READ_TELLS = 'what one person has read changes nothing for others';
export const REQUEST_TELLS = 'the request has its row, and its end has one; a crash would repeat this one';
