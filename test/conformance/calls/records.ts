// Rows of the operations on records, which objects.json and contacts.json have in common.
import type { AnyJson } from '../../support/servers/app';
import type { Call } from '../calling';
import type { Kind, Rows, World } from '../world';

type Listed = AnyJson & { readonly results: readonly { readonly id: string }[] };

/** `root`: path of the collection; `types`: what it is asked about; `at`: what a type adds to the path. */
export const recordRows = (
  root: string,
  id: string,
  types: readonly string[],
  at: (objectType: string) => readonly string[],
): Rows => {
  const each =
    (work: (kind: Kind, path: readonly string[], call: Call, world: World) => Promise<void>) =>
    async (call: Call, world: World) => {
      for (const type of types) await work(await world.kind(type), at(type), call, world);
    };
  const one = `${root}/{${id}}`;
  return {
    [`GET ${root}`]: each(async ({ objectType, text }, path, call, world) => {
      const [first] = await world.records(objectType, 3);
      await world.app.ok('DELETE', `/crm/v3/objects/${objectType}/${first}`);
      const query = { properties: text, propertiesWithHistory: text, limit: '1' };
      const page = await call<Listed>({ path, query, status: 200 });
      const after = page.paging!.next.after;
      await call({ path, query: { ...query, after }, status: 200 });
      await call({ path, query: { archived: 'true' }, status: 200 });
      await call({ path, query: { limit: '0' }, status: 400 });
      await call({ path, query: { after: 'nowhere' }, status: 400 });
    }),

    [`POST ${root}`]: each(async ({ text, unique }, path, call, world) => {
      const properties = { [text]: 'a', [unique]: world.name() };
      await call({ path, body: { properties, associations: [] }, status: 201 });
      await call({ path, body: { properties, associations: [] }, status: 409 });
      const unknown = { properties: { no_such_property: 'x' }, associations: [] };
      await call({ path, body: unknown, status: 400 });
      await call({ path, body: { properties: 'none' }, status: 400 });
    }),

    [`GET ${one}`]: each(async ({ objectType, text, unique }, path, call, world) => {
      const value = world.name();
      const made = await world.record(objectType, { [text]: 'a', [unique]: value });
      await call({ path: [...path, made], status: 200 });
      const query = { properties: `${text},${unique}`, propertiesWithHistory: text };
      await call({ path: [...path, made], query, status: 200 });
      await call({ path: [...path, value], query: { idProperty: unique }, status: 200 });
      await world.app.ok('DELETE', `/crm/v3/objects/${objectType}/${made}`);
      await call({ path: [...path, made], status: 404 });
      await call({ path: [...path, made], query: { archived: 'true' }, status: 200 });
      await call({ path: [...path, 'x'.repeat(400)], status: 404 });
      await call({ path: [...path, value], query: { idProperty: text }, status: 400 });
    }),

    [`PATCH ${one}`]: each(async ({ objectType, text, unique }, path, call, world) => {
      const value = world.name();
      const made = await world.record(objectType, { [unique]: value });
      await call({ path: [...path, made], body: { properties: { [text]: 'b' } }, status: 200 });
      await call({ path: [...path, made], body: { properties: { [text]: '' } }, status: 200 });
      const query = { idProperty: unique };
      await call({ path: [...path, value], query, body: { properties: { [text]: 'c' } }, status: 200 });
      const [other] = await world.records(objectType, 1);
      await call({ path: [...path, other!], body: { properties: { [unique]: value } }, status: 409 });
      await call({ path: [...path, '404'], body: { properties: {} }, status: 404 });
      const stale = { 'if-match': '"0"' };
      await call({ path: [...path, made], body: { properties: {} }, headers: stale, status: 412 });
    }),

    [`DELETE ${one}`]: each(async ({ objectType }, path, call, world) => {
      const [made] = await world.records(objectType, 1);
      await call({ path: [...path, made!], status: 204 });
      await call({ path: [...path, made!], status: 204 });
      await call({ path: [...path, '404'], status: 404 });
    }),

    [`POST ${root}/batch/create`]: each(async ({ text, unique }, path, call, world) => {
      const value = world.name();
      const input = (properties: object) => ({ properties, associations: [] });
      const body = { inputs: [input({ [text]: 'a' }), input({ [unique]: value })] };
      await call({ path, body, status: 201 });
      await call({ path, body, status: 409 });
      // What may be a repeat is not refused as a whole for what it may have written itself.
      const headers = { 'idempotency-key': world.name() };
      await call({ path, body, headers, status: 207 });
      await call({ path, body: { inputs: Array.from({ length: 101 }, () => input({})) }, status: 400 });
      await call({ path, body: { inputs: [] }, status: 400 });
    }),

    [`POST ${root}/batch/read`]: each(async ({ objectType, text, unique }, path, call, world) => {
      const value = world.name();
      const made = await world.record(objectType, { [unique]: value });
      const asked = { properties: [text], propertiesWithHistory: [unique] };
      await call({ path, body: { ...asked, inputs: [{ id: made }] }, status: 200 });
      await call({ path, body: { ...asked, inputs: [{ id: made }, { id: '404' }] }, status: 207 });
      await call({ path, body: { ...asked, idProperty: unique, inputs: [{ id: value }] }, status: 200 });
      await world.app.ok('DELETE', `/crm/v3/objects/${objectType}/${made}`);
      const query = { archived: 'true' };
      await call({ path, query, body: { ...asked, inputs: [{ id: made }] }, status: 200 });
      await call({ path, body: { ...asked, inputs: 'all' }, status: 400 });
    }),

    [`POST ${root}/batch/update`]: each(async ({ objectType, text, unique }, path, call, world) => {
      const value = world.name();
      const made = await world.record(objectType, { [unique]: value });
      const input = { id: made, properties: { [text]: 'b' } };
      await call({ path, body: { inputs: [input] }, status: 200 });
      const byValue = { id: value, idProperty: unique, properties: { [text]: 'c' } };
      await call({ path, body: { inputs: [byValue] }, status: 200 });
      await call({ path, body: { inputs: [input, { ...input, id: '404' }] }, status: 207 });
      await call({ path, body: { inputs: [input, input] }, status: 400 });
    }),

    [`POST ${root}/batch/upsert`]: each(async ({ objectType, text, unique }, path, call, world) => {
      const value = world.name();
      const input = { id: value, idProperty: unique, properties: { [text]: 'a' } };
      await call({ path, body: { inputs: [input] }, status: 200 });
      await call({ path, body: { inputs: [input] }, status: 200 });
      await call({ path, body: { inputs: [{ ...input, idProperty: text }] }, status: 400 });
      const other = { id: await world.record(objectType), idProperty: 'hs_object_id' };
      const taken = { ...other, properties: { [unique]: value } };
      const headers = { 'idempotency-key': world.name() };
      await call({ path, body: { inputs: [taken] }, headers, status: 207 });
    }),

    [`POST ${root}/batch/archive`]: each(async ({ objectType }, path, call, world) => {
      const ids = await world.records(objectType, 2);
      await call({ path, body: { inputs: ids.map((made) => ({ id: made })) }, status: 204 });
      await call({ path, body: { inputs: [{}] }, status: 400 });
    }),

    [`POST ${root}/search`]: each(async ({ objectType, text }, path, call, world) => {
      const value = world.name();
      for (let n = 0; n < 3; n++) await world.record(objectType, { [text]: value });
      const filterGroups = [{ filters: [{ propertyName: text, operator: 'EQ', value }] }];
      const asked = { filterGroups, properties: [text], sorts: [`-${text}`], limit: 2, after: '0' };
      const page = await call<Listed>({ path, body: asked, status: 200 });
      await call({ path, body: { ...asked, after: page.paging!.next.after }, status: 200 });
      await call({ path, body: { ...asked, query: value, filterGroups: [] }, status: 200 });
      const wrong = [{ filters: [{ propertyName: text, operator: 'LIKE', value }] }];
      await call({ path, body: { ...asked, filterGroups: wrong }, status: 400 });
      await call({ path, body: { ...asked, limit: 201 }, status: 400 });
    }),
  };
};
