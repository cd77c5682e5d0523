// An account with something of everything that a backup holds, made over the API: for specs of what goes out and comes in.
import fc from 'fast-check';
import { hostileSchema, hostileValues } from '../imports/hostile-type';
import type { Field } from '../imports/hostile';
import type { App } from '../servers/app';

const CRM = '/crm/v3/objects';
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'é', ';', ' ', '='), minLength: 1, maxLength: 6 }),
);

/** A custom object type with a property of every kind. */
const HOSTILE = 'machine';
interface ReadOnly {
  readonly modificationMetadata: { readonly readOnlyValue: boolean };
}

export interface Rich {
  /** Ids by object type. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

/** `seed` picks values and links; `name` is that of a custom object type. */
export async function richAccount(app: App, seed: number, name: string): Promise<Rich> {
  await app.ok('POST', '/crm/v3/properties/contacts/groups', {
    name: 'tastes',
    label: 'Tastes',
    displayOrder: 3,
  });
  const properties = [
    {
      name: 'colours',
      label: 'Colours',
      type: 'enumeration',
      fieldType: 'checkbox',
      options: options('red', 'green'),
    },
    { name: 'member_no', label: 'Member no.', type: 'number', fieldType: 'number', hasUniqueValue: true },
    { name: 'since', label: 'Since', type: 'date', fieldType: 'date' },
    { name: 'called_at', label: 'Called at', type: 'datetime', fieldType: 'date' },
    { name: 'vip', label: 'VIP', type: 'bool', fieldType: 'booleancheckbox', options: [] },
    { name: 'notes', label: 'Notes', type: 'string', fieldType: 'textarea' },
  ];
  for (const property of properties)
    await app.ok('POST', '/crm/v3/properties/contacts', { groupName: 'tastes', ...property });
  await app.ok('POST', '/crm/v3/properties/deals', {
    ...{
      name: 'closer',
      label: 'Closer',
      type: 'enumeration',
      fieldType: 'select',
      groupName: 'dealinformation',
    },
    ...{ externalOptions: true, referencedObjectType: 'OWNER', options: [] },
  });
  await app.ok('POST', '/crm-object-schemas/v3/schemas', {
    ...{ name, labels: { singular: `${name} one`, plural: `${name} all` }, primaryDisplayProperty: 'plate' },
    ...{ requiredProperties: ['plate'], searchableProperties: ['plate'], associatedObjects: ['CONTACT'] },
    secondaryDisplayProperties: ['seats'],
    properties: [
      { name: 'plate', label: 'Plate', type: 'string', fieldType: 'text', hasUniqueValue: true },
      { name: 'seats', label: 'Seats', type: 'number', fieldType: 'number' },
    ],
  });
  await app.ok('POST', '/crm-object-schemas/v3/schemas', hostileSchema(HOSTILE));
  await app.ok('POST', '/crm/v3/pipelines/deals', {
    ...{ label: 'Rentals', displayOrder: 2 },
    stages: [
      { label: 'Asked', displayOrder: 0, metadata: { probability: '0.2' } },
      { label: 'Rented', displayOrder: 1, metadata: { probability: '1.0' } },
    ],
  });
  // The number of the first is never given again: a gap.
  const [gone] = await label(app, 'contacts', 'companies', 'gone', 'Gone');
  const [advises] = await label(app, 'contacts', 'companies', 'advises', 'Advises', 'Is advised by');
  const [friend] = await label(app, 'contacts', 'contacts', 'friend', 'Friend');
  await app.ok('DELETE', `/crm/v4/associations/contacts/companies/labels/${gone}`);
  const pick = <T>(arbitrary: fc.Arbitrary<T>, n: number): T[] => fc.sample(arbitrary, { numRuns: n, seed });
  const texts = pick(text, 24);
  const pipelines = await app.ok<{ results: { id: string; stages: { id: string }[] }[] }>(
    'GET',
    '/crm/v3/pipelines/deals',
  );
  const create = async (type: string, all: readonly object[]) => {
    const inputs = all.map((values) => ({ properties: values }));
    const { results } = await app.ok<{ results: { id: string }[] }>('POST', `${CRM}/${type}/batch/create`, {
      inputs,
    });
    return results.map(({ id }) => id);
  };
  const contacts = await create(
    'contacts',
    texts.slice(0, 12).map((notes, n) => ({
      ...{ email: `${n}@${name}.example`, firstname: texts[n + 12], notes },
      ...(n % 2 === 0 && { colours: n % 4 === 0 ? 'red;green' : 'green', member_no: `${n}.5`, vip: 'true' }),
      ...(n % 3 === 0 && {
        since: '2020-02-29',
        called_at: '2021-03-04T05:06:07.089Z',
        hubspot_owner_id: app.admin.id,
      }),
    })),
  );
  const companies = await create(
    'companies',
    texts.slice(0, 5).map((given, n) => ({ name: given, domain: `${n}.example` })),
  );
  const deals = await create(
    'deals',
    pipelines.results.flatMap(({ id, stages }) =>
      stages.map((stage, n) => ({
        dealname: texts[n],
        pipeline: id,
        dealstage: stage.id,
        amount: `${n}00.10`,
        closer: app.admin.id,
      })),
    ),
  );
  const cars = await create(
    name,
    [1, 2, 3].map((n) => ({ plate: `B-${n}`, seats: String(n) })),
  );
  const fields = await app.ok<{ results: (Field & ReadOnly)[] }>('GET', `/crm/v3/properties/${HOSTILE}`);
  const writable = fields.results.filter(({ modificationMetadata }) => !modificationMetadata.readOnlyValue);
  const numbers = [1, 2, 3, 4, 5].map((n) => 100 * seed + n);
  await create(
    HOSTILE,
    numbers.map((n) => hostileValues(writable, n, app.admin.id)),
  );
  await app.ok('DELETE', `${CRM}/contacts/${contacts[11]}`);
  await app.ok('PATCH', `${CRM}/contacts/${contacts[0]}`, { properties: { lastname: 'Changed' } });
  const link = (from: string, a: string, to: string, b: string, typeId?: number) =>
    typeId === undefined
      ? app.ok('PUT', `/crm/v4/objects/${from}/${a}/associations/default/${to}/${b}`)
      : app.ok('PUT', `/crm/v4/objects/${from}/${a}/associations/${to}/${b}`, [
          { associationCategory: 'USER_DEFINED', associationTypeId: typeId },
        ]);
  const places = pick(fc.tuple(fc.nat(10), fc.nat(10)), 14);
  for (const [n, [a, b]] of places.entries()) {
    const contact = contacts[a]!;
    await link('contacts', contact, 'companies', companies[b % 5]!, n % 2 === 0 ? advises : undefined);
    await link('contacts', contact, 'deals', deals[b % deals.length]!);
    await link(name, cars[b % 3]!, 'contacts', contact);
    if (a !== b) await link('contacts', contact, 'contacts', contacts[b]!, friend);
  }
  return { ids: { contacts, companies, deals, [name]: cars } };
}

const options = (...values: string[]) =>
  values.map((value, displayOrder) => ({ value, label: value.toUpperCase(), displayOrder, hidden: false }));

async function label(app: App, from: string, to: string, name: string, text: string, inverse?: string) {
  const { results } = await app.ok<{ results: { typeId: number }[] }>(
    'POST',
    `/crm/v4/associations/${from}/${to}/labels`,
    { name, label: text, ...(inverse !== undefined && { inverseLabel: inverse }) },
  );
  return results.map(({ typeId }) => typeId);
}
