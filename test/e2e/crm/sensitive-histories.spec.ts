// Whatever becomes of a definition, values of a property that was ever sensitive leave no way without its scope. Random
// histories of definitions, every route that shows values, viewers of all scopes.
import fc from 'fast-check';
import { propertyStream } from '../../../src/crm/properties/definitions';
import { property } from '../../../src/crm/properties/property.decider';
import type { PropertyDefinition, PropertyEvents } from '../../../src/crm/properties/property.events';
import {
  dataSensitivities,
  stricter,
  type DataSensitivity,
} from '../../../src/crm/properties/property.vocabulary';
import { eventsOf, type EventOf } from '../../../src/eventsourcing/event';
import { App, startApp } from '../../support/servers/app';
import { exportBody, exported } from '../../support/exporting';
import { ended, importForm } from '../../support/importing';
import { meta } from '../../support/spec';

type Headers = Record<string, string>;

let app: App;
const viewers: { readonly sees: ReadonlySet<DataSensitivity>; readonly headers: Headers }[] = [];
let types = 0;

beforeAll(async () => {
  app = await startApp();
  const levels = ['sensitive', 'highly_sensitive'] as const;
  for (const held of [[], [levels[0]], [levels[1]], levels]) {
    const base = [
      'crm.objects.read',
      'crm.objects.write',
      'audit.read',
      'restores',
      'crm.import',
      'crm.export',
    ];
    const scopes = [...base, ...held.map((level) => `crm.objects.${level}.read`)];
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      name: 'viewer',
      scopes,
    });
    viewers.push({
      sees: new Set<DataSensitivity>(['non_sensitive', ...held]),
      headers: { authorization: `Bearer ${token}` },
    });
  }
});
afterAll(() => app.close());

const ev = eventsOf<PropertyEvents>();
const definition = (name: string, dataSensitivity: DataSensitivity): PropertyDefinition => ({
  ...{
    name,
    label: name,
    type: 'string',
    fieldType: 'text',
    groupName: 'gear',
    description: '',
    options: [],
  },
  ...{ displayOrder: -1, hasUniqueValue: false, hidden: false, formField: false, readOnlyValue: false },
  dataSensitivity,
});

/** As a log may hold it, whatever is decided today: defined at one level after another, archived in between. */
async function defineInLog(objectType: string, name: string, levels: readonly DataSensitivity[]) {
  const events = levels.flatMap((level, n): EventOf<PropertyEvents>[] =>
    n === 0
      ? [ev('property.created.v1', { objectType, definition: definition(name, level) })]
      : [
          ev('property.archived.v1', { objectType, name }),
          ev('property.recreated.v1', { objectType, definition: definition(name, level) }),
        ],
  );
  const own = { ...meta, commandId: `${objectType}-${name}` };
  await app.engine.streams.change(property, propertyStream(objectType, name), () => events, own);
}

interface Told {
  readonly name: string;
  readonly levels: readonly DataSensitivity[];
  readonly then: 'kept' | 'archived' | 'defined again';
}

const told = (name: string) =>
  fc.record<Told>({
    name: fc.constant(name),
    levels: fc.array(fc.constantFrom(...dataSensitivities), { minLength: 1, maxLength: 4 }),
    then: fc.constantFrom('kept', 'archived', 'defined again'),
  });

/** Every answer that shows values of records, as text. */
async function answers(type: string, id: string, asOf: string, headers: Headers): Promise<string[]> {
  const all: string[] = [];
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await app.api(method, path, body, headers);
    all.push(`${method} ${path} ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const objects = `/crm/v3/objects/${type}`;
  const names = ['one', 'two'];
  const wanted = `properties=one,two,label&propertiesWithHistory=one,two`;
  await ask('GET', `${objects}/${id}?${wanted}`);
  await ask('GET', `${objects}/${id}?propertiesWithHistory=one`);
  await ask('GET', `${objects}?${wanted}`);
  const read = { inputs: [{ id }], properties: names, propertiesWithHistory: names };
  await ask('POST', `${objects}/batch/read`, read);
  await ask('POST', `${objects}/search`, { properties: names });
  await ask('POST', `${objects}/search`, { query: 'secret', properties: names });
  for (const name of names) {
    const filter = { propertyName: name, operator: 'CONTAINS_TOKEN', value: '*secret*' };
    await ask('POST', `${objects}/search`, { filters: [filter], properties: names });
    await ask('POST', `${objects}/search`, { sorts: [name], properties: names });
  }
  await ask('PATCH', `${objects}/${id}`, { properties: {} });
  await ask('POST', `${objects}/batch/update`, { inputs: [{ id, properties: { label: 'again' } }] });
  const other = await ask('POST', objects, { properties: { label: 'other' } });
  await ask('POST', `${objects}/merge`, { primaryObjectId: id, objectIdToMerge: other.id });
  const rows = await ask('GET', `/audit/v1/entries?targetId=${id}&includeNonUser=true&limit=200`);
  for (const row of rows.results) await ask('GET', `/audit/v1/entries/${row.id}`);
  const objectsOf = [{ objectType: type, properties: '*' }];
  const plan = await ask('POST', '/restores/v1/plans', { source: { asOf }, objects: objectsOf });
  await app.ok('GET', `/restores/v1/plans/${plan.id}/progress`);
  await ask('GET', `/restores/v1/plans/${plan.id}/changes`);
  await ask('DELETE', `${objects}/${id}`);
  await ask('GET', `/recycle-bin/v1/${type}?properties=one,two`);
  await ask('GET', `${objects}?archived=true&${wanted}`);
  await ask('POST', `/recycle-bin/v1/${type}/restore`, { ids: [id] });
  const { id: exportId } = await exported(app, exportBody(type, []), headers);
  await ask('GET', `/crm/v3/exports/export/${exportId}/file`);
  return all;
}

test('no value that was ever sensitive is shown to a key without the scope', async () => {
  await fc.assert(
    fc.asyncProperty(told('one'), told('two'), fc.nat(3), async (one, two, viewer) => {
      const properties = [one, two];
      const type = `vault${Date.now().toString(36)}${types++}`;
      for (const { name, levels } of properties) await defineInLog(type, name, levels);
      await app.ok('POST', '/crm-object-schemas/v3/schemas', {
        ...{ name: type, labels: { singular: type, plural: type }, associatedObjects: [] },
        ...{ primaryDisplayProperty: 'label', requiredProperties: [], searchableProperties: ['label'] },
        properties: [{ name: 'label', label: 'Label', type: 'string', fieldType: 'text' }],
      });
      const values = (word: string) =>
        Object.fromEntries(properties.map(({ name }) => [name, `secret ${name} ${word}`]));
      const objects = `/crm/v3/objects/${type}`;
      const { id } = await app.ok('POST', objects, { properties: { label: 'it', ...values('before') } });
      const asOf = String(await app.engine.eventStore.head());
      await app.ok('PATCH', `${objects}/${id}`, { properties: values('after') });
      const { objectTypeId } = await app.ok<{ objectTypeId: string }>(
        'GET',
        `/crm-object-schemas/v3/schemas/${type}`,
      );
      const columns = { label: 'label', one: 'one', two: 'two' };
      const wrong = { csv: 'label,one,two\nx,secret one,secret two,y\n', type: objectTypeId, columns };
      const { body } = await app.api('POST', '/crm/v3/imports', importForm(wrong));
      await ended(app, body.id);
      for (const { name, levels, then } of properties) {
        if (then === 'kept') continue;
        await app.ok('DELETE', `/crm/v3/properties/${type}/${name}`);
        if (then !== 'defined again') continue;
        const { label, type: kind, fieldType, groupName } = definition(name, 'sensitive');
        const again = { name, label, type: kind, fieldType, groupName, dataSensitivity: levels.at(-1) };
        await app.ok('POST', `/crm/v3/properties/${type}`, { ...again, groupName: `${type}_information` });
      }
      const everything = await answers(type, id, asOf, { authorization: `Bearer ${app.admin.token}` });
      expect(everything.join()).toMatch(/secret one.*secret two/s);
      const { sees, headers } = viewers[viewer]!;
      const errors = `/crm/v3/imports/${body.id}/errors?includeRowData=true`;
      const rows = await app.api('GET', errors, undefined, headers);
      const shown = [...(await answers(type, id, asOf, headers)), JSON.stringify(rows.body)];
      for (const { name, levels } of properties) {
        if (sees.has(levels.reduce((all, level) => stricter(all, level)))) continue;
        expect(shown.filter((text) => text.includes(`secret ${name}`))).toEqual([]);
      }
    }),
    { numRuns: 6 },
  );
});
