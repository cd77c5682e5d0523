// Every operation of HubSpot's published files is called, and every answer is held against the file's schema.
import { startApp, type App } from '../support/servers/app';
import { calling, urlOf } from './calling';
import { activityRows } from './calls/activity.calls';
import { associationRows, labelRows } from './calls/associations.calls';
import { contactRows } from './calls/contacts.calls';
import { objectRows } from './calls/objects.calls';
import { ownerRows } from './calls/owners.calls';
import { userRows } from './calls/users.calls';
import { pipelineRows } from './calls/pipelines.calls';
import { propertyRows } from './calls/properties.calls';
import { schemaRows } from './calls/schemas.calls';
import { transferRows } from './calls/transfers.calls';
import { datedOperations } from './dated';
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
  ...labelRows,
  ...transferRows,
  ...ownerRows,
  ...userRows,
  ...activityRows,
};
const operations = publishedOperations();
const keys = operations.map(({ key }) => key);
const isServed = (key: string) => !Object.hasOwn(notServed, key);
const dated = datedOperations([...new Set([...keys, ...Object.keys(rows), ...Object.keys(notServed)])]);
/** Of all files. */
const asked = [...keys, ...dated.flatMap(({ is }) => is ?? [])];

let app: App;
let world: World;
beforeAll(async () => {
  app = await startApp();
  world = new World(app);
});
afterAll(() => app.close());

test('every row is about a published operation, once', () => {
  expect(new Set(keys).size).toBe(keys.length);
  expect(Object.keys(rows).filter((key) => !asked.includes(key))).toEqual([]);
  expect(Object.keys(notServed).filter((key) => !asked.includes(key) || key in rows)).toEqual([]);
});

test('every operation of a dated file is one that is known', () =>
  expect(dated.filter(({ is }) => is === undefined).map(({ name }) => name)).toEqual([]));

test.each(
  operations.filter(({ key }) => isServed(key)).map((operation) => [operation.key, operation] as const),
)('%s answers as published', (key, operation) => answersAsPublished(operation, key));

test.each(dated.filter(({ is }) => isServed(is!)).map((operation) => [operation.name, operation] as const))(
  '%s answers as published',
  (_, operation) => answersAsPublished(operation, operation.is!, operation.statusOf),
);

async function answersAsPublished(
  operation: Operation,
  key: string,
  statusOf?: (status: number) => number,
): Promise<void> {
  const row = rows[key];
  if (!row) throw new Error('No row calls it, and it is not among those not served');
  const seen = new Set<string>();
  const call = calling(app, operation, seen, statusOf);
  await call({ path: [], headers: { authorization: 'Bearer wrong' }, status: 401 });
  if (operation.mediaType === 'application/json') await refusesBadBodies(operation, call);
  await row(call, world);
  const good = [...operation.answers.keys()].filter((status) => status !== 'default');
  expect([...seen].sort()).toEqual([...good, 'error'].sort());
}

/** Whatever the route, what is no JSON is refused in the same shape. */
async function refusesBadBodies(_: Operation, call: ReturnType<typeof calling>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await call({ body: '{"inputs":', headers, status: 400 });
  await call({ body: 'a=b', headers: { 'content-type': 'text/plain' }, status: 415 });
}

const unserved = [
  ...Object.keys(notServed).map((key) => key.split(' ') as [string, string]),
  ...dated.filter(({ is }) => !isServed(is!)).map(({ method, path }) => [method, path] as const),
];
test.each(unserved)('%s %s is not served', async (method, path) => {
  const answer = await app.api(method, urlOf(path, []));
  expect([answer.status, answer.body.message]).toEqual([404, 'No such route']);
});
