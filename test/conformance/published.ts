// HubSpot's published OpenAPI files, read as they are: their operations, and strict validators of what goes in and out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { corrections, ours } from './deviations';

export const files = [
  'objects',
  'contacts',
  'properties',
  'schemas',
  'pipelines',
  'associations',
  'imports',
  'exports',
  'crmOwners',
  'userProvisioning',
  'accountInfo',
  'auditLogs',
] as const;

type Json = Readonly<Record<string, unknown>>;

/** A schema of OpenAPI 3.0, of which only what is read here is named. */
export interface Schema extends Json {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface PublishedOperation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string }>>;
}

export interface PublishedFile {
  readonly paths: Readonly<Record<string, Readonly<Record<string, PublishedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, Content>>;
  };
}

/** Says what does not fit; nothing where all does. */
export type Check = (value: unknown) => readonly string[];

export interface Operation {
  /** `GET /crm/v3/objects/{objectType}`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, { readonly required: boolean }>;
  readonly mediaType: string | undefined;
  /** Of a JSON body. */
  readonly body: Check | undefined;
  /** By status or `default`; without a check where the answer has no body. */
  readonly answers: ReadonlyMap<string, Check | undefined>;
}

export const FOLDER = join(__dirname, '../../../test/fixtures/hubspot-api');
const INSIDE = '#/components/schemas/';

export const readPublished = (file: string): PublishedFile =>
  JSON.parse(readFileSync(join(FOLDER, `${file}.json`), 'utf8')) as PublishedFile;

export const publishedOperations = (): readonly Operation[] =>
  files.flatMap((file) => operationsOf(readPublished(file)));

export function operationsOf({ paths, components }: PublishedFile): Operation[] {
  const validators = validatorsOf(components.schemas);
  const answer = (response: PublishedOperation['responses'][string]): Check | undefined => {
    const { content } = response.$ref ? named(components.responses ?? {}, response.$ref) : response;
    const [media] = Object.values(content ?? {});
    return media && validators(media.schema);
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]): Operation => {
      const [mediaType] = Object.keys(requestBody?.content ?? {});
      const json = requestBody?.content?.['application/json'];
      return {
        key: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        query: new Map(
          parameters
            .filter((one) => one.in === 'query')
            .map(({ name, required }) => [name, { required: required === true }]),
        ),
        mediaType,
        body: json && validators(json.schema),
        answers: new Map(Object.entries(responses).map(([status, one]) => [status, answer(one)])),
      };
    }),
  );
}

function named<T>(among: Readonly<Record<string, T>>, ref: string): T {
  const found = among[ref.split('/').at(-1)!];
  if (found === undefined) throw new Error(`${ref} leads nowhere`);
  return found;
}

/**
 * Validators of one file's schemas. A keyword, type or format that is not known and a reference that leads nowhere are
 * errors here, not things to pass over; a field that a schema does not name is one in what is validated.
 */
export function validatorsOf(schemas: Readonly<Record<string, Schema>>): (schema: Schema) => Check {
  const ajv = new Ajv({ strict: true, allErrors: true, discriminator: true, allowUnionTypes: false });
  // Nothing of these says what is valid.
  ajv.addVocabulary(['example', 'x-hubspot-sub-type-impl']);
  addFormats(ajv);
  for (const [name, schema] of Object.entries(schemas))
    ajv.addSchema(closed({ ...schema, ...ownFields(name, schema) }), name);
  for (const name of Object.keys(schemas)) ajv.compile({ $ref: name });
  return (schema) => checkOf(ajv.compile(closed(schema)));
}

function ownFields(name: string, schema: Schema): Schema {
  const fields = { ...schema.properties, ...ours[name], ...corrections[name] } as Record<string, Schema>;
  return Object.keys(fields).length > 0 ? { properties: fields } : {};
}

/** With references that ajv resolves, and closed to fields that it does not name. An object that names none is open. */
function closed(schema: Schema): Schema {
  if (schema.$ref) return { $ref: schema.$ref.replace(INSIDE, '') };
  const copy: Record<string, unknown> = { ...schema };
  const inside = (one: unknown) => closed(one as Schema);
  for (const key of ['items', 'additionalProperties'])
    if (typeof copy[key] === 'object') copy[key] = inside(copy[key]);
  for (const key of ['oneOf', 'anyOf', 'allOf'])
    if (Array.isArray(copy[key])) copy[key] = copy[key].map(inside);
  const properties = Object.entries(schema.properties ?? {});
  delete copy.properties;
  if (properties.length === 0) return copy;
  copy.properties = Object.fromEntries(properties.map(([name, one]) => [name, inside(one)]));
  copy.additionalProperties ??= false;
  return copy;
}

const checkOf =
  (validate: ValidateFunction): Check =>
  (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath || '/', message, 'additionalProperty' in params ? params.additionalProperty : '']
        .join(' ')
        .trim(),
    );
  };
