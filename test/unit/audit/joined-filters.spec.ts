// Filters that are made into one lose no term of any, whatever form they have; mingo is the oracle.
import fc from 'fast-check';
import { Query } from 'mingo';
import { allOf, anyOf } from '../../../src/audit/query/query-filter';
import { documents, filters } from '../../support/random/random-docs';

test.each([
  ['all of them', allOf, 'every'],
  ['any of them', anyOf, 'some'],
] as const)('%s', (_, joined, of) =>
  fc.assert(
    fc.property(documents, fc.array(filters, { maxLength: 4 }), (docs, some) => {
      const each = some.map((filter) => new Query(filter));
      const one = new Query(joined(some));
      for (const doc of docs)
        expect({ doc, isFound: one.test({ ...doc }) }).toEqual({
          doc,
          isFound: each[of]((query) => query.test({ ...doc })),
        });
    }),
    { numRuns: 500 },
  ),
);
