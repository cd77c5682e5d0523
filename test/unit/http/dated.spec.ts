import fc from 'fast-check';
import { datedOf, undated } from '../../../src/http/front/dated';

test.each([
  ['/crm/objects/2026-03/contacts', '/crm/v3/objects/contacts'],
  ['/crm/objects/2026-09/0-1/7?properties=email,a%2Fb', '/crm/v3/objects/0-1/7?properties=email,a%2Fb'],
  ['/crm/objects/2026-03/contacts/7/associations/deals', '/crm/v4/objects/contacts/7/associations/deals'],
  ['/crm/objects/2026-03/contacts/7/associations/', '/crm/v4/objects/contacts/7/associations/'],
  ['/crm/objects/2026-03/contacts/associations', '/crm/v3/objects/contacts/associations'],
  ['/crm/objects/2026-03/contacts?at=/a/associations', '/crm/v3/objects/contacts?at=/a/associations'],
  ['/crm/owners/2026-09?limit=1', '/crm/v3/owners?limit=1'],
  ['/crm/owners/2026-09/', '/crm/v3/owners/'],
  ['/crm/associations/v4/contacts/deals/labels', '/crm/v4/associations/contacts/deals/labels'],
  ['/crm-object-schemas/2026-03/schemas', '/crm-object-schemas/v3/schemas'],
  ['/account-info/2026-09/activity/login', '/account-info/v3/activity/login'],
  ['/settings/users/2026-03/teams', '/settings/v3/users/teams'],
])('%s stands for %s', (dated, here) => expect(undated(dated)).toBe(here));

test.each([
  '/',
  '/crm/v3/objects/contacts',
  '/crm/objects/2026-01/contacts',
  '/crm/objects/2026-033/contacts',
  '/crm/v3/objects/2026-03',
  '/crm/objects/v4/contacts',
  '/crm/v4/associations/contacts/deals/labels',
  '/crm/lists/2026-03',
  '/settings/users/2026-09',
  '/audit/2026-03/entries',
  '/crm/v3/objects/contacts?after=/crm/objects/2026-03/contacts',
])('%s stands for itself', (url) => expect(undated(url)).toBe(url));

const segment = fc.stringMatching(/^[\w.~%$&-]{1,12}$/);
const roots = ['/crm/v3/objects', '/crm/v4/associations', '/crm/v3/properties', '/account-info/v3'];

test('a dated address of a route stands for it, with what follows untouched', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...roots),
      fc.array(segment, { maxLength: 5 }),
      fc.webQueryParameters(),
      (root, rest, query) => {
        const path = [root, ...rest].join('/');
        // There, a third segment of this name leads to the associations of a record.
        fc.pre(root !== '/crm/v3/objects' || rest[2] !== 'associations');
        const all = datedOf(path);
        expect(all.length).toBeGreaterThanOrEqual(2);
        for (const dated of all) expect(undated(`${dated}?${query}`)).toBe(`${path}?${query}`);
      },
    ),
  ));

test('what has no dated address is told none', () =>
  expect([datedOf('/crm/v3/associations/{a}/{b}/types'), datedOf('/audit/v1/entries')]).toEqual([[], []]));
