import { AssociationTypes } from '@hubspot/api-client';
import { bothWays } from '../../../../src/crm/associations/types/association-types';
import {
  archiveType,
  associationTypes,
  defineTypes,
  relabelType,
  type NewType,
} from '../../../../src/crm/associations/types/association-type.decider';
import type {
  AssociationTypeDefinition,
  AssociationTypeEvents,
} from '../../../../src/crm/associations/types/association-type.events';
import { objectTypes } from '../../../../src/crm/schemas/object-type.vocabulary';
import {
  everyStandardAssociationType,
  standardAssociationTypes,
} from '../../../../src/crm/associations/types/standard-association-types';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { deciding } from '../../../support/spec';

const given = deciding(associationTypes);
const ev = eventsOf<AssociationTypeEvents>();
const asked: NewType = {
  ...{ fromType: 'contacts', toType: 'companies', name: 'advisor' },
  ...{ label: 'Advises', inverseLabel: 'Advisor' },
};
const defined: AssociationTypeDefinition = {
  ...{ typeId: 100_001, inverseTypeId: 100_002, fromType: 'contacts', toType: 'companies' },
  ...{ category: 'USER_DEFINED', name: 'advisor', label: 'Advises', inverseLabel: 'Advisor' },
};
const there = ev('associationtype.defined.v1', defined);

describe('The types of the build', () => {
  test('join any two object types by one default type', () => {
    for (const { name: a } of objectTypes)
      for (const { name: b } of objectTypes) {
        const usual = standardAssociationTypes(a, b).filter(({ label }) => label === null);
        expect([a, b, usual.length]).toEqual([a, b, 1]);
      }
  });

  test('have the numbers of the official client', () => {
    const plural = (word: string) =>
      objectTypes.find(({ singular }) => singular === word.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`))
        ?.name;
    const published = Object.entries(AssociationTypes as Record<string, string | number>).flatMap(
      ([name, typeId]) => {
        const [, from = '', to = ''] = /^(?:primary)?(\w+?)To(\w+)$/.exec(name) ?? [];
        const [fromType, toType] = [from, to].map((word) =>
          plural(word.charAt(0).toLowerCase() + word.slice(1)),
        );
        return typeof typeId === 'number' && fromType && toType ? [{ typeId, fromType, toType }] : [];
      },
    );
    expect(published.length).toBeGreaterThan(70);
    const ours = everyStandardAssociationType.flatMap(bothWays);
    for (const { typeId, ...pair } of published)
      expect({ typeId, ...ours.find((one) => one.typeId === typeId) }).toMatchObject({ typeId, ...pair });
  });

  test('have a number for each direction, and none twice', () => {
    const numbers = everyStandardAssociationType.flatMap(bothWays).map(({ typeId }) => typeId);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('An association type', () => {
  test('gets a number for each direction', () =>
    given()
      .when((s) => defineTypes(s, [asked]))
      .then(there));

  test('has one label for both directions where it is given one', () =>
    given(there)
      .when((s) => defineTypes(s, [{ ...asked, name: 'partner', label: 'Partner', inverseLabel: undefined }]))
      .then(
        ev('associationtype.defined.v1', {
          ...{ ...defined, name: 'partner', label: 'Partner', inverseLabel: 'Partner' },
          ...{ typeId: 100_003, inverseTypeId: 100_004 },
        }),
      ));

  test('between records of one type has one number where it has one label', () =>
    given()
      .when((s) =>
        defineTypes(s, [{ ...asked, toType: 'contacts', label: 'Friend', inverseLabel: undefined }]),
      )
      .then(
        ev('associationtype.defined.v1', {
          ...{ ...defined, toType: 'contacts', label: 'Friend', inverseLabel: 'Friend' },
          inverseTypeId: 100_001,
        }),
      ));

  test('is defined with others, all or none', () =>
    given()
      .when((s) => defineTypes(s, [asked, { ...asked, fromType: 'companies', toType: 'contacts' }]))
      .thenRefused('association-type-exists'));

  test.each(['advisor', 'contact_to_company'])('is refused a name the pair has: %s', (name) =>
    given(there)
      .when((s) => defineTypes(s, [{ ...asked, fromType: 'companies', toType: 'contacts', name }]))
      .thenRefused('association-type-exists'),
  );

  test('may be the default of a pair that has none', () =>
    given()
      .when((s) =>
        defineTypes(s, [{ fromType: 'car', toType: 'contacts', name: 'car_to_contact', label: null }]),
      )
      .then(
        ev('associationtype.defined.v1', {
          ...{ typeId: 100_001, inverseTypeId: 100_002, fromType: 'car', toType: 'contacts' },
          ...{ category: 'USER_DEFINED', name: 'car_to_contact', label: null, inverseLabel: null },
        }),
      ));

  test('is not a second default', () =>
    given()
      .when((s) => defineTypes(s, [{ ...asked, label: null }]))
      .thenRefused('association-type-exists'));

  test('is relabelled in the direction it is named in', () =>
    given(there)
      .when((s) => relabelType(s, 100_002, { label: 'Counsel' }))
      .then(
        ev('associationtype.relabelled.v1', {
          typeId: 100_001,
          from: { label: 'Advises', inverseLabel: 'Advisor' },
          to: { label: 'Advises', inverseLabel: 'Counsel' },
        }),
      ));

  test('with the labels it has stays as it is', () =>
    given(there)
      .when((s) => relabelType(s, 100_001, { label: 'Advises' }))
      .thenNothing());

  test('that was deleted gives its numbers to no other', () =>
    given(there, ev('associationtype.archived.v1', { typeId: 100_001 }))
      .when((s) => defineTypes(s, [asked]))
      .then(ev('associationtype.defined.v1', { ...defined, typeId: 100_003, inverseTypeId: 100_004 })));

  test('is deleted by the number of either direction, once', () => {
    given(there)
      .when((s) => archiveType(s, 100_002))
      .then(ev('associationtype.archived.v1', { typeId: 100_001 }));
    given(there, ev('associationtype.archived.v1', { typeId: 100_001 }))
      .when((s) => archiveType(s, 100_001))
      .thenRefused('association-type-unknown');
  });
});
