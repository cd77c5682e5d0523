import {
  archiveGroup,
  changeGroup,
  createGroup,
  propertyGroups,
} from '../../../../src/crm/properties/groups/property-group.decider';
import type { PropertyGroupEvents } from '../../../../src/crm/properties/groups/property-group.events';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { deciding } from '../../../support/spec';

const ev = eventsOf<PropertyGroupEvents>();
const given = deciding(propertyGroups);
const group = { name: 'colours', label: 'Colours', displayOrder: 1 };
const created = ev('propertygroup.created.v1', { objectType: 'contacts', group });
const archived = ev('propertygroup.archived.v1', { objectType: 'contacts', name: 'colours' });

describe('property groups', () => {
  test('a group is made once, and never under the name of a standard one', () => {
    given()
      .when((state) => createGroup(state, 'contacts', group))
      .then(created);
    given(created)
      .when((state) => createGroup(state, 'contacts', group))
      .thenRefused('property-group-exists');
    given()
      .when((state) => createGroup(state, 'contacts', { ...group, name: 'contactinformation' }))
      .thenRefused('property-group-exists');
    given()
      .when((state) => createGroup(state, 'contacts', { ...group, name: 'Bad Name' }))
      .thenRefused('property-group-invalid');
  });

  test('a change says what it was and what it is', () => {
    given(created)
      .when((state) => changeGroup(state, 'contacts', 'colours', { label: 'Shades', displayOrder: 1 }))
      .then(
        ev('propertygroup.changed.v1', {
          objectType: 'contacts',
          name: 'colours',
          from: { label: 'Colours' },
          to: { label: 'Shades' },
        }),
      );
    given(created)
      .when((state) => changeGroup(state, 'contacts', 'colours', { label: 'Colours' }))
      .thenNothing();
    given()
      .when((state) => changeGroup(state, 'contacts', 'colours', { label: 'Colours' }))
      .thenRefused('property-group-unknown');
  });

  test('a group is archived when it has no properties, and its name is free again', () => {
    given(created)
      .when((state) => archiveGroup(state, 'contacts', 'colours', ['favourite_colour']))
      .thenRefused('property-group-in-use');
    given(created)
      .when((state) => archiveGroup(state, 'contacts', 'colours', []))
      .then(archived);
    given(created, archived)
      .when((state) => createGroup(state, 'contacts', group))
      .then(created);
  });

  test('a standard group stays as it is', () => {
    given()
      .when((state) => archiveGroup(state, 'contacts', 'contactinformation', []))
      .thenRefused('property-group-standard');
    given()
      .when((state) => changeGroup(state, 'contacts', 'contactinformation', { label: 'Other' }))
      .thenRefused('property-group-standard');
  });
});
