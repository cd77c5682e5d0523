// Two apis over the same stores create records as fast as they can, some of them with the same e-mail addresses: no id
// is given twice, a refusal names the real holder of an address, and every record is there once.
import { caughtUp, Client } from './client';
import { Creators } from './creators';
import { type Deployment } from './deployment';
import { startDeployment } from './start';

const RECORDS = 2_000;

let deployment: Deployment;
beforeAll(async () => void (deployment = await startDeployment(['api', 'api', 'projector'])));
afterAll(() => deployment.remove());

test('records created through two apis at once have ids of their own, and refusals name their holders', async () => {
  const client = new Client(deployment, () => 0);
  await client.logIn();
  const creators = new Creators(
    deployment.members.filter(({ role }) => role === 'api').map(({ url }) => url!),
    client.token,
  );
  const expected = await creators.create(RECORDS);
  expect(creators.wrong).toEqual([]);
  expect(creators.named).toBeGreaterThan(0);
  const { log, close } = await deployment.left();
  expect(await creators.differences(log, expected)).toEqual([]);
  await close();
  const filterGroups = [{ filters: [{ propertyName: 'city', operator: 'EQ', value: creators.run }] }];
  const found = () => client.search<{ total: number }>('/crm/v3/objects/contacts/search', { filterGroups });
  await caughtUp(client);
  expect((await found()).total).toBe(expected);
}, 300_000);
