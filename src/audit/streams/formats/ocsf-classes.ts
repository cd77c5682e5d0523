// Says of which class of the Open Cybersecurity Schema Framework an entry is, and which of its activities it tells of.
import type { ShownEntry } from './shown-entry';

export type OcsfClass = 'authentication' | 'account_change' | 'entity_management' | 'api_activity';

interface ClassRow {
  readonly uid: number;
  readonly caption: string;
  readonly category: { readonly uid: number; readonly caption: string };
}

const iam = { uid: 3, caption: 'Identity & Access Management' };
const application = { uid: 6, caption: 'Application Activity' };

const table: Readonly<Record<OcsfClass, ClassRow>> = {
  account_change: { uid: 3001, caption: 'Account Change', category: iam },
  authentication: { uid: 3002, caption: 'Authentication', category: iam },
  entity_management: { uid: 3004, caption: 'Entity Management', category: iam },
  api_activity: { uid: 6003, caption: 'API Activity', category: application },
};

/** Categories of what is done to customers' data. */
const ofData: ReadonlySet<string> = new Set([
  ...['CRM_OBJECT', 'PROPERTY_VALUE', 'SENSITIVE_PROPERTY_VALUE', 'CRM_OBJECT_ASSOCIATION'],
  ...['CUSTOM_OBJECT_ASSOCIATION', 'DATA_PRIVACY_REQUEST', 'RECORD_CREATION_FORM', 'SALESFORCE'],
  'CUSTOMER_AGENT',
]);
/** Sub-categories of security activity that tell of what is done to data, or of calls. */
const ofCalls: ReadonlySet<string> = new Set([
  ...['EXPORT', 'IMPORT', 'BACKUP', 'RESTORE', 'REPORT', 'LOG', 'SESSION', 'EMPLOYEE_ACCESS'],
]);

function classOf({ category, subCategory, target }: ShownEntry): OcsfClass {
  if (category === 'LOGIN') return 'authentication';
  if (ofData.has(category) && subCategory !== 'CUSTOM_OBJECT_DEFINITION') return 'api_activity';
  if (category !== 'SECURITY_ACTIVITY') return 'entity_management';
  if (ofCalls.has(subCategory)) return 'api_activity';
  return target?.type === 'users' ? 'account_change' : 'entity_management';
}

export const classes = { table, of: classOf };

type Activity = readonly [id: number, name: string];
type Activities = Readonly<Record<string, Activity>>;

const calls: Activities = {
  ...{ CREATE: [1, 'Create'], IMPORT: [1, 'Create'], RESTORE: [1, 'Create'] },
  ...{ VIEW: [2, 'Read'], EXPORT: [2, 'Read'], DOWNLOAD: [2, 'Read'] },
  ...{ UPDATE: [3, 'Update'], MERGE: [3, 'Update'], ASSOCIATE: [3, 'Update'], DISASSOCIATE: [3, 'Update'] },
  ...{ DELETE: [4, 'Delete'], PURGE: [4, 'Delete'], ARCHIVE: [4, 'Delete'] },
};

const entities: Activities = {
  ...{ CREATE: [1, 'Create'], VIEW: [2, 'Read'], UPDATE: [3, 'Update'] },
  ...{ DELETE: [4, 'Delete'], PURGE: [4, 'Delete'], ARCHIVE: [4, 'Delete'] },
  ...{ ENABLE: [8, 'Enable'], DISABLE: [9, 'Disable'] },
};

/** By sub-category and action. */
const accounts: Activities = {
  ...{ 'USER:CREATE': [1, 'Create'], 'USER:ENABLE': [2, 'Enable'] },
  ...{ 'USER:DISABLE': [5, 'Disable'], 'USER:DELETE': [6, 'Delete'] },
  ...{ 'PASSWORD:UPDATE': [3, 'Password Change'], 'PASSWORD:REQUEST': [4, 'Password Reset'] },
  ...{ 'PERMISSION:GRANT': [7, 'Attach Policy'], 'PERMISSION:REVOKE': [8, 'Detach Policy'] },
  ...{ 'TWO_FACTOR:ENABLE': [10, 'MFA Factor Enable'], 'TWO_FACTOR:DISABLE': [11, 'MFA Factor Disable'] },
};

/** What the class has no activity for is `99`, with our own word. */
export function activityOf(name: OcsfClass, { subCategory, action }: ShownEntry): Activity {
  const other = [99, action] as const;
  switch (name) {
    case 'authentication':
      return action === 'LOGOUT' ? [2, 'Logoff'] : [1, 'Logon'];
    case 'account_change':
      return accounts[`${subCategory}:${action}`] ?? other;
    case 'api_activity':
      return calls[action] ?? other;
    case 'entity_management':
      return entities[action] ?? other;
  }
}
