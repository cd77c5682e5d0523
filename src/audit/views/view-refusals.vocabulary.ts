// What whoever uses views on the audit log may be refused with: rows of the table of refusals.
import { conflict, notFound } from '../../supervision/refusal-row.vocabulary';

export const auditViewRefusals = {
  'audit-view-unknown': notFound('There is no such view, or it is not shared with you'),
  'audit-view-built-in': conflict('A built-in view cannot be changed: clone it', 'VIEW_BUILT_IN'),
  'audit-view-invalid': conflict(
    'The filter of the view is not valid any more: change it, or ask without the view',
    'VIEW_INVALID',
  ),
};
