// Random records of several owners and of none, for tests that compare what some owners' records are.
import fc from 'fast-check';
import type { Doc } from '../../../src/read/document-store';

/** As much of a record's document as a reach is judged by. */
export interface Owned extends Doc {
  readonly objectType: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  readonly values: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
}

export const owned = 'values.hubspot_owner_id';

/** Few times, so that many records share one and their ids decide. */
const time = fc.constantFrom(
  '2026-01-01T00:00:00.000Z',
  '2026-02-01T00:00:00.000Z',
  '2026-03-01T00:00:00.000Z',
);
const owner = fc.constantFrom('1', '2', '3', '4', '5', '6');

const record = fc.record({
  type: fc.constantFrom('deals', 'deals', 'deals', 'contacts'),
  archived: fc.boolean(),
  changed: time,
  created: time,
  owner: fc.option(owner, { nil: undefined }),
  stage: fc.constantFrom('a', 'b', undefined),
});

export const ownedDocs: fc.Arbitrary<Owned[]> = fc.array(record, { maxLength: 60 }).map((all) =>
  all.map(({ type, archived, changed, created, owner: own, stage }, i) => ({
    ...{ id: `${type}/${String((i * 37) % 61).padStart(16, '0')}`, objectType: type, archived },
    archivedAt: archived ? changed : null,
    values: {
      ...{ hs_lastmodifieddate: changed, createdate: created },
      ...(own !== undefined && { hubspot_owner_id: own }),
    },
    keys: stage === undefined ? {} : { b: stage },
  })),
);

/** Of a person, of a team, and more than are worth a walk each. */
export const ownerSets: fc.Arbitrary<string[]> = fc
  .tuple(fc.uniqueArray(owner, { maxLength: 6 }), fc.boolean())
  .map(([own, isLarge]) => (isLarge ? [...own, ...Array.from({ length: 60 }, (_, i) => `x${i}`)] : own));

export const reachSorts: fc.Arbitrary<string[]> = fc.constantFrom<string[]>(
  ...[[], ['-id'], ['-archivedAt'], ['-keys.b'], ['keys.b', 'values.createdate']],
  ...[['values.hs_lastmodifieddate'], ['-values.hs_lastmodifieddate']],
  ...[['values.createdate'], ['-values.createdate'], ['-values.createdate', 'values.hs_lastmodifieddate']],
);
