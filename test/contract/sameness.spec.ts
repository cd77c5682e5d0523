// Search and uniqueness judge alike which values are the same, whatever the store: as one reference says, in all pairs.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { records } from '../../projections/crm/records';
import { collectionOf } from '../../projections/projection';
import type { Definitions } from '../../src/crm/properties/definitions';
import type { PropertyDefinition } from '../../src/crm/properties/property.events';
import { define } from '../../src/crm/properties/standard/definition';
import { standardProperties } from '../../src/crm/properties/standard-properties';
import { canonical } from '../../src/crm/properties/values/values';
import { gained } from '../../src/crm/records/ends/values-moved';
import { createRecord, record } from '../../src/crm/records/record.decider';
import { recordDocumentId, recordOfDocument, recordStream } from '../../src/crm/records/record.vocabulary';
import { UniqueValues } from '../../src/crm/records/unique/unique-values';
import { searchFilter } from '../../src/crm/search/search';
import { Codec } from '../../src/eventsourcing/codec';
import { Reservations } from '../../src/eventsourcing/reservations';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../src/eventsourcing/streams';
import { documentOf } from '../../src/point-in-time/record-test';
import { Refusal } from '../../src/refusals';
import { meta } from '../support/spec';
import { ofEachStore } from './document-stores';
import { folder } from './event-stores';

/** Values of one property in a run; every two of them are a pair. */
const VALUES = 44;
const RUNS = 8;
let made = 0;

const unseen = fc.constantFrom('', '', '\u200b', '\ufeff', '\u00ad');
const shownAs = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    text,
    ...[text.toUpperCase(), text.normalize('NFD'), text.normalize('NFC'), ` ${text}\t`, `${text}x`],
  );
const of = (...texts: string[]) => fc.constantFrom(...texts).chain(shownAs);

const locals = of('ada', 'a.da', 'ada+news', 'jos\u00e9', 'z\u1ea5', 'ma\u00dfe');
const hosts = of(
  'x.org',
  'x.org.',
  'm\u00fcnchen.de',
  'xn--mnchen-3ya.de',
  'fa\u00df.de',
  '\uff58.org',
  'x\u3002org',
);
const emails = fc
  .tuple(locals, unseen, hosts)
  .map(([local, between, host]) => `${local.trim()}${between}@${host}`);
const domains = fc
  .tuple(fc.constantFrom('', 'https://', 'HTTP://', '//'), hosts, fc.constantFrom('', '/', '/a?b', ':443'))
  .map(([scheme, host, path]) => scheme + host.trim() + path);
const phones = of(
  '+1 (555) 010-0199',
  '+15550100199',
  '1 555 0100199',
  '15550100199',
  '555',
  'Empf\u00e4nger',
  '(+1)555',
);
const long = 'Lang\u00e9 '.repeat(80);
const texts = fc.oneof(
  of(
    'a',
    'A b',
    '\u00e5ngstr\u00f6m',
    '\u212bngstrom',
    'e\u0301',
    'z\u0302\u0301',
    '\u1ea5',
    '\u01f0',
    'stra\u00dfe',
    '\u03c3\u03c2',
    'K',
    '\u212a',
  ),
  of(`${long}a`, `${long}b`, '100%', 'a_b', '*', '[x]', '\\', "it's", '"', '\u{1f600}', 'a;b'),
);

/** The judge, said as plainly as can be. Undefined for what is refused. */
const judge: Record<string, (value: string) => string | undefined> = {
  email: (value) => {
    const seen = value
      .replace(/[\u200b\ufeff\u00ad]/g, '')
      .trim()
      .normalize('NFC')
      .toLowerCase();
    const [, local, host] = /^([^@\s]+)@([^@\s]+)$/.exec(seen) ?? [];
    return local === undefined ? undefined : `${local}@${hostOf(host!)}`;
  },
  domain: (value) =>
    hostOf(
      value
        .trim()
        .replace(/^(https?:)?\/\//i, '')
        .replace(/[/:].*$/, ''),
    ),
  phone: (value) => {
    const digits = value.replace(/\D/g, '');
    if (digits === '') return plain(value.trim());
    return value.includes('+') ? `+${digits}` : digits;
  },
  text: (value) => plain(value),
};
const hostOf = (host: string): string => new URL(`http://${host}`).hostname.replace(/\.$/, '');
/** One UTF-16 unit stays one, and none beyond ASCII becomes ASCII. */
const plain = (value: string): string =>
  value
    .normalize('NFC')
    .split('')
    .map((unit) => {
      const upper = unit.toUpperCase();
      return upper.length > 1 || (unit > '\x7f' && upper <= '\x7f') ? unit : upper;
    })
    .join('');

const unique = { hasUniqueValue: true };
const own = (name: string, kind: 'text' | 'phone') => define('', kind, name, name, unique);
const contactProperties = new Map(standardProperties('contacts'));
const cases: [string, string, PropertyDefinition, string, fc.Arbitrary<string>][] = [
  ['an indexed e-mail', 'contacts', contactProperties.get('email')!, 'email', emails],
  ['an e-mail without an index', 'machines', own('email', 'text'), 'email', emails],
  [
    'a domain',
    'companies',
    { ...standardProperties('companies').get('domain')!, ...unique },
    'domain',
    domains,
  ],
  ['an indexed phone number', 'contacts', { ...contactProperties.get('phone')!, ...unique }, 'phone', phones],
  ['a phone number without an index', 'contacts', own('line', 'phone'), 'phone', phones],
  ['an indexed text', 'contacts', { ...contactProperties.get('lastname')!, ...unique }, 'text', texts],
  ['a text without an index', 'contacts', own('code', 'text'), 'text', texts],
];

const place = folder();
let log: EmbeddedEventStore;
beforeAll(async () => void (log = await EmbeddedEventStore.open(place.at)));
afterAll(async () => {
  await log.close();
  place.remove();
});

const { name: _, ...shape } = collectionOf(records);

ofEachStore((world) => {
  test.each(cases)(
    '%s: what a search finds is what uniqueness refuses',
    async (_, objectType, definition, kind, values) => {
      const { name } = definition;
      const definitions = new Map([[name, definition]]);
      let pairs = 0;
      const some = fc.array(values, { minLength: VALUES, maxLength: VALUES });
      const agree = async (given: readonly string[]) => {
        const streams = new Streams(log, new Codec());
        const run = ++made;
        const uniqueValues = new UniqueValues(
          streams,
          new Reservations(streams, (text) => createHash('sha256').update(`${run}/${text}`).digest('hex')),
          { everOf: async () => definitions } as unknown as Definitions,
        );
        const kept = given.map((value) => canonical(definition, value));
        const forms = given.map((value) => judge[kind]!(value));
        // A record for each value: in the read model every one of them, in the log as far as its value is unique.
        const idOf = (n: number) => `${run}${String(n).padStart(3, '0')}`;
        const docs = kept.flatMap((form, n) =>
          form.ok && form.value !== null
            ? [documentOf({ ...SHOWN, objectType, recordId: idOf(n), values: { [name]: form.value } })]
            : [],
        );
        const holders = new Map<string, string>();
        const collection = await world.filled(
          docs.sort((one, other) => (one.id < other.id ? -1 : 1)),
          shape,
        );
        for (const [n, form] of forms.entries()) {
          const value = kept[n]!;
          if (!value.ok || value.value === null) continue;
          const found = await world.store.find(collection, {
            filter: searchFilter(objectType, definitions, {
              filterGroups: [{ filters: [{ propertyName: name, operator: 'EQ', value: given[n]! }] }],
            }),
            limit: 1_000,
          });
          const same = forms.flatMap((other, m) => (other === form ? [idOf(m)] : []));
          expect({ value: given[n], ids: found.docs.map(({ id }) => recordOfDocument(id).recordId) }).toEqual(
            {
              value: given[n],
              ids: same.filter((id) => docs.some((doc) => doc.id === recordDocumentId(objectType, id))),
            },
          );
          const holder = await uniqueValues.holderOf(objectType, definition, given[n]!);
          expect(holder).toBe(holders.get(form!));
          const refused = await create(streams, uniqueValues, objectType, idOf(n), { [name]: value.value });
          expect(refused).toBe(holder !== undefined);
          if (!refused) holders.set(form!, idOf(n));
          pairs += forms.length;
        }
        await world.store.drop(collection);
      };
      await fc.assert(fc.asyncProperty(some, agree), { numRuns: RUNS, endOnFailure: true });
      expect(pairs).toBeGreaterThan(10_000);
    },
  );
});

const SHOWN = { createdAt: '', updatedAt: '', archived: false, archivedAt: null, revision: 0 };

/** True where the values are refused because another record holds one of them. */
async function create(
  streams: Streams,
  uniqueValues: UniqueValues,
  objectType: string,
  recordId: string,
  values: Readonly<Record<string, string>>,
): Promise<boolean> {
  const own = { ...meta, commandId: `create-${recordId}` };
  try {
    await streams.change(
      record,
      recordStream(objectType, recordId),
      async (state) => {
        const events = createRecord(state, { objectType, recordId, values, at: meta.at });
        for (const event of events)
          await uniqueValues.reserve(objectType, recordId, gained(event, state), own);
        return events;
      },
      own,
    );
    return false;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'value-taken') return true;
    throw error;
  }
}
