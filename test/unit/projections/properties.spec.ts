import type { PropertyDefinition, PropertyEvents } from '../../../src/crm/properties/property.events';
import { define } from '../../../src/crm/properties/standard/definition';
import { eventsOf } from '../../../src/eventsourcing/event';
import { properties, type PropertyDocument } from '../../../projections/crm/properties';
import { at, by, later, projecting } from '../../support/spec';

const ev = eventsOf<PropertyEvents>();
const definition = define('companyinformation', 'text', 'sector', 'Sector');
const created = ev('property.created.v1', { objectType: 'companies', definition });
const renamed = by(
  ev('property.changed.v1', {
    objectType: 'companies',
    name: 'sector',
    from: { label: 'Sector' },
    to: { label: 'Branch' },
  }),
  { at: later },
);
const archived = by(ev('property.archived.v1', { objectType: 'companies', name: 'sector' }), { at: later });
const recreated = by(
  ev('property.recreated.v1', { objectType: 'companies', definition: { ...definition, label: 'New' } }),
  { at: later },
);

const asCreated: Omit<PropertyDocument, 'id'> = {
  objectType: 'companies',
  name: 'sector',
  definition,
  sensitivity: 'non_sensitive',
  createdAt: at,
  createdUserId: 'user-1',
  updatedAt: at,
  updatedUserId: 'user-1',
  archived: false,
  archivedAt: null,
  revision: 0,
};

describe('properties', () => {
  test('a property that was created is defined', () =>
    projecting(properties).given(created).then({ 'companies/sector': asCreated }));

  test('a changed property shows its new label', () =>
    projecting(properties)
      .given(created, renamed)
      .then({
        'companies/sector': {
          ...asCreated,
          definition: { ...definition, label: 'Branch' },
          updatedAt: later,
          revision: 1,
        },
      }));

  test('an archived property is kept, and created again is defined anew', () => {
    projecting(properties)
      .given(created, archived)
      .then({
        'companies/sector': {
          ...asCreated,
          archived: true,
          archivedAt: later,
          updatedAt: later,
          revision: 1,
        },
      });
    projecting(properties)
      .given(created, archived, recreated)
      .then({
        'companies/sector': {
          ...asCreated,
          definition: { ...definition, label: 'New' },
          updatedAt: later,
          revision: 2,
        },
      });
  });

  test('its values stay as sensitive as it ever was', () => {
    const as = (dataSensitivity: PropertyDefinition['dataSensitivity']) =>
      ev('property.recreated.v1', {
        objectType: 'companies',
        definition: { ...definition, dataSensitivity },
      });
    const { documents } = projecting(properties).given(
      created,
      archived,
      as('highly_sensitive'),
      archived,
      as('sensitive'),
    );
    expect(documents['companies/sector']).toMatchObject({
      sensitivity: 'highly_sensitive',
      definition: { dataSensitivity: 'sensitive' },
    });
  });
});
