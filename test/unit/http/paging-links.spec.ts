// The next page of a list, as a link.
import type { Config } from '../../../src/config';
import { addressOf, linked } from '../../../src/http/answers/paging-links';

const at = 'https://crm.example.com/strata';
const page = { results: [], paging: { next: { after: 'a=/b' } } };

test('asks the same question from another place', () =>
  expect(linked(page, at, '/crm/v3/objects/contacts?properties=a%2Cb&after=old&limit=5')).toEqual({
    results: [],
    paging: {
      next: {
        after: 'a=/b',
        link: `${at}/crm/v3/objects/contacts?properties=a%2Cb&after=a%3D%2Fb&limit=5`,
      },
    },
  }));

test('is there for a question without any parameter', () =>
  expect(linked(page, at, '/crm/v3/owners/')).toMatchObject({
    paging: { next: { link: `${at}/crm/v3/owners/?after=a%3D%2Fb` } },
  }));

test('is left out where nothing follows, and where no address asks for the next page', () => {
  expect(linked({ results: [] }, at, '/x?after=1')).toEqual({ results: [] });
  expect(linked(undefined, at, '/x')).toBeUndefined();
  expect(linked(page, at)).toEqual(page);
});

test('of a list within a record, or within an answer to a batch, leads to that list', () => {
  const path = '/crm/v3/objects/contacts/1/associations/deals?after=7';
  const deals = {
    results: [{ id: '7', type: 'contact_to_deal' }],
    paging: { next: { after: '7', link: path } },
  };
  const told = { ...deals, paging: { next: { after: '7', link: at + path } } };
  const record = { id: '1', associations: { deals, tickets: { results: [] } } };
  const shown = { id: '1', associations: { deals: told, tickets: { results: [] } } };
  expect(linked(record, at, '/crm/v3/objects/contacts/1?associations=deals')).toEqual(shown);
  expect(linked({ results: [record] }, at, '/crm/v3/objects/contacts')).toEqual({ results: [shown] });
  expect(linked({ results: [{ from: { id: '1' }, to: [], paging: deals.paging }] }, at)).toEqual({
    results: [{ from: { id: '1' }, to: [], paging: told.paging }],
  });
  const schema = { results: [{ name: 'car', associations: [{ id: '1' }] }] };
  expect(linked(schema, at, '/crm-object-schemas/v3/schemas')).toEqual(schema);
});

test.each([
  ['strata.example.com', undefined, 'http://strata.example.com'],
  ['127.0.0.1:3000', undefined, 'http://127.0.0.1:3000'],
  ['[::1]:3000', undefined, 'http://[::1]:3000'],
  ['anything.example.com', `${at}/`, at],
  ['', undefined, 'http://localhost:80'],
  ['a/b?c', undefined, 'http://localhost:80'],
  ['user@evil.example.com', undefined, 'http://localhost:80'],
])('begins with the address that %j and PUBLIC_URL %j give', (host, url, address) => {
  const config = { PUBLIC_URL: url, HOST: 'localhost', PORT: 80 } as Config;
  expect(addressOf(config, { protocol: 'http', host })).toBe(address);
});
