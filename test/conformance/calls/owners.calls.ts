// Rows of crmOwners.json.
import { adminEmail } from '../../support/servers/app';
import type { Rows } from '../world';

const root = '/crm/v3/owners';

export const ownerRows: Rows = {
  [`GET ${root}`]: async (call) => {
    await call({ status: 200 });
    await call({ query: { email: adminEmail, limit: '1' }, status: 200 });
    await call({ query: { archived: 'true' }, status: 200 });
    await call({ query: { limit: '0' }, status: 400 });
  },

  [`GET ${root}/{ownerId}`]: async (call, world) => {
    const { results } = await world.app.ok('GET', root);
    await call({ path: [results[0]!.id], status: 200 });
    await call({ path: [world.app.admin.id], query: { idProperty: 'userId' }, status: 200 });
    await call({ path: ['404'], status: 404 });
  },
};
