import { checkDefinition } from '../../../../src/crm/properties/property-check';
import {
  archiveProperty,
  changeProperty,
  createProperty,
  property,
} from '../../../../src/crm/properties/property.decider';
import type { PropertyDefinition, PropertyEvents } from '../../../../src/crm/properties/property.events';
import { define } from '../../../../src/crm/properties/standard/definition';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { deciding, refusalOf } from '../../../support/spec';

const ev = eventsOf<PropertyEvents>();
const given = deciding(property);
const definition = define('companyinformation', 'text', 'sector', 'Sector');
const created = ev('property.created.v1', { objectType: 'companies', definition });
const archived = ev('property.archived.v1', { objectType: 'companies', name: 'sector' });

describe('a property', () => {
  test('is defined', () =>
    given()
      .when((state) => createProperty(state, 'companies', definition))
      .then(created));

  test('is not defined twice', () =>
    given(created)
      .when((state) => createProperty(state, 'companies', definition))
      .thenRefused('property-exists'));

  test('can be defined again after it was archived, but not become unique or open to all by that', () => {
    given(created, archived)
      .when((state) => createProperty(state, 'companies', definition))
      .then(ev('property.recreated.v1', { objectType: 'companies', definition }));
    given(created, archived)
      .when((state) => createProperty(state, 'companies', { ...definition, hasUniqueValue: true }))
      .thenRefused('property-invalid');
    const secret: PropertyDefinition = { ...definition, dataSensitivity: 'sensitive' };
    given(ev('property.created.v1', { objectType: 'companies', definition: secret }), archived)
      .when((state) => createProperty(state, 'companies', definition))
      .thenRefused('property-invalid');
  });

  test('a change says what it was and what it is, and leaves out what stays', () => {
    given(created)
      .when((state) => changeProperty(state, { label: 'Branch', fieldType: 'text', options: [] }))
      .then(
        ev('property.changed.v1', {
          objectType: 'companies',
          name: 'sector',
          from: { label: 'Sector' },
          to: { label: 'Branch' },
        }),
      );
    given(created)
      .when((state) => changeProperty(state, { label: 'Sector' }))
      .thenNothing();
  });

  test('what is said once at its creation may be repeated, but not changed', () => {
    const repeated = { name: 'sector', hasUniqueValue: false, externalOptions: false };
    given(created)
      .when((state) => changeProperty(state, repeated))
      .thenNothing();
    for (const other of [
      { name: 'branch' },
      { hasUniqueValue: true },
      { dataSensitivity: 'sensitive' as const },
    ])
      given(created)
        .when((state) => changeProperty(state, other))
        .thenRefused('property-invalid');
  });

  test('keeps its type while its values are unique', () => {
    const unique = { ...definition, hasUniqueValue: true };
    given(ev('property.created.v1', { objectType: 'companies', definition: unique }))
      .when((state) => changeProperty(state, { type: 'number' }))
      .thenRefused('property-invalid');
  });

  test('is archived once, and then cannot be changed', () => {
    given(created).when(archiveProperty).then(archived);
    given(created, archived).when(archiveProperty).thenNothing();
    given().when(archiveProperty).thenRefused('property-unknown');
    given(created, archived)
      .when((state) => changeProperty(state, { label: 'Branch' }))
      .thenRefused('property-unknown');
  });
});

describe('a definition', () => {
  const check = (part: Partial<PropertyDefinition>) =>
    refusalOf(() => checkDefinition({ ...definition, ...part }));
  const option = (value: string) => ({ label: value, value, displayOrder: 0, hidden: false });

  test('has a name of small letters, digits and _', () => {
    expect(check({})).toBeUndefined();
    for (const name of ['', 'Sector', '1st', 'a b', 'x'.repeat(101), 'a.b', '__proto__', 'constructor'])
      expect(check({ name })).toBe('property-invalid');
  });

  test('has a field type that fits its type', () => {
    expect(check({ type: 'number', fieldType: 'number' })).toBeUndefined();
    expect(check({ type: 'number', fieldType: 'checkbox' })).toBe('property-invalid');
  });

  test('has options only where it is an enumeration or a bool, each once', () => {
    expect(check({ options: [option('a')] })).toBe('property-invalid');
    const enumeration = { type: 'enumeration', fieldType: 'select' } as const;
    expect(check({ ...enumeration, options: [option('a'), option('b')] })).toBeUndefined();
    expect(check({ ...enumeration, options: [option('a'), option('a')] })).toBe('property-invalid');
    expect(check({ ...enumeration, fieldType: 'checkbox', options: [option('a;b')] })).toBe(
      'property-invalid',
    );
  });

  test('can be unique where it is a string or a number', () => {
    expect(check({ hasUniqueValue: true })).toBeUndefined();
    expect(check({ type: 'date', fieldType: 'date', hasUniqueValue: true })).toBe('property-invalid');
  });
});
