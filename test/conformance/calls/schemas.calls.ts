// Rows of schemas.json.
import type { AnyJson } from '../../support/servers/app';
import { definition, type Rows, type World } from '../world';

const root = '/crm-object-schemas/v3/schemas';
const one = `${root}/{objectType}`;

type ObjectSchema = AnyJson & { readonly name: string; readonly objectTypeId: string };

const schema = (world: World) => ({
  name: world.name('car'),
  labels: { singular: 'Car', plural: 'Cars' },
  description: 'What drives',
  primaryDisplayProperty: 'model',
  requiredProperties: ['model'],
  searchableProperties: ['model', 'vin'],
  secondaryDisplayProperties: ['vin'],
  allowsSensitiveProperties: false,
  shouldCreateSameObjectAssociation: false,
  properties: [
    definition('model'),
    { ...definition('vin'), hasUniqueValue: true },
    { ...definition('doors'), type: 'number', fieldType: 'number' },
  ],
  associatedObjects: ['CONTACT'],
});
const made = (world: World): Promise<ObjectSchema> => world.app.ok<ObjectSchema>('POST', root, schema(world));

export const schemaRows: Rows = {
  [`GET ${root}`]: async (call, world) => {
    const { objectTypeId } = await made(world);
    await call({ status: 200 });
    const all = ['includeAssociationDefinitions', 'includeAuditMetadata', 'includePropertyDefinitions'];
    await call({ query: Object.fromEntries(all.map((name) => [name, 'true'])), status: 200 });
    await world.app.ok('DELETE', `${root}/${objectTypeId}`);
    await call({ query: { archived: 'true' }, status: 200 });
    await call({ query: { archived: 'perhaps' }, status: 400 });
  },

  [`POST ${root}`]: async (call, world) => {
    const body = schema(world);
    await call({ body, status: 201 });
    await call({ body, status: 409 });
    await call({ body: { ...schema(world), primaryDisplayProperty: 'no_such' }, status: 400 });
    await call({ body: { name: 'only' }, status: 400 });
  },

  [`POST ${root}/batch/read`]: async (call, world) => {
    const { objectTypeId } = await made(world);
    const wanted = {
      includeAssociationDefinitions: true,
      includeAuditMetadata: true,
      includePropertyDefinitions: true,
    };
    await call({ body: { ...wanted, inputs: [objectTypeId] }, status: 200 });
    await call({ body: { ...wanted, inputs: 'all' }, status: 400 });
  },

  [`GET ${one}`]: async (call, world) => {
    const { objectTypeId, name } = await made(world);
    await call({ path: [objectTypeId], status: 200 });
    await call({ path: [name], query: { includeAuditMetadata: 'true' }, status: 200 });
    await call({ path: ['contacts'], status: 200 });
    await call({ path: ['no-such-type'], status: 400 });
  },

  [`PATCH ${one}`]: async (call, world) => {
    const { objectTypeId } = await made(world);
    const body = {
      labels: { singular: 'Vehicle', plural: 'Vehicles' },
      requiredProperties: ['vin'],
      clearDescription: false,
    };
    await call({ path: [objectTypeId], body, status: 200 });
    await call({ path: [objectTypeId], body: { primaryDisplayProperty: 'no_such' }, status: 400 });
    await call({ path: ['no-such-type'], body, status: 400 });
  },

  [`DELETE ${one}`]: async (call, world) => {
    const { objectTypeId } = await made(world);
    await call({ path: [objectTypeId], status: 204 });
    await call({ path: ['no-such-type'], status: 400 });
  },

  [`POST ${one}/associations`]: async (call, world) => {
    const { objectTypeId } = await made(world);
    const body = { fromObjectTypeId: objectTypeId, toObjectTypeId: '0-3', name: world.name('car_to_deal') };
    await call({ path: [objectTypeId], body, status: 201 });
    await call({ path: [objectTypeId], body: { name: 'only' }, status: 400 });
  },

  [`DELETE ${one}/associations/{associationIdentifier}`]: async (call, world) => {
    const { objectTypeId } = await made(world);
    const body = { fromObjectTypeId: objectTypeId, toObjectTypeId: '0-3', name: world.name('car_to_deal') };
    const { id } = await world.app.ok('POST', `${root}/${objectTypeId}/associations`, body);
    await call({ path: [objectTypeId, id], status: 204 });
    await call({ path: [objectTypeId, 'no-such'], status: 404 });
  },
};
