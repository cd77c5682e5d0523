// What whoever uses alerts on the audit log may be refused with: rows of the table of refusals.
import { notFound } from '../../supervision/refusal-row.vocabulary';

export const alertRefusals = {
  'audit-alert-unknown': notFound('No such alert'),
  'audit-incident-unknown': notFound('No such incident of this alert'),
};
