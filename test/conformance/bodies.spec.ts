// HubSpot's published bodies are taken as closed, but for maps: every field that they name is known, and every other one
// that is known is ours or stands in the table of those that are ignored.
import { ignoredFields } from '../../src/crm/ignored-fields';
import { ApiDocument, type Operation, type Schema } from '../support/api-document';
import { startApp, type App } from '../support/servers/app';
import { ownInBodies } from './deviations';
import { notServed } from './not-served';
import { files, readPublished, type PublishedFile, type Schema as Published } from './published';

let app: App;
let api: ApiDocument;
beforeAll(async () => {
  app = await startApp();
  api = await ApiDocument.of(app);
});
afterAll(() => app.close());

interface Body {
  readonly key: string;
  readonly schema: Published;
  readonly file: PublishedFile;
}

const bodies: readonly Body[] = files.map(readPublished).flatMap((file) =>
  Object.entries(file.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) => {
      const key = `${method.toUpperCase()} ${path}`;
      const json = requestBody?.content?.['application/json'];
      return json && !Object.hasOwn(notServed, key) ? [{ key, schema: json.schema, file }] : [];
    }),
  ),
);

/** The operation of ours that serves a published one. */
function serving(key: string): Operation {
  const [method, path = ''] = key.split(' ');
  const wanted = path.split('/');
  const fits = (one: Operation) => {
    const parts = one.path.split('/');
    return (
      one.method === method &&
      parts.length === wanted.length &&
      parts.every((part, n) => part === wanted[n] || part.startsWith('{'))
    );
  };
  const literal = (one: Operation) => one.path.split('/').filter((part) => !part.startsWith('{')).length;
  return api.operations.filter(fits).sort((a, b) => literal(b) - literal(a))[0]!;
}

/** Fields by their places, `*` for any name of a map, of a published body. */
function publishedFields({ schema, file }: Body): Set<string> {
  const found = new Set<string>();
  const walk = (given: Published, at: string): void => {
    const one = given.$ref ? file.components.schemas[given.$ref.split('/').at(-1)!]! : given;
    for (const [name, inner] of Object.entries(one.properties ?? {})) {
      found.add(`${at}${name}`);
      walk(inner, `${at}${name}.`);
    }
    if (typeof one.additionalProperties === 'object') found.add(`${at}*`);
    for (const list of ['oneOf', 'anyOf', 'allOf'])
      for (const inner of (one[list] ?? []) as Published[]) walk(inner, at);
    if (one['items']) walk(one['items'] as Published, at);
  };
  walk(schema, '');
  return found;
}

/** The same of ours. */
function knownFields(operation: Operation): Set<string> {
  const found = new Set<string>();
  const walk = (given: Schema, at: string): void => {
    const one = api.resolved(given);
    for (const [name, inner] of Object.entries(one.properties ?? {})) {
      found.add(`${at}${name}`);
      walk(inner, `${at}${name}.`);
    }
    if (typeof one.additionalProperties === 'object') found.add(`${at}*`);
    for (const inner of [...(one.anyOf ?? []), ...(one.items ? [one.items] : [])]) walk(inner, at);
  };
  walk(api.bodyOf(operation)!, '');
  return found;
}

const ignored: ReadonlySet<string> = new Set(Object.values(ignoredFields).flatMap(({ names }) => [...names]));

test('every published body is read by a route', () =>
  expect(bodies.filter(({ key }) => !serving(key)).map(({ key }) => key)).toEqual([]));

test.each(bodies.map((body) => [body.key, body] as const))('%s knows the fields published', (key, body) => {
  const published = publishedFields(body);
  const known = knownFields(serving(key));
  expect([...published].filter((field) => !known.has(field))).toEqual([]);
  const own = new Set(ownInBodies.flatMap(([operations, fields]) => (operations.test(key) ? fields : [])));
  const beyond = [...known].filter((field) => {
    const [, within = '', name = ''] = /^(.*?)([^.]+)$/.exec(field) ?? [];
    return !published.has(field) && !ignored.has(name) && !own.has(field) && !own.has(`${within}*`);
  });
  expect(beyond).toEqual([]);
});

test('an unknown field is refused with the known one that is nearest', async () => {
  const told = async (path: string, body: object) => {
    const answer = await app.api('POST', path, body);
    return [answer.status, ...(answer.body.errors ?? []).map(({ message }) => message)];
  };
  const contacts = '/crm/v3/objects/contacts';
  expect(await told(contacts, { propertees: {} })).toEqual([
    400,
    'propertees: is not known; did you mean properties?',
  ]);
  expect(await told(`${contacts}/batch/create`, { inputs: [{ propertys: {}, email: 'x' }] })).toEqual([
    400,
    'inputs.0.propertys: is not known; did you mean properties?',
    'inputs.0.email: is not known',
  ]);
  expect(
    await told(`${contacts}/search`, { filterGroup: [], filterGroups: [{ filter: [], filters: [] }] }),
  ).toEqual([
    400,
    'filterGroup: is not known; did you mean filterGroups?',
    'filterGroups.0.filter: is not known; did you mean filters?',
  ]);
  const associations = [
    { to: { id: '1' }, types: [{ asociationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] },
  ];
  expect(await told(contacts, { properties: {}, associations })).toContain(
    'associations.0.types.0.asociationCategory: is not known; did you mean associationCategory?',
  );
});

test('a body with more unknown fields than are told is refused without looking for what each meant', async () => {
  const body = Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`propert${n}`, 1]));
  const { status, body: refused } = await app.api('POST', '/crm/v3/objects/contacts', body);
  expect([status, refused.errors?.length]).toEqual([400, 100]);
});
