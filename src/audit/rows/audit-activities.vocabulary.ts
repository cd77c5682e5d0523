// What the audit log says of activities that other modules report.
import type { Described } from '../audit-entry.vocabulary';
import type { ActivityEvents } from '../intake/activity.events';

/** Actions in words, as things done. */
const done: Readonly<Record<string, string>> = {
  ...{ CREATE: 'Created', UPDATE: 'Changed', DELETE: 'Deleted', RESTORE: 'Brought back', MERGE: 'Merged' },
  ...{ ARCHIVE: 'Archived', PURGE: 'Purged', LOGIN: 'Logged in to', LOGOUT: 'Logged out of' },
  ...{ EXPORT: 'Exported', IMPORT: 'Imported', DOWNLOAD: 'Downloaded', VIEW: 'Viewed', GRANT: 'Granted' },
  ...{ REVOKE: 'Revoked', ENABLE: 'Enabled', DISABLE: 'Disabled', ASSOCIATE: 'Associated' },
  ...{ DISASSOCIATE: 'Disassociated', APPROVE: 'Approved', REJECT: 'Rejected', REQUEST: 'Asked for' },
  ...{ PUBLISH: 'Published', UNPUBLISH: 'Unpublished', SHARE: 'Shared', RUN: 'Ran' },
};

const UNKNOWN_ACTION = 'Did something with';

const nounOf = (subCategory: string): string =>
  subCategory
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\bai\b/, 'AI');

const thing = ({ category, subCategory }: ActivityEvents['activity.reported.v1']): string => {
  if (category === 'RECORD_CREATION_FORM') return `the record creation form of ${subCategory}`;
  const noun = nounOf(subCategory);
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
};

/** No user stands behind most of what these tell, and still it is what their readers look for. */
const SHOWN_BY_DEFAULT: readonly string[] = ['SALESFORCE', 'CUSTOMER_AGENT', 'RECORD_CREATION_FORM'];

export const reportedRow = (e: ActivityEvents['activity.reported.v1']): Described => {
  const { category, subCategory, action, actor, occurredAt, client, source, changes } = e;
  const { isRecord, ...target } = e.target;
  return {
    ...{ category, subCategory, action, actor, target },
    summary: `${done[action] ?? UNKNOWN_ACTION} ${thing(e)}`,
    ...(changes && { changes }),
    reported: { occurredAt, client, source, isShown: SHOWN_BY_DEFAULT.includes(category) },
    inLog: isRecord ? 'values and names' : 'values',
  };
};
