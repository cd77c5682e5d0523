// Rows of contacts.json.
import { otherScopes } from '../deviations';
import type { Rows } from '../world';
import { recordRows } from './records';

const root = '/crm/v3/objects/contacts';

export const contactRows: Rows = {
  ...recordRows(root, 'contactId', ['contacts'], () => []),

  [`POST ${root}/merge`]: async (call, world) => {
    const [primaryObjectId, objectIdToMerge] = await world.records('contacts', 2);
    const body = { primaryObjectId, objectIdToMerge };
    await call({ body, status: 200 });
    await call({ body: { ...body, objectIdToMerge: '404' }, status: 404 });
    await call({ body: { ...body, objectIdToMerge: primaryObjectId }, status: 400 });
    await call({ body: {}, status: 400 });
  },

  [`POST ${root}/gdpr-delete`]: async (call, world) => {
    const email = `${world.name()}@example.com`;
    await world.record('contacts', { email });
    await call({ body: { objectId: email, idProperty: 'email' }, status: 204 });
    await call({ body: { objectId: await world.record('contacts') }, status: 204 });
    await call({ body: {}, status: 400 });
    const body = { objectId: await world.record('contacts') };
    const { scope } = otherScopes[`POST ${root}/gdpr-delete`]!;
    await call({ body, headers: await world.keyWith('crm.objects.contacts.write'), status: 403 });
    await call({ body, headers: await world.keyWith(scope), status: 204 });
  },
};
