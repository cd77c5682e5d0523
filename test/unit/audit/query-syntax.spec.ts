// What is wrong in a query is told with its place and the word that may have been meant; what can come next is told, too.
import { entryQuery } from '../../../src/audit/entry-filter';
import { completionOf } from '../../../src/audit/query/query-completion';
import { QueryError } from '../../../src/audit/query/query-error';
import { editsBetween } from '../../../src/supervision/nearest';
import { check } from '../../../src/audit/query/query-fields';
import { filterOfQuery, type Meanings } from '../../../src/audit/query/query-filter';
import { parsed } from '../../../src/audit/query/query-syntax';
import { findObjectType } from '../../../src/crm/schemas/object-type.vocabulary';

function wrongIn(text: string) {
  try {
    const node = parsed(text);
    if (node) check(node);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { ...error.place, meant: error.meant };
  }
  return undefined;
}

test.each([
  ['catgory:LOGIN', { at: 0, length: 7, meant: 'category' }],
  ['-usr:ann', { at: 1, length: 3, meant: 'user' }],
  ['category:LOGNI', { at: 9, length: 5, meant: 'LOGIN' }],
  ['action:(CREATE, DELTE)', { at: 16, length: 5, meant: 'DELETE' }],
  ['ip:10.0.0.0/33', { at: 3, length: 11 }],
  ['country:Norway', { at: 8, length: 6 }],
  ['2026-02-30', { at: 0, length: 10 }],
  ['2026-10-01..soon', { at: 0, length: 16 }],
  ['last:year', { at: 5, length: 4 }],
  ['a (b or', { at: 7, length: 0 }],
  ['a (b', { at: 2, length: 1 }],
  ['a) b', { at: 1, length: 1 }],
  ['or b', { at: 0, length: 2 }],
  ['a "b', { at: 2, length: 1 }],
  ['user: ann', { at: 5, length: 0 }],
  ['user:""', { at: 5, length: 2 }],
  ['not', { at: 3, length: 0 }],
  ['!?', { at: 0, length: 2 }],
  ['('.repeat(21) + 'a' + ')'.repeat(21), { at: 20, length: 1 }],
  [Array.from({ length: 101 }, () => 'a').join(' '), { at: 200, length: 1 }],
  ['a'.repeat(2_001), { at: 2_000, length: 1 }],
])('%j is wrong at its place', (text, wrong) =>
  expect(wrongIn(text)).toEqual({ meant: undefined, ...wrong }),
);

test.each([
  '',
  '  ',
  'a',
  '"or"',
  'a-b',
  'sub-category:LOGOUT',
  'SubCategory:logout',
  'a or -b and not (c d)',
  '-24h..now',
])('%j can be read', (text) => expect(wrongIn(text)).toBeUndefined());

test('parameters say at what place their query is wrong, and do not repeat it', () => {
  const { error } = entryQuery.safeParse({ q: 'action:DELTE' });
  expect(error?.issues).toMatchObject([
    { path: ['q'], message: 'there is no such value, at character 8; did you mean DELETE?' },
  ]);
});

test('words are near by letters put in, left out, changed or swapped', () =>
  expect([editsBetween('usr', 'user'), editsBetween('logni', 'login'), editsBetween('', 'ab')]).toEqual([
    1, 1, 2,
  ]));

const meanings = { find: findObjectType, now: 0, timeZone: 'UTC' } as Meanings;
const meant = (text: string, timeZone = 'UTC', now = 0) =>
  filterOfQuery(parsed(text)!, { ...meanings, timeZone, now });

test('a day begins in the time zone asked for, and may be an hour short', async () => {
  const from = Date.parse('2026-03-28T23:00:00Z');
  const end = Date.parse('2026-03-29T22:00:00Z');
  expect(await meant('2026-03-29', 'Europe/Oslo')).toEqual({ occurredAt: { $gte: from, $lt: end } });
  expect(await meant('today', 'Europe/Oslo', from + 1)).toEqual({ occurredAt: { $gte: from, $lt: end } });
});

test('a sub-category that no category has is refused with the nearest', async () =>
  await expect(meant('subcategory:LOGIN_FAILD')).rejects.toMatchObject({ meant: 'LOGIN_FAILED' }));

test('what must hold together stands beside each other, so that an index is found', async () =>
  expect(await meant('category:LOGIN (action:LOGIN) -source:API')).toEqual({
    category: 'LOGIN',
    action: 'LOGIN',
    $and: [{ $or: [{ 'source.type': { $ne: 'API' } }, { terms: { $not: { $all: ['source.type=API'] } } }] }],
  }));

const account = async (field: string) => (field === 'team' ? ['Sales EMEA', 'Service'] : []);
const next = async (query: string) => {
  const at = query.indexOf('|');
  const { from, to, suggestions } = await completionOf(query.replace('|', ''), at, account);
  return { from, to, texts: suggestions.map(({ text }) => text) };
};

test.each([
  ['cat|', { from: 0, to: 3, texts: ['category:'] }],
  ['action:DELETE -u|se', { from: 15, to: 18, texts: ['user:'] }],
  ['action:d|', { from: 7, to: 8, texts: ['DELETE', 'DOWNLOAD', 'DISABLE', 'DISASSOCIATE'] }],
  ['action:(CREATE, del|) x', { from: 16, to: 19, texts: ['DELETE'] }],
  ['action:CREATE,del|', { from: 14, to: 17, texts: ['DELETE'] }],
  ['team:s|', { from: 5, to: 6, texts: ['"Sales EMEA"', 'Service'] }],
  ['team:"sales e|"', { from: 5, to: 14, texts: ['"Sales EMEA"'] }],
  ['yest|', { from: 0, to: 4, texts: ['yesterday'] }],
  ['nothing:x|', { from: 8, to: 9, texts: [] }],
])('%j can be completed', async (query, expected) => expect(await next(query)).toEqual(expected));

test('within a free text nothing is completed', async () =>
  expect((await next('"some te|xt"')).texts).toEqual([]));
