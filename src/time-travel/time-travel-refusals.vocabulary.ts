// What whoever looks at other instants may be refused with: rows of the table of refusals.

const invalid = (message: string, subCategory?: string) => ({
  ...{ status: 400, category: 'VALIDATION_ERROR', message },
  ...(subCategory !== undefined && { subCategory }),
});
const conflict = (message: string, subCategory?: string) => ({
  ...{ status: 409, category: 'CONFLICT', message },
  ...(subCategory !== undefined && { subCategory }),
});

export const timeTravelRefusals = {
  'comparison-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such comparison' },
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
