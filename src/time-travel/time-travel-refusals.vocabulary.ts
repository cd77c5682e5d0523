// What whoever looks at other instants may be refused with: rows of the table of refusals.
import { conflict, invalid, notFound } from '../supervision/refusal-row.vocabulary';

export const timeTravelRefusals = {
  'comparison-unknown': notFound('No such comparison'),
  'comparison-not-ready': conflict(
    'The comparison is not made yet, or came to nothing',
    'COMPARISON_NOT_READY',
  ),
  'comparison-ended': conflict('The comparison has ended: there is nothing to cancel'),
  'comparison-expired': conflict('The rows have been deleted: compare again', 'COMPARISON_EXPIRED'),
  'comparison-nothing-to-restore': invalid(
    'No record that differs was there then: there is nothing to restore',
  ),
  'as-of-too-far': invalid(
    'Too much has changed since then for a list or a search: compare the instant with now at ' +
      '/time-travel/v1/compare, or make a backup of it',
    'AS_OF_TOO_FAR',
  ),
};
