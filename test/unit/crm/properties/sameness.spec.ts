// When two values are the same, and the form in which addresses, domains and phone numbers are kept.
import fc from 'fast-check';
import {
  cleanDomain,
  cleanEmail,
  comparable,
  comparedAs,
  comparisonOf,
} from '../../../../src/crm/properties/values/sameness.vocabulary';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';
import { comparedBy, indexedProperties } from '../../../../src/crm/search/search-key.vocabulary';

const all = (clean: (text: string) => string | undefined, cases: Record<string, string | undefined>) => {
  for (const [given, expected] of Object.entries(cases))
    expect([given, clean(given)]).toEqual([given, expected]);
};
const MUNICH = 'xn--mnchen-3ya.de';

test('an e-mail address is kept without what cannot be seen, in lower case, its domain in ASCII', () =>
  all(cleanEmail, {
    ' Ada@X.org ': 'ada@x.org',
    '\u00a0ada@x.org\r\n': 'ada@x.org',
    '\ufeffa\u200bd\u00ada@x\u2060.org': 'ada@x.org',
    'ada\u0000@x.org': 'ada@x.org',
    'Jose\u0301@x.org': 'jos\u00e9@x.org',
    'ada@M\u00fcnchen.DE': `ada@${MUNICH}`,
    'ada@mu\u0308nchen.de.': `ada@${MUNICH}`,
    [`ada@${MUNICH.toUpperCase()}`]: `ada@${MUNICH}`,
    'ada@x\u3002org': 'ada@x.org',
    'ada@\uff58.org': 'ada@x.org',
    // Only one provider would take these for one address.
    'a.d.a+News@x.org': 'a.d.a+news@x.org',
    "o'hara/sales=x@localhost": "o'hara/sales=x@localhost",
    'a..da@x.org': 'a..da@x.org',
  }));

test('what cannot be an e-mail address is refused', () => {
  for (const text of [
    'ada',
    '@x.org',
    'ada@',
    'a b@x.org',
    'a@b@x.org',
    'Ada <ada@x.org>',
    'a;b@x.org',
    '"a"@x.org',
  ])
    expect([text, cleanEmail(text)]).toEqual([text, undefined]);
  for (const host of [
    'x..org',
    '.org',
    '-x.org',
    'x y.org',
    'x/org',
    '1.2.3.4',
    '1.2',
    'x:25',
    'a%41.org',
    'xn--a',
  ])
    expect([host, cleanEmail(`a@${host}`)]).toEqual([host, undefined]);
  expect(cleanEmail(`${'a'.repeat(248)}@x.org`)).toHaveLength(254);
  expect(cleanEmail(`${'a'.repeat(249)}@x.org`)).toBeUndefined();
  expect(cleanEmail(`a@${'a'.repeat(64)}.org`)).toBeUndefined();
  expect(cleanEmail(`a@x.org${' '.repeat(65_000)}`)).toBe('a@x.org');
});

test('a domain is kept without scheme, path and final dot', () =>
  all(cleanDomain, {
    ' HTTPS://Ada:pw@Example.com:8080/a b?c#d ': 'example.com',
    '//example.com': 'example.com',
    'example.com:80': 'example.com',
    'example.com/path': 'example.com',
    'www.example.com.': 'www.example.com',
    'M\u00fcnchen.de': MUNICH,
    my_host: 'my_host',
    'n/a': 'n',
    'ada@example.com': undefined,
    'mailto:x': undefined,
    'two words': undefined,
    'https://': undefined,
    '': undefined,
  }));

test('phone numbers are the same by their digits and a leading +, texts in any case and Unicode form', () => {
  const phone = { name: 'phone', type: 'string', fieldType: 'phonenumber', groupName: '' } as const;
  for (const text of ['+1 (555) 010-0199', '+15550100199', ' (+1) 555 0100199']) {
    expect(comparable(phone, text)).toBe('+15550100199');
    expect(comparable({ ...phone, type: 'phone_number' }, text)).toBe('+15550100199');
  }
  expect(comparable(phone, '1 555 010-0199')).toBe('15550100199');
  expect(comparable(phone, ' Reception ')).toBe(comparable(phone, 'reception'));
  const text = { ...phone, fieldType: 'text' };
  expect(comparable(text, 'Rene\u0301')).toBe(comparable(text, 'REN\u00c9'));
  expect(comparable(text, ' a')).not.toBe(comparable(text, 'a'));
});

test('a clean form is its own clean form', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'aA1.-_@:/ \u0130\u03a3\u200b\u0301\u00fc\u00df'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  const near = fc.oneof(
    text,
    fc.tuple(text, text).map((parts) => parts.join('@')),
  );
  fc.assert(
    fc.property(near, (given) => {
      for (const clean of [cleanEmail, cleanDomain]) {
        const once = clean(given);
        if (once !== undefined) expect(clean(once)).toBe(once);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('what is indexed is compared as its definition says', () => {
  for (const [type, names] of Object.entries(indexedProperties))
    for (const name of names)
      expect([name, comparedBy[name] ?? 'text']).toEqual([
        name,
        comparisonOf(standardProperties(type).get(name)!),
      ]);
  expect(comparedAs('number', '007.50')).toBe('7.5');
});
