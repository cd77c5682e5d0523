// The plan of a load is kept a definition at a time, and read again as it was.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import type { ObjectSchema } from '../../../src/crm/schemas/schema.events';
import { Files } from '../../../src/files/files';
import { definitionsIn } from '../../../src/loads/plan/definitions-file';
import { NOTHING_MISSING, type LoadPlan } from '../../../src/loads/plan/load-plan';
import { keepPlan, keptPlan, keptView, planView } from '../../../src/loads/plan/plan-view';

let folder: string;
let files: Files;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-plan-'));
  files = new Files(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const empty: LoadPlan = {
  ...{ source: 'OTHER', records: [], associations: [], leftOut: ['readme.txt'], missing: NOTHING_MISSING },
  ...{
    typeNames: {},
    associationTypes: { 'USER_DEFINED/3': 7 },
    owners: {},
    unknownOwners: [],
    problems: [],
  },
};
const [email, firstname] = [...standardProperties('contacts').values()];
const schemaOf = (name: string) => ({ name, objectTypeId: `2-${name.length}` }) as ObjectSchema;
const missing = {
  ...NOTHING_MISSING,
  objectTypes: [
    { schema: schemaOf('cars'), properties: [email!, firstname!] },
    { schema: schemaOf('boats'), properties: [] },
    { schema: schemaOf('bikes'), properties: [firstname!] },
  ],
  groups: [{ objectType: 'contacts', group: { name: 'more', label: 'More', displayOrder: 1 } }],
  properties: [{ objectType: 'contacts', definition: email! }],
};

test.each([
  ['lacks nothing', empty],
  ['lacks definitions of several kinds', { ...empty, missing }],
])('a plan that %s', async (_, plan) => {
  const kept = await keepPlan(files, (run) => `plan.${run}`, plan);
  expect(await keptPlan(files, kept)).toEqual(plan);
  expect(await keptView(files, kept)).toEqual(planView(plan));
});

test('a plan that an earlier version kept in one line', async () => {
  const plan: LoadPlan = { ...empty, missing };
  const text = `${JSON.stringify(planView(plan))}\n${JSON.stringify(plan)}\n`;
  await writeFile(join(folder, 'earlier'), text);
  expect(await keptPlan(files, { file: 'earlier', bytes: Buffer.byteLength(text) })).toEqual(plan);
});

test('definitions that are not what they were to be are named by their place', async () => {
  const type = {
    ...{ name: 'cars', objectTypeId: '2-1', custom: true, archived: false, description: '' },
    ...{
      labels: { singular: 'Car', plural: 'Cars' },
      primaryDisplayProperty: 'a',
      groups: [],
      pipelines: [],
    },
    ...{ requiredProperties: [], searchableProperties: [], properties: [{ ...email, type: 'unheard of' }] },
  };
  const whole = { objectTypes: [type], associationTypes: [], owners: [] };
  await expect(definitionsIn(whole)).rejects.toThrow(/^definitions.json: objectTypes.cars.properties.type: /);
  await expect(definitionsIn({ ...whole, owners: 1 })).rejects.toThrow(/^definitions.json: owners: /);
});
