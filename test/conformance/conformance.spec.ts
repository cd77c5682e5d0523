// Every operation of HubSpot's published files is called, and every answer is held against the file's schema.
import { startApp, type App } from '../support/servers/app';
import { calling, urlOf } from './calling';
import { activityRows } from './calls/activity.calls';
import { associationRows } from './calls/associations.calls';
import { contactRows } from './calls/contacts.calls';
import { objectRows } from './calls/objects.calls';
import { ownerRows } from './calls/owners.calls';
import { userRows } from './calls/users.calls';
import { pipelineRows } from './calls/pipelines.calls';
import { propertyRows } from './calls/properties.calls';
import { schemaRows } from './calls/schemas.calls';
import { transferRows } from './calls/transfers.calls';
import { notServed } from './not-served';
import { publishedOperations, type Operation } from './published';
import { World, type Rows } from './world';

const rows: Rows = {
  ...objectRows,
  ...contactRows,
  ...propertyRows,
  ...schemaRows,
  ...pipelineRows,
  ...associationRows,
  ...transferRows,
  ...ownerRows,
  ...userRows,
  ...activityRows,
};
const operations = publishedOperations();
const keys = operations.map(({ key }) => key);
const served = operations.filter(({ key }) => !Object.hasOwn(notServed, key));

let app: App;
let world: World;
beforeAll(async () => {
  app = await startApp();
  world = new World(app);
});
afterAll(() => app.close());

test('every row is about a published operation, once', () => {
  expect(new Set(keys).size).toBe(keys.length);
  expect(Object.keys(rows).filter((key) => !keys.includes(key))).toEqual([]);
  expect(Object.keys(notServed).filter((key) => !keys.includes(key) || key in rows)).toEqual([]);
});

test.each(served.map((operation) => [operation.key, operation] as const))(
  '%s answers as published',
  async (key, operation) => {
    const row = rows[key];
    if (!row) throw new Error('No row calls it, and it is not among those not served');
    const seen = new Set<string>();
    const call = calling(app, operation, seen);
    await call({ path: [], headers: { authorization: 'Bearer wrong' }, status: 401 });
    if (operation.mediaType === 'application/json') await refusesBadBodies(operation, call);
    await row(call, world);
    const good = [...operation.answers.keys()].filter((status) => status !== 'default');
    expect([...seen].sort()).toEqual([...good, 'error'].sort());
  },
);

/** Whatever the route, what is no JSON is refused in the same shape. */
async function refusesBadBodies(_: Operation, call: ReturnType<typeof calling>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await call({ body: '{"inputs":', headers, status: 400 });
  await call({ body: 'a=b', headers: { 'content-type': 'text/plain' }, status: 415 });
}

test.each(Object.keys(notServed))('%s is not served', async (key) => {
  const [method, path] = key.split(' ') as [string, string];
  const answer = await app.api(method, urlOf(path, []));
  expect([answer.status, answer.body.message]).toEqual([404, 'No such route']);
});
