// The largest requests for the stall bench: made from the schema of every route that reads JSON, and by hand where the
// schema does not say what is expensive.
import { jsonLimits, parseBounded } from '../../../src/bounded-json';
import { httpLimits } from '../../../src/http/front/limits';
import type { Api, Page } from '../../demo/api';
import type { ApiDocument } from '../../support/api-document';
import { largest, ofAnyBody, ofPublicBody } from './largest';

export interface Case {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string | FormData;
  /** The content type of the body, where it is no form. */
  readonly type?: string;
}

const contacts = '/crm/v3/objects/contacts';
const LONG = 65_536;
const DEFINED = 100;

const many = <T>(count: number, one: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => one(n));
const post = (what: string, path: string, body: object): Case => ({
  ...{ what, method: 'POST', path, body: JSON.stringify(body), type: 'application/json' },
});
const get = (what: string, path: string): Case => ({ what, method: 'GET', path });

interface Filled {
  /** Ids of contacts with one value each, of the greatest length. */
  readonly ids: readonly string[];
  /** Ids of contacts with a short value in every text property. */
  readonly full: readonly string[];
  readonly texts: readonly string[];
  readonly names: readonly string[];
  /** Cursor that leads from the page of `full` to the page of `ids`. */
  readonly next: string;
}

async function filled(api: Api): Promise<Filled> {
  const texts = many(DEFINED, (n) => `text_${n}`);
  await api.post('/crm/v3/properties/contacts/batch/create', {
    inputs: texts.map((name) => ({
      ...{ name, label: name, type: 'string', fieldType: 'text', groupName: 'contactinformation' },
    })),
  });
  const create = async (properties: (n: number) => object) => {
    const inputs = many(100, (n) => ({ properties: properties(n) }));
    const { results } = await api.post<{ results: { id: string }[] }>(`${contacts}/batch/create`, { inputs });
    return results.map(({ id }) => id);
  };
  const full = await create((n) => Object.fromEntries(texts.map((name) => [name, `${name} of ${n}`])));
  const ids = await create((n) => ({ [texts[0]!]: `a${n} `.repeat(LONG / 5).slice(0, LONG) }));
  const defined = await api.get<{ results: { name: string }[] }>('/crm/v3/properties/contacts');
  const page = await api.get<Page<object>>(`${contacts}?limit=100`);
  const next = page.paging!.next!.after;
  return { ids, full, texts, next, names: defined.results.map(({ name }) => name) };
}

const places: Readonly<Record<string, string>> = {
  ...{ objectType: 'contacts', fromObjectType: 'contacts', toObjectType: 'companies' },
};

export async function casesOf(api: Api, document: ApiDocument): Promise<Case[]> {
  const known = await filled(api);
  const ofRoutes = document.operations.flatMap((operation) => {
    const { method, 'x-access': rule } = operation;
    const schema = document.bodyOf(operation);
    if (!schema) return [];
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => places[name] ?? known.ids[0]!);
    const body = JSON.stringify(largest(document, schema, rule === 'public' ? ofPublicBody : ofAnyBody));
    parseBounded(Buffer.from(body));
    return [{ what: `${method} ${operation.path}`, method, path, body, type: 'application/json' }];
  });
  return [...ofRoutes, ...bodies(), ...reads(known), ...writes(known), ...searches(known), ...uploads(known)];
}

const bodies = (): Case[] => [
  post('most values in a body that is refused', `${contacts}/batch/create`, {
    inputs: many(jsonLimits.values - 4, () => 0),
  }),
  post('most objects in a body that is refused', `${contacts}/batch/create`, {
    inputs: many(jsonLimits.members - 4, () => ({ id: 'x'.repeat(150) })),
  }),
  post('one text of 8 MB', contacts, { properties: { firstname: 'x'.repeat(httpLimits.jsonBytes - 50) } }),
  post('a login with a password of 16 kB', '/auth/v1/login', {
    ...{ email: 'nobody@example.com', password: 'x'.repeat(httpLimits.publicBytes - 60) },
  }),
  post('8 MB of escapes', contacts, {
    properties: { firstname: '\u0001'.repeat(httpLimits.jsonBytes / 6 - 20) },
  }),
];

const reads = ({ ids, full, names, next }: Filled): Case[] => {
  const some = names.slice(0, 2_000);
  const inputs = (of: readonly string[]) => of.map((id) => ({ id }));
  const histories = `propertiesWithHistory=${some.slice(0, 300).join()}`;
  return [
    post('100 records with 2,000 names', `${contacts}/batch/read`, {
      inputs: inputs(full),
      properties: some,
    }),
    post('100 records with 2,000 histories', `${contacts}/batch/read`, {
      inputs: inputs(full),
      propertiesWithHistory: some,
    }),
    post('100 records of the longest texts', `${contacts}/batch/read`, {
      inputs: inputs(ids),
      properties: some,
    }),
    get(
      'a list of 100 of the longest texts',
      `${contacts}?limit=100&after=${next}&properties=${some.slice(0, 300).join()}`,
    ),
    get('a list of 50 with histories', `${contacts}?limit=50&${histories}`),
    get('all definitions of a type', '/crm/v3/properties/contacts'),
    get('all object types', '/crm-object-schemas/v3/schemas?includePropertyDefinitions=true'),
    get('the log of what was done', '/audit/v1/entries?limit=100'),
    get('the OpenAPI document', '/openapi.json'),
  ];
};

const writes = ({ ids, full, texts }: Filled): Case[] => {
  const all = (n: number) => Object.fromEntries(texts.map((name) => [name, `${name} now ${n}`]));
  const long = () => ({ [texts[1]!]: 'y'.repeat(LONG) });
  const made = (of: (n: number) => object, count = 100) => many(count, (n) => ({ properties: of(n) }));
  const changed = (of: (n: number) => object) => ids.map((id, n) => ({ id, properties: of(n) }));
  return [
    post('100 new records with 100 values each', `${contacts}/batch/create`, { inputs: made(all) }),
    post('100 new records of the longest texts', `${contacts}/batch/create`, { inputs: made(long) }),
    post('100 changes of 100 values each', `${contacts}/batch/update`, { inputs: changed(all) }),
    post('100 changes of the longest texts', `${contacts}/batch/update`, { inputs: changed(long) }),
    post('100 records with 399 names that nobody knows', `${contacts}/batch/create`, {
      inputs: made(() => Object.fromEntries(many(390, (n) => [`nobody_knows_${n}`, 'x'])), 100),
    }),
    post('100 records found by e-mail', `${contacts}/batch/upsert`, {
      inputs: many(100, (n) => ({ id: `largest${n}@example.com`, idProperty: 'email', properties: all(n) })),
    }),
    post('100 records ended', `${contacts}/batch/archive`, { inputs: full.map((id) => ({ id })) }),
  ];
};

const searches = ({ texts }: Filled): Case[] => {
  const groups = (filter: (group: number, n: number) => object) => ({
    filterGroups: many(5, (group) => ({ filters: many(6, (n) => filter(group, n)) })),
    ...{ limit: 200, properties: [...texts] },
  });
  const [text] = texts;
  const search = (what: string, body: object) => post(what, `${contacts}/search`, body);
  return [
    search(
      'a search by most values',
      groups((group, n) => ({
        ...{ propertyName: texts[group * 6 + n], operator: 'IN', values: many(1_000, (at) => `v${at}`) },
      })),
    ),
    search(
      'a search by the longest values',
      groups((group, n) => ({
        ...{ propertyName: texts[group * 6 + n], operator: 'NEQ', value: `${n}`.repeat(LONG) },
      })),
    ),
    search(
      'a search by most wildcards in the longest texts',
      groups(() => ({
        ...{ propertyName: text, operator: 'NOT_CONTAINS_TOKEN', value: many(51, () => 'a').join('*') },
      })),
    ),
    search(
      'a search by most words in the longest texts',
      groups(() => ({
        ...{ propertyName: text, operator: 'NOT_CONTAINS_TOKEN', value: many(50, (n) => `w${n}`).join(' ') },
      })),
    ),
    search('a search text of most words', { query: many(50, (n) => `a${n}`).join(' '), limit: 200 }),
    search('200 of the longest texts', {
      ...{
        filterGroups: [{ filters: [{ propertyName: text, operator: 'HAS_PROPERTY' }] }],
        limit: 200,
        properties: texts,
      },
    }),
  ];
};

/** An import that is refused because of its mapping, and one that is carried out while the next request is sent. */
function uploads({ texts }: Filled): Case[] {
  const columns = many(1_000, (n) => `column ${n}`);
  const refused = columns.map((columnName) => [columnName, 'firstname'] as const);
  const taken = texts.map((name) => [name, name] as const);
  return [
    upload('an import of 1,000 columns and 40 MB that is refused', refused, 'x', 20_000),
    upload('an import of 100 columns and 40 MB that is carried out', taken, 'x'.repeat(600), 650),
  ];
}

function upload(
  what: string,
  mapped: readonly (readonly [column: string, property: string])[],
  value: string,
  rows: number,
): Case {
  const columnMappings = mapped.map(([columnName, propertyName]) => ({
    ...{ columnObjectTypeId: '0-1', columnName, propertyName },
  }));
  const request = {
    name: 'largest',
    importOperations: { '0-1': 'CREATE' },
    files: [{ fileName: 'a.csv', fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings } }],
  };
  const form = new FormData();
  form.append('importRequest', JSON.stringify(request).padEnd(httpLimits.uploadFieldBytes, ' '));
  const header = `${mapped.map(([column]) => column).join()}\r\n`;
  const row = `${mapped.map(() => value).join()}\r\n`;
  form.append('files', new Blob([header, row.repeat(rows)], { type: 'text/csv' }), 'a.csv');
  return { what, method: 'POST', path: '/crm/v3/imports', body: form };
}
