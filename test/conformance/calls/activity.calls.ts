// Rows of auditLogs.json.
import type { Rows } from '../world';

const root = '/account-info/v3/activity';
const FUTURE = String(Date.UTC(2100, 0, 1));

export const activityRows: Rows = {
  [`GET ${root}/audit-logs`]: async (call, world) => {
    await world.record('contacts', { email: `${world.name('person')}@example.com` });
    await call({ status: 200 });
    const query = { actingUserId: world.app.admin.id, sort: 'occurredAt', limit: '1' };
    const { paging } = await call({ query, status: 200 });
    await call({ query: { ...query, after: paging!.next.after }, status: 200 });
    await call({
      query: { occurredBefore: '2020-01-01T00:00:00Z', fillFinalTimestamp: 'true' },
      status: 200,
    });
    await call({ query: { limit: '0' }, status: 400 });
    await call({ query: { sort: 'category' }, status: 400 });
    await call({ query: { occurredAfter: 'yesterday' }, status: 400 });
    await call({ headers: await world.keyWith('crm.objects.contacts.read'), status: 403 });
    await call({ headers: await world.keyWith('audit.read'), status: 200 });
  },

  [`GET ${root}/login`]: async (call, world) => {
    const { results } = await call({ query: { userId: world.app.admin.id }, status: 200 });
    if (results.length === 0) throw new Error('Nobody has logged in');
    await call({ query: { limit: '1' }, status: 200 });
    await call({ query: { userId: 'ada' }, status: 400 });
    await call({ headers: await world.keyWith('crm.objects.contacts.read'), status: 403 });
  },

  [`GET ${root}/security`]: async (call, world) => {
    await world.keyWith('audit.read');
    const { results } = await call({ query: { userId: world.app.admin.id }, status: 200 });
    if (results.length === 0) throw new Error('A key was made');
    await call({ query: { fromTimestamp: '0', toTimestamp: FUTURE, limit: '1' }, status: 200 });
    await call({ query: { fromTimestamp: FUTURE, toTimestamp: '0' }, status: 400 });
    await call({ headers: await world.keyWith('crm.objects.contacts.read'), status: 403 });
  },
};
