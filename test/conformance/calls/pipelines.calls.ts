// Rows of pipelines.json.
import type { AnyJson } from '../../support/servers/app';
import type { Rows, World } from '../world';

const root = '/crm/v3/pipelines/{objectType}';
const one = `${root}/{pipelineId}`;
const stages = `${one}/stages`;
const stage = `${stages}/{stageId}`;

type Pipeline = AnyJson & { readonly stages: readonly AnyJson[] };

const stageNamed = (label: string, displayOrder = 0) => ({
  label,
  displayOrder,
  metadata: { probability: '0.5', isClosed: 'false' },
});
const pipeline = (world: World) => ({
  label: world.name('Pipeline'),
  displayOrder: 1,
  stages: [stageNamed('First'), stageNamed('Second', 1)],
});

const made = (world: World, type = 'deals'): Promise<Pipeline> => {
  const ticketStages = [{ ...stageNamed('Open'), metadata: { ticketState: 'OPEN' } }];
  const body = type === 'tickets' ? { ...pipeline(world), stages: ticketStages } : pipeline(world);
  return world.app.ok<Pipeline>('POST', `/crm/v3/pipelines/${type}`, body);
};

/** A pipeline of which one stage holds a record. */
async function used(world: World): Promise<Pipeline> {
  const found = await made(world);
  await world.record('deals', { pipeline: found.id, dealstage: found.stages[0]!.id });
  return found;
}

export const pipelineRows: Rows = {
  [`GET ${root}`]: async (call, world) => {
    await made(world);
    for (const type of ['deals', 'leads', 'tickets']) await call({ path: [type], status: 200 });
    await call({ path: ['no-such-type'], status: 400 });
  },

  [`POST ${root}`]: async (call, world) => {
    const body = pipeline(world);
    await call({ path: ['deals'], body, status: 201 });
    await call({ path: ['deals'], body: { ...pipeline(world), pipelineId: world.name('own') }, status: 201 });
    const ticketStages = [{ ...stageNamed('Open'), metadata: { ticketState: 'OPEN' } }];
    await call({ path: ['tickets'], body: { ...pipeline(world), stages: ticketStages }, status: 201 });
    await call({ path: ['deals'], body: { label: 'No stages' }, status: 400 });
  },

  [`GET ${one}`]: async (call, world) => {
    await call({ path: ['deals', (await made(world)).id], status: 200 });
    await call({ path: ['tickets', (await made(world, 'tickets')).id], status: 200 });
    await call({ path: ['deals', 'no-such'], status: 404 });
  },

  [`PUT ${one}`]: async (call, world) => {
    const { id } = await made(world);
    await call({ path: ['deals', id], body: pipeline(world), status: 200 });
    await call({ path: ['deals', 'no-such'], body: pipeline(world), status: 404 });
    const query = { validateReferencesBeforeDelete: 'true' };
    const others = { ...pipeline(world), stages: [stageNamed('Other')] };
    await call({ path: ['deals', (await used(world)).id], query, body: others, status: 409 });
  },

  [`PATCH ${one}`]: async (call, world) => {
    const { id } = await made(world);
    await call({
      path: ['deals', id],
      body: { label: world.name('Pipeline'), displayOrder: 4 },
      status: 200,
    });
    await call({ path: ['deals', 'no-such'], body: { label: 'x' }, status: 404 });
    await call({ path: ['deals', id], body: { displayOrder: 'last' }, status: 400 });
  },

  [`DELETE ${one}`]: async (call, world) => {
    await call({ path: ['deals', (await made(world)).id], status: 204 });
    await call({ path: ['deals', 'no-such'], status: 404 });
    const query = { validateReferencesBeforeDelete: 'true' };
    await call({ path: ['deals', (await used(world)).id], query, status: 409 });
  },

  [`GET ${one}/audit`]: async (call, world) => {
    const { id } = await made(world);
    await world.app.ok('PATCH', `/crm/v3/pipelines/deals/${id}`, { label: world.name('Pipeline') });
    await call({ path: ['deals', id], status: 200 });
    await call({ path: ['deals', 'no-such'], status: 404 });
  },

  [`GET ${stages}`]: async (call, world) => {
    await call({ path: ['deals', (await made(world)).id], status: 200 });
    await call({ path: ['deals', 'no-such'], status: 404 });
  },

  [`POST ${stages}`]: async (call, world) => {
    const { id } = await made(world);
    await call({ path: ['deals', id], body: stageNamed('Third', 2), status: 201 });
    await call({ path: ['deals', id], body: { label: 'No order' }, status: 400 });
    await call({ path: ['deals', 'no-such'], body: stageNamed('Third', 2), status: 404 });
  },

  [`GET ${stage}`]: async (call, world) => {
    const { id, stages } = await made(world);
    await call({ path: ['deals', id, stages[0]!.id], status: 200 });
    await call({ path: ['deals', id, 'no-such'], status: 404 });
  },

  [`PUT ${stage}`]: async (call, world) => {
    const { id, stages } = await made(world);
    await call({ path: ['deals', id, stages[0]!.id], body: stageNamed('Replaced'), status: 200 });
    await call({ path: ['deals', id, 'no-such'], body: stageNamed('Replaced'), status: 404 });
    await call({ path: ['deals', id, stages[0]!.id], body: {}, status: 400 });
  },

  [`PATCH ${stage}`]: async (call, world) => {
    const { id, stages } = await made(world);
    const body = { label: 'Changed', metadata: { probability: '0.9' } };
    await call({ path: ['deals', id, stages[0]!.id], body, status: 200 });
    await call({ path: ['deals', id, 'no-such'], body, status: 404 });
    await call({ path: ['deals', id, stages[0]!.id], body: { metadata: 'none' }, status: 400 });
  },

  [`DELETE ${stage}`]: async (call, world) => {
    const { id, stages } = await made(world);
    await call({ path: ['deals', id, stages[0]!.id], status: 204 });
    await call({ path: ['deals', id, 'no-such'], status: 404 });
    const query = { validateReferencesBeforeDelete: 'true' };
    const busy = await used(world);
    await call({ path: ['deals', busy.id, busy.stages[0]!.id], query, status: 409 });
  },

  [`GET ${stage}/audit`]: async (call, world) => {
    const { id, stages } = await made(world);
    const path = ['deals', id, stages[0]!.id];
    await world.app.ok('PATCH', `/crm/v3/pipelines/${path[0]}/${id}/stages/${path[2]}`, {
      label: 'Changed',
      metadata: {},
    });
    await call({ path, status: 200 });
    await call({ path: ['deals', id, 'no-such'], status: 404 });
  },
};
