import { checkSchemaName, checkSchemaProperties } from '../../../../src/crm/schemas/schema-check';
import {
  archiveSchema,
  changeSchema,
  createSchema,
  schema,
} from '../../../../src/crm/schemas/schema.decider';
import type { ObjectSchema, SchemaEvents } from '../../../../src/crm/schemas/schema.events';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { schemas } from '../../../../projections/crm/schemas';
import { at, by, deciding, later, projecting, refusalOf } from '../../../support/spec';

const ev = eventsOf<SchemaEvents>();
const given = deciding(schema);
const car: ObjectSchema = {
  name: 'car',
  objectTypeId: '2-5301000000000000',
  labels: { singular: 'Car', plural: 'Cars' },
  description: '',
  primaryDisplayProperty: 'plate',
  secondaryDisplayProperties: [],
  requiredProperties: ['plate'],
  searchableProperties: ['plate'],
  allowsSensitiveProperties: false,
};
const created = ev('schema.created.v1', { schema: car });
const archived = ev('schema.archived.v1', { name: 'car' });

describe('a custom object type', () => {
  test('is defined once', () => {
    given()
      .when((state) => createSchema(state, car))
      .then(created);
    given(created)
      .when((state) => createSchema(state, car))
      .thenRefused('schema-exists');
  });

  test('keeps its name and type id when it is defined again after it was archived', () =>
    given(created, archived)
      .when((state) =>
        createSchema(state, { ...car, name: 'CAR', objectTypeId: '2-1', requiredProperties: [] }),
      )
      .then(ev('schema.recreated.v1', { schema: { ...car, requiredProperties: [] } })));

  test('changes what is asked and differs', () => {
    given(created)
      .when((state) => changeSchema(state, { description: 'What we lend', requiredProperties: ['plate'] }))
      .then(
        ev('schema.changed.v1', {
          name: 'car',
          from: { description: '' },
          to: { description: 'What we lend' },
        }),
      );
    given(created)
      .when((state) => changeSchema(state, { description: '' }))
      .then();
  });

  test('is archived once, and not changed after that', () => {
    given(created).when(archiveSchema).then(archived);
    given(created, archived).when(archiveSchema).then();
    given(created, archived)
      .when((state) => changeSchema(state, { description: 'x' }))
      .thenRefused('schema-unknown');
    given().when(archiveSchema).thenRefused('schema-unknown');
  });

  test.each([
    '',
    '1car',
    'my car',
    'größe',
    'contact',
    'Deals',
    'user',
    'BACKUP',
    'binrestore',
    'p_car',
    'p12_car',
    'property_x',
    ...Object.getOwnPropertyNames(Object.prototype),
  ])('may not be named "%s"', (name) =>
    expect(refusalOf(() => checkSchemaName(name))).toBe('schema-invalid'),
  );

  test.each(['car', 'Car', 'lease_2', 'prototype'])('may be named "%s"', (name) =>
    expect(() => checkSchemaName(name)).not.toThrow(),
  );

  test('names only properties that it has, each once, and none that is sensitive but to require it', () => {
    const defined = new Map([
      ['plate', { dataSensitivity: 'non_sensitive' } as const],
      ['fine', { dataSensitivity: 'sensitive' } as const],
    ]);
    const check = (part: Partial<ObjectSchema>) =>
      refusalOf(() => checkSchemaProperties({ ...car, ...part }, (name) => defined.get(name)));
    expect(check({ requiredProperties: ['fine'] })).toBeUndefined();
    expect(check({ secondaryDisplayProperties: ['fine'] })).toBe('schema-invalid');
    expect(check({})).toBeUndefined();
    expect(check({ primaryDisplayProperty: 'colour' })).toBe('schema-invalid');
    expect(check({ requiredProperties: ['colour'] })).toBe('schema-invalid');
    expect(check({ searchableProperties: ['plate', 'plate'] })).toBe('schema-invalid');
  });

  test('is in the read model as it is now', () =>
    projecting(schemas)
      .given(
        created,
        by(ev('schema.changed.v1', { name: 'car', from: { description: '' }, to: { description: 'x' } }), {
          at: later,
        }),
        archived,
      )
      .then({
        car: {
          schema: { ...car, description: 'x' },
          createdAt: at,
          createdUserId: 'user-1',
          updatedAt: at,
          updatedUserId: 'user-1',
          archived: true,
          revision: 2,
        },
      }));
});
