// Whose records a right reaches over, of large teams and of jobs that act later.
import fc from 'fast-check';
import {
  knownJobs,
  knowsJob,
  ownersFor,
  reaches,
  reachOver,
  within,
} from '../../../../src/crm/records/reach';
import { scopeNameOf, touching } from '../../../../src/crm/schemas/object-type.vocabulary';
import { hasScope } from '../../../../src/identity/api-keys/scopes';
import { matcher } from '../../../../src/read/filters/matcher';

const team = Array.from({ length: 2_000 }, (_, n) => String(n));
const held = { view: team, edit: ['7'], delete: [] } as const;
const caller = { userId: '7', reach: { deals: held, contacts: { ...held, view: 'all' } } } as const;

test('a large team is reached over as a small one is', () => {
  const owned = (owner: string | undefined) => ({ hubspot_owner_id: owner });
  const reached = ['0', '1999', '2000', undefined].map((owner) =>
    reaches(caller, 'deals', 'view', owned(owner)),
  );
  expect(reached).toEqual([true, true, false, false]);
  const test = matcher(within(caller, 'deals', 'view', { archived: false }));
  const doc = (hubspot_owner_id: string | undefined) => ({
    ...{ id: '1', objectType: 'deals', archived: false },
    values: { hubspot_owner_id },
  });
  expect(['0', '1999', '2000', undefined].map((owner) => test(doc(owner)))).toEqual(reached);
});

test('a job keeps the rights that it asks for, and reaches over no type that it did not ask for', () => {
  const reach = reachOver(caller, ['deals'], ['view'])!;
  expect(reach).toEqual({ deals: { view: team, edit: [], delete: [] } });
  expect(ownersFor({ reach }, 'contacts', 'view')).toEqual([]);
  expect(ownersFor({}, 'contacts', 'view')).toBe('all');
  expect(reachOver({}, ['deals'], ['view'])).toBeUndefined();
});

describe('of the jobs of others', () => {
  const everything = new Set(['crm.objects.read']);
  const about = (requestedBy: string | null, ...types: string[]) => ({
    requestedBy,
    touches: touching(types),
  });

  test('whoever may not view all records of all types knows none', () => {
    const limited = { ...caller, scopes: everything };
    const jobs = [about('7', 'deals'), about('8', 'deals'), about(null, 'deals')];
    expect(jobs.map((job) => knowsJob(limited, job))).toEqual([true, false, false]);
    const editor = { ...limited, reach: { deals: { ...held, view: 'all' } } } as const;
    expect([knowsJob(editor, jobs[1]!), knowsJob({ userId: '7', scopes: 'all' }, jobs[2]!)]).toEqual([
      true,
      true,
    ]);
  });

  test('anybody knows those that tell of what they may read: asked for one, and in a list', () => {
    const type = fc.constantFrom('contacts', 'deals', 'p_car');
    const scopes = fc
      .uniqueArray(fc.constantFrom('contacts', 'deals', 'custom'))
      .map((types) => new Set(types.map((name) => `crm.objects.${name}.read`)));
    fc.assert(
      fc.property(
        scopes,
        fc.uniqueArray(type),
        fc.constantFrom('7', '8', null),
        (held, types, requestedBy) => {
          const reader = { userId: '7', scopes: held };
          const job = about(requestedBy, ...types);
          const readable = types.every((name) => hasScope(reader, `crm.objects.${scopeNameOf(name)}.read`));
          expect(knowsJob(reader, job)).toBe(requestedBy === '7' || readable);
          expect(matcher(knownJobs(reader, 'requestedBy'))({ id: '1', ...job })).toBe(knowsJob(reader, job));
        },
      ),
    );
  });
});
