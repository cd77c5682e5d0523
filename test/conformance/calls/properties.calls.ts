// Rows of properties.json.
import { objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { definition, type Rows } from '../world';

const root = '/crm/v3/properties/{objectType}';
const one = `${root}/{propertyName}`;
const groups = `${root}/groups`;
const group = `${groups}/{groupName}`;

export const propertyRows: Rows = {
  [`GET ${root}`]: async (call, world) => {
    const archived = await world.property('deals');
    await world.app.ok('DELETE', `/crm/v3/properties/deals/${archived}`);
    for (const { name } of objectTypes) await call({ path: [name], status: 200 });
    await call({ path: ['deals'], query: { archived: 'true' }, status: 200 });
    await call({ path: ['deals'], query: { dataSensitivity: 'sensitive' }, status: 200 });
    await call({ path: ['deals'], query: { archived: 'perhaps' }, status: 400 });
    await call({ path: ['no-such-type'], status: 400 });
  },

  [`POST ${root}`]: async (call, world) => {
    const groupName = await world.group('contacts');
    const text = { ...definition(world.name()), groupName };
    await call({ path: ['contacts'], body: text, status: 201 });
    await call({ path: ['contacts'], body: text, status: 409 });
    const options = [{ label: 'Red', value: 'red', hidden: false, displayOrder: 0, description: 'as blood' }];
    const chosen = { type: 'enumeration', fieldType: 'select', options };
    await call({ path: ['contacts'], body: { ...text, name: world.name(), ...chosen }, status: 201 });
    const more = { hasUniqueValue: true, hidden: true, formField: true, displayOrder: 3, description: 'x' };
    await call({ path: ['contacts'], body: { ...text, name: world.name(), ...more }, status: 201 });
    const secret = { dataSensitivity: 'sensitive' };
    await call({ path: ['contacts'], body: { ...text, name: world.name(), ...secret }, status: 201 });
    await call({ path: ['contacts'], body: { ...text, name: world.name(), type: 'colour' }, status: 400 });
    await call({ path: ['contacts'], body: { name: 'only' }, status: 400 });
  },

  [`GET ${one}`]: async (call, world) => {
    const name = await world.property('companies');
    await call({ path: ['companies', name], status: 200 });
    await call({ path: ['companies', 'name'], status: 200 });
    await world.app.ok('DELETE', `/crm/v3/properties/companies/${name}`);
    await call({ path: ['companies', name], status: 404 });
    await call({ path: ['companies', name], query: { archived: 'true' }, status: 200 });
    await call({ path: ['companies', 'x'.repeat(300)], status: 404 });
  },

  [`PATCH ${one}`]: async (call, world) => {
    const name = await world.property('companies');
    await call({ path: ['companies', name], body: { label: 'Another' }, status: 200 });
    await call({ path: ['companies', name], body: { label: 7 }, status: 400 });
    await call({ path: ['companies', 'no_such'], body: { label: 'x' }, status: 404 });
  },

  [`DELETE ${one}`]: async (call, world) => {
    await call({ path: ['companies', await world.property('companies')], status: 204 });
    await call({ path: ['companies', 'no_such'], status: 404 });
    await call({ path: ['companies', 'name'], status: 400 });
  },

  [`POST ${root}/batch/create`]: async (call, world) => {
    const groupName = await world.group('deals');
    const fresh = () => ({ ...definition(world.name()), groupName });
    const twice = fresh();
    await call({ path: ['deals'], body: { inputs: [fresh(), twice] }, status: 201 });
    await call({ path: ['deals'], body: { inputs: [fresh(), twice] }, status: 409 });
    // What may be a repeat is not refused as a whole for what it may have written itself.
    const headers = { 'idempotency-key': world.name() };
    await call({ path: ['deals'], body: { inputs: [fresh(), twice] }, headers, status: 207 });
    await call({ path: ['deals'], body: { inputs: [{ name: 'only' }] }, status: 400 });
  },

  [`POST ${root}/batch/read`]: async (call, world) => {
    const name = await world.property('deals');
    const asked = { archived: false, dataSensitivity: 'non_sensitive', inputs: [{ name }] };
    await call({ path: ['deals'], body: asked, status: 200 });
    const some = { ...asked, inputs: [{ name }, { name: 'no_such' }] };
    await call({ path: ['deals'], body: some, status: 207 });
    await call({ path: ['deals'], body: { inputs: [] }, status: 400 });
  },

  [`POST ${root}/batch/archive`]: async (call, world) => {
    const inputs = [{ name: await world.property('deals') }, { name: await world.property('deals') }];
    await call({ path: ['deals'], body: { inputs }, status: 204 });
    await call({ path: ['deals'], body: { inputs: 'all' }, status: 400 });
  },

  [`GET ${groups}`]: async (call) => {
    for (const type of ['contacts', 'deals', 'products']) await call({ path: [type], status: 200 });
    await call({ path: ['no-such-type'], status: 400 });
  },

  [`POST ${groups}`]: async (call, world) => {
    const name = world.name('group');
    await call({ path: ['contacts'], body: { name, label: 'Group', displayOrder: 2 }, status: 201 });
    await call({ path: ['contacts'], body: { name, label: 'Group' }, status: 409 });
    await call({ path: ['contacts'], body: { name: 'Not a name', label: '' }, status: 400 });
  },

  [`GET ${group}`]: async (call, world) => {
    await call({ path: ['contacts', await world.group('contacts')], status: 200 });
    await call({ path: ['contacts', 'no_such'], status: 404 });
  },

  [`PATCH ${group}`]: async (call, world) => {
    const name = world.name('group');
    await world.app.ok('POST', '/crm/v3/properties/deals/groups', { name, label: 'Group' });
    await call({ path: ['deals', name], body: { label: 'Another', displayOrder: 5 }, status: 200 });
    await call({ path: ['deals', 'no_such'], body: { label: 'Another' }, status: 404 });
    await call({ path: ['deals', name], body: { label: 7 }, status: 400 });
  },

  [`DELETE ${group}`]: async (call, world) => {
    const name = world.name('group');
    await world.app.ok('POST', '/crm/v3/properties/deals/groups', { name, label: 'Group' });
    await call({ path: ['deals', name], status: 204 });
    await call({ path: ['deals', name], status: 404 });
  },
};
