// Batches of which some inputs cannot be written: all of those are named, or, where inputs are traced, the others are
// written.
import fc from 'fast-check';
import { type App, ownLog, startApp } from '../../support/servers/app';

interface BatchJson {
  readonly message: string;
  readonly category: string;
  readonly results: readonly { readonly id: string; readonly objectWriteTraceId?: string }[];
  readonly numErrors?: number;
  readonly errors?: readonly BatchErrorJson[];
}
interface BatchErrorJson {
  readonly in?: string;
  readonly message: string;
  readonly category: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly { readonly in?: string; readonly message: string }[];
}

let app: App;
beforeAll(async () => void (app = await startApp(ownLog)));
afterAll(() => app.close());

const batch = (type: string, what: string, inputs: readonly object[]) =>
  app.api<BatchJson>('POST', `/crm/v3/objects/${type}/batch/${what}`, { inputs });
const traced = (inputs: readonly object[]) =>
  inputs.map((input, n) => ({ ...input, objectWriteTraceId: `trace-${n}` }));
const head = () => app.engine.eventStore.head();
const places = ({ errors = [] }: BatchJson) => [...new Set(errors.map((error) => error.in))];

/** Inputs of which those at 1, 2, 3 and 5 cannot be written. */
async function mixed(mark: string) {
  const held = `held-${mark}@example.com`;
  const { id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: held } });
  const linked = {
    to: { id: '7' },
    types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }],
  };
  const inputs = [
    { properties: { email: `a-${mark}@example.com` } },
    { properties: { email: 'no address', nope: 'x' } },
    { properties: { email: held } },
    { properties: { email: `A-${mark}@example.com` } },
    { properties: { firstname: mark } },
    { properties: { firstname: mark }, associations: [linked] },
  ];
  return { id, inputs };
}

test('without trace ids nothing is written, and every refused input is named with its reasons', async () => {
  const { id, inputs } = await mixed('untraced');
  const before = await head();
  const { status, body } = await batch('contacts', 'create', inputs);
  expect([status, body.category, await head()]).toEqual([400, 'VALIDATION_ERROR', before]);
  expect(places(body)).toEqual(['inputs[1]', 'inputs[2]', 'inputs[3]', 'inputs[5]']);
  expect(body.message).toBe('4 of 6 inputs are refused: inputs[1], inputs[2], inputs[3], inputs[5]');
  const reasons = body.errors!.map(({ message }) => message);
  expect(reasons).toEqual([
    'inputs[1]: Property "email" must be an e-mail address',
    'inputs[1]: Property "nope" does not exist',
    'inputs[2]: email must be unique',
    'inputs[3]: inputs[0] and inputs[3] have the same email, which must be unique',
    'inputs[5].associations[0]: There is no company with id 7',
  ]);
  expect(body.errors![2]!.context).toMatchObject({ existingObjectId: [id], propertyName: ['email'] });
});

test('of refusals that are alike the answer is theirs', async () => {
  const mails = ['one', 'two', 'three'].map((name) => `alike-${name}@example.com`);
  for (const email of mails.slice(0, 2))
    await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email } });
  const inputs = mails.map((email) => ({ properties: { email } }));
  const { status, body } = await batch('contacts', 'create', inputs);
  expect([status, body.category, places(body)]).toEqual([409, 'CONFLICT', ['inputs[0]', 'inputs[1]']]);
});

test('with trace ids the others are written, and each error leads to its input', async () => {
  const { inputs } = await mixed('traced');
  const { status, body } = await batch('contacts', 'create', traced(inputs));
  expect([status, body.numErrors]).toEqual([207, 4]);
  expect(body.results.map((one) => one.objectWriteTraceId)).toEqual(['trace-0', 'trace-4']);
  expect(body.errors!.map(({ context }) => context!.objectWriteTraceId)).toEqual(
    [1, 2, 3, 5].map((n) => [`trace-${n}`]),
  );
  expect(body.errors!.map(({ errors }) => errors![0]!.in)).toEqual([1, 2, 3, 5].map((n) => `inputs[${n}]`));
  for (const { id } of body.results)
    expect((await app.api('GET', `/crm/v3/objects/contacts/${id}`)).status).toBe(200);
});

test('so it is with changes and with upserts', async () => {
  const ids = await Promise.all(
    [1, 2].map(
      async (n) => (await app.ok('POST', '/crm/v3/objects/deals', { properties: { amount: String(n) } })).id,
    ),
  );
  const changes = [
    { id: ids[0], properties: { amount: '10' } },
    { id: ids[1], properties: { amount: 'much' } },
    { id: ids[0], properties: { amount: '11' } },
    { id: '42', properties: { amount: '12' } },
  ];
  const before = await head();
  const refused = await batch('deals', 'update', changes);
  expect([refused.status, places(refused.body), await head()]).toEqual([
    400,
    ['inputs[1]', 'inputs[2]'],
    before,
  ]);
  const done = await batch('deals', 'update', traced(changes));
  expect([done.status, done.body.results.map(({ id }) => id)]).toEqual([207, [ids[0]]]);
  expect(done.body.errors!.map(({ context }) => [context!.ids, context!.objectWriteTraceId])).toEqual([
    [[ids[1]], ['trace-1']],
    [[ids[0]], ['trace-2']],
    [['42'], ['trace-3']],
  ]);
  const upserts = [
    { id: 'up@example.com', idProperty: 'email', properties: { city: 'Rome' } },
    { id: 'lost@example.com', properties: {} },
    { id: 'x', idProperty: 'firstname', properties: {} },
  ];
  const wrong = await batch('contacts', 'upsert', upserts);
  expect([wrong.status, places(wrong.body)]).toEqual([400, ['inputs[1]', 'inputs[2]']]);
  const some = await batch('contacts', 'upsert', traced(upserts));
  expect([some.status, some.body.results.length, some.body.numErrors]).toEqual([207, 1, 2]);
});

test('every input is either among the results or named, once, whatever a batch holds', async () => {
  const kind = fc.constantFrom('good', 'wrong', 'unknown', 'twin');
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(kind, { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      async (kinds, isTraced) => {
        run++;
        const inputs = kinds.map((one, n) => ({
          properties: {
            ...(one === 'good' && { email: `g${n}-${run}@example.com` }),
            ...(one === 'wrong' && { email: 'wrong' }),
            ...(one === 'unknown' && { nobody_knows: '1' }),
            ...(one === 'twin' && { email: `twin-${run}@example.com` }),
          },
        }));
        const bad = kinds.flatMap((one, n) =>
          one === 'good' || (one === 'twin' && kinds.indexOf('twin') === n) ? [] : [n],
        );
        const { status, body } = await batch('contacts', 'create', isTraced ? traced(inputs) : inputs);
        if (bad.length === 0) return expect([status, body.results.length]).toEqual([201, inputs.length]);
        if (!isTraced) {
          expect([status, places(body)]).toEqual([400, bad.map((n) => `inputs[${n}]`)]);
          return;
        }
        expect(status).toBe(207);
        expect(body.errors!.map(({ context }) => context!.objectWriteTraceId![0])).toEqual(
          bad.map((n) => `trace-${n}`),
        );
        expect(body.results.length).toBe(inputs.length - bad.length);
      },
    ),
    { numRuns: 25 },
  );
});

test('definitions and associations that are refused are all named, too', async () => {
  const property = { label: 'x', type: 'string', fieldType: 'text', groupName: 'dealinformation' };
  const { status, body } = await app.api<BatchJson>('POST', '/crm/v3/properties/deals/batch/create', {
    inputs: [
      { ...property, name: 'fine_so_far' },
      { ...property, name: 'dealname' },
      { ...property, name: 'lost', groupName: 'nowhere' },
      { ...property, name: 'fine_so_far' },
    ],
  });
  expect([status, places(body)]).toEqual([400, ['inputs[1]', 'inputs[2].groupName', 'inputs[3]']]);
  expect((await app.api('GET', '/crm/v3/properties/deals/fine_so_far')).status).toBe(404);
  const pair = { from: { id: '1' }, to: { id: '2' } };
  const types = ['contact_to_company', 'contact_to_moon', '279', 'nothing'];
  const named = await app.api<BatchJson>('POST', '/crm/v3/associations/contacts/companies/batch/create', {
    inputs: types.map((type) => ({ ...pair, type })),
  });
  expect([named.status, places(named.body)]).toEqual([400, ['inputs[1].type', 'inputs[3].type']]);
});
