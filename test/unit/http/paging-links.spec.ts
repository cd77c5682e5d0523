// The next page of a list, as a link.
import { linked } from '../../../src/http/answers/paging-links';

const page = { results: [], paging: { next: { after: 'a=/b' } } };

test('asks the same question from another place', () =>
  expect(linked(page, '/crm/v3/objects/contacts?properties=a%2Cb&after=old&limit=5')).toEqual({
    results: [],
    paging: { next: { after: 'a=/b', link: '?properties=a%2Cb&after=a%3D%2Fb&limit=5' } },
  }));

test('is there for a question without any parameter', () =>
  expect(linked(page, '/crm/v3/objects/contacts')).toMatchObject({
    paging: { next: { link: '?after=a%3D%2Fb' } },
  }));

test('is left out where nothing follows', () => {
  expect(linked({ results: [] }, '/x?after=1')).toEqual({ results: [] });
  expect(linked(undefined, '/x')).toBeUndefined();
});
