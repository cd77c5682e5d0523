// Rows of associations.json, and of the dated files of association types.
import type { Rows, World } from '../world';

const batch = '/crm/v4/associations/{fromObjectType}/{toObjectType}/batch';
const objects = '/crm/v4/objects';
const pair = `${objects}/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}`;
const types = ['contacts', 'companies'] as const;

/** Contact to company, without a label. */
const unlabelled = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
const noSuchType = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 999_999 };

async function two(world: World) {
  const from = await world.record('contacts');
  return { from, to: await world.record('companies') };
}

async function associated(world: World) {
  const { from, to } = await two(world);
  const path = `${objects}/contacts/${from}/associations/default/companies/${to}`;
  await world.app.ok('PUT', path);
  return { from, to };
}

const ids = ({ from, to }: { from: string; to: string }) => ({ from: { id: from }, to: { id: to } });

export const associationRows: Rows = {
  [`POST ${batch}/create`]: async (call, world) => {
    const good = { ...ids(await two(world)), types: [unlabelled] };
    await call({ path: types, body: { inputs: [good] }, status: 201 });
    await call({ path: types, body: { inputs: [good, { ...good, to: { id: '404' } }] }, status: 207 });
    await call({ path: types, body: { inputs: [{ ...good, types: [noSuchType] }] }, status: 207 });
    await call({ path: ['contacts', 'no-such-type'], body: { inputs: [good] }, status: 400 });
  },

  [`POST ${batch}/associate/default`]: async (call, world) => {
    await call({ path: types, body: { inputs: [ids(await two(world))] }, status: 200 });
    await call({ path: types, body: { inputs: [{}] }, status: 400 });
  },

  [`POST ${batch}/read`]: async (call, world) => {
    const { from } = await associated(world);
    await call({ path: types, body: { inputs: [{ id: from }] }, status: 200 });
    const lonely = await world.record('contacts');
    await call({ path: types, body: { inputs: [{ id: from }, { id: lonely }] }, status: 207 });
    await call({ path: types, body: { inputs: [] }, status: 400 });
  },

  [`POST ${batch}/labels/archive`]: async (call, world) => {
    const input = { ...ids(await associated(world)), types: [unlabelled] };
    await call({ path: types, body: { inputs: [input] }, status: 204 });
    await call({ path: types, body: { inputs: [{}] }, status: 400 });
  },

  [`POST ${batch}/archive`]: async (call, world) => {
    const { from, to } = await associated(world);
    await call({ path: types, body: { inputs: [{ from: { id: from }, to: [{ id: to }] }] }, status: 204 });
    await call({ path: types, body: { inputs: [{}] }, status: 400 });
  },

  [`PUT ${objects}/{fromObjectType}/{fromObjectId}/associations/default/{toObjectType}/{toObjectId}`]: async (
    call,
    world,
  ) => {
    const { from, to } = await two(world);
    await call({ path: ['contacts', from, 'companies', to], status: 200 });
    await call({ path: ['companies', to, 'contacts', from], status: 200 });
    await call({ path: ['contacts', from, 'companies', '404'], status: 404 });
  },

  [`GET ${objects}/{objectType}/{objectId}/associations/{toObjectType}`]: async (call, world) => {
    const { from } = await associated(world);
    const more = await world.record('companies');
    await world.app.ok('PUT', `${objects}/contacts/${from}/associations/default/companies/${more}`);
    const path = ['contacts', from, 'companies'];
    const page = await call({ path, query: { limit: '1' }, status: 200 });
    await call({ path, query: { limit: '1', after: page.paging!.next.after }, status: 200 });
    await call({ path: ['contacts', '404', 'companies'], status: 404 });
    await call({ path, query: { limit: '0' }, status: 400 });
  },

  [`PUT ${pair}`]: async (call, world) => {
    const { from, to } = await two(world);
    const path = ['contacts', from, 'companies', to];
    await call({ path, body: [unlabelled], status: 201 });
    await call({ path, body: [noSuchType], status: 400 });
    await call({ path: ['contacts', from, 'companies', '404'], body: [unlabelled], status: 404 });
  },

  [`DELETE ${pair}`]: async (call, world) => {
    const { from, to } = await associated(world);
    await call({ path: ['contacts', from, 'companies', to], status: 204 });
    await call({ path: ['contacts', 'x', 'no-such-type', to], status: 400 });
  },
};

const labels = '/crm/v4/associations/{fromObjectType}/{toObjectType}/labels';

async function labelled(world: World): Promise<number> {
  const name = world.name('label');
  const path = '/crm/v4/associations/contacts/companies/labels';
  const { results } = await world.app.ok('POST', path, { name, label: `Label ${name}` });
  return Number(results[0]!.typeId);
}

export const labelRows: Rows = {
  [`GET ${labels}`]: async (call, world) => {
    await labelled(world);
    await call({ path: types, status: 200 });
    await call({ path: ['contacts', 'no-such-type'], status: 400 });
  },

  [`POST ${labels}`]: async (call, world) => {
    const name = world.name('label');
    const body = { name, label: `Label ${name}`, inverseLabel: `Inverse of ${name}` };
    await call({ path: types, body, status: 200 });
    await call({ path: types, body: { label: 'No name' }, status: 400 });
  },

  [`PUT ${labels}`]: async (call, world) => {
    const associationTypeId = await labelled(world);
    await call({ path: types, body: { associationTypeId, label: world.name('Another') }, status: 204 });
    await call({ path: types, body: { associationTypeId: 999_999, label: 'x' }, status: 400 });
  },

  [`DELETE ${labels}/{associationTypeId}`]: async (call, world) => {
    await call({ path: [...types, String(await labelled(world))], status: 204 });
    await call({ path: [...types, '999999'], status: 400 });
  },
};
