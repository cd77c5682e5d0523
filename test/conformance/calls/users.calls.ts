// Rows of userProvisioning.json and accountInfo.json.
import type { Rows } from '../world';

const users = '/settings/users/v3';
const one = '/settings/v3/users/{userId}';

export const userRows: Rows = {
  [`GET ${users}`]: async (call) => {
    await call({ status: 200 });
    await call({ query: { limit: '1' }, status: 200 });
    await call({ query: { limit: '0' }, status: 400 });
  },

  [`POST ${users}`]: async (call, world) => {
    const email = `${world.name('user')}@example.com`;
    const body = { email, firstName: 'Lin', lastName: 'Yu', roleId: 'viewer', sendWelcomeEmail: true };
    await call({ body, status: 201 });
    await call({ body, status: 409 });
    await call({ body: { ...body, email: 'nobody' }, status: 400 });
  },

  [`GET ${one}`]: async (call, world) => {
    await call({ path: [world.app.admin.id], status: 200 });
    const { results } = await world.app.ok('GET', users);
    const email = String(results[0]!.email);
    await call({ path: [email], query: { idProperty: 'EMAIL' }, status: 200 });
    await call({ path: ['404'], status: 404 });
  },

  [`PUT ${one}`]: async (call, world) => {
    const email = `${world.name('user')}@example.com`;
    const { id } = await world.app.ok('POST', users, { email, sendWelcomeEmail: false });
    const team = await world.app.ok('POST', '/settings/v3/users/teams', { name: world.name('team') });
    await call({
      path: [id],
      body: { firstName: 'Ada', primaryTeamId: team.id, roleId: 'sales' },
      status: 200,
    });
    await call({ path: [id], body: { roleId: 'king' }, status: 400 });
    await call({ path: ['404'], body: { firstName: 'Ada' }, status: 404 });
  },

  [`DELETE ${one}`]: async (call, world) => {
    const email = `${world.name('user')}@example.com`;
    const { id } = await world.app.ok('POST', users, { email, sendWelcomeEmail: false });
    await call({ path: [id], status: 204 });
    await call({ path: ['404'], status: 404 });
  },

  ['GET /settings/v3/users/roles']: async (call) => {
    await call({ status: 200 });
  },

  ['GET /settings/v3/users/teams']: async (call) => {
    await call({ status: 200 });
  },

  ['GET /account-info/v3/details']: async (call) => {
    await call({ status: 200 });
  },
};
