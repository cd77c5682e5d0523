// Whose records a right reaches over, of large teams and of jobs that act later.
import { jobsOf, knowsJob, ownersFor, reaches, reachOver, within } from '../../../../src/crm/records/reach';
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
  const doc = (c: string | undefined) => ({ id: '1', objectType: 'deals', archived: false, keys: { c } });
  expect(['0', '1999', '2000', undefined].map((owner) => test(doc(owner)))).toEqual(reached);
});

test('a job keeps the rights that it asks for, and reaches over no type that it did not ask for', () => {
  const reach = reachOver(caller, ['deals'], ['view'])!;
  expect(reach).toEqual({ deals: { view: team, edit: [], delete: [] } });
  expect(ownersFor({ reach }, 'contacts', 'view')).toEqual([]);
  expect(ownersFor({}, 'contacts', 'view')).toBe('all');
  expect(reachOver({}, ['deals'], ['view'])).toBeUndefined();
});

test('whoever may not view all records of all types knows of their own jobs alone', () => {
  expect(jobsOf(caller)).toBe('7');
  expect([knowsJob(caller, '7'), knowsJob(caller, '8'), knowsJob(caller, null)]).toEqual([
    true,
    false,
    false,
  ]);
  const editor = { userId: '7', reach: { deals: { ...held, view: 'all' } } } as const;
  expect([knowsJob(editor, '8'), knowsJob({ userId: '7' }, null)]).toEqual([true, true]);
});
