// Makes the largest JSON that fits a schema of Strata's OpenAPI document and the limits of a body: first as many values
// as possible, then texts as long as there is room for.
import { jsonLimits } from '../../../src/bounded-json';
import { httpLimits } from '../../../src/http/front/limits';
import type { ApiDocument, Schema } from '../../support/api-document';

interface Bounded extends Schema {
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly const?: unknown;
}

/** Values and members of objects that may still be used. */
interface Room {
  readonly values: number;
  readonly members: number;
}

export interface Most extends Room {
  readonly bytes: number;
}
export const ofAnyBody: Most = { ...jsonLimits, bytes: httpLimits.jsonBytes };
/** The limits of a body whose sender has not been identified yet. */
export const ofPublicBody: Most = { values: 1_000, members: 500, bytes: httpLimits.publicBytes };

/** Gives the name of a record's property, made up or known, by its number. */
export type Name = (at: number) => string;
const madeUp: Name = (at) => `made_up_${at}`;
const MOST_NAMES = 2_000;
/** Stands for a text that will be made as long as there is room. */
class Text {
  constructor(readonly most: number) {}
}

export function largest(api: ApiDocument, schema: Schema, bounds = ofAnyBody, name: Name = madeUp): object {
  const made = make(api, schema, name, bounds);
  let [least, most] = [1, bounds.bytes];
  const sized = (length: number) =>
    JSON.stringify(made, (_, value: unknown) =>
      value instanceof Text ? 'x'.repeat(Math.min(length, value.most)) : value,
    );
  while (least < most) {
    const length = Math.ceil((least + most) / 2);
    if (lengthAt(made, length) <= bounds.bytes) least = length;
    else most = length - 1;
  }
  return JSON.parse(sized(least)) as object;
}

/** The approximate bytes of a value's JSON if its texts have a given length: no character in them needs an escape. */
function lengthAt(value: unknown, length: number): number {
  if (value instanceof Text) return Math.min(length, value.most) + 3;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + lengthAt(one, length), 3);
  if (typeof value !== 'object' || value === null) return String(value).length + 3;
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + 3 + lengthAt(one, length), 3);
}

function make(api: ApiDocument, given: Schema, name: Name, room: Room): unknown {
  const schema = api.resolved(given) as Bounded;
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf)
    return make(api, schema.anyOf.find(({ type }) => type === 'array') ?? schema.anyOf[0]!, name, room);
  if (schema.type === 'array') return array(api, schema, name, room);
  if (schema.type === 'object') return object(api, schema, name, room);
  if (schema.type === 'string') return text(schema);
  return schema.type === 'boolean' ? true : (schema.maximum ?? 1);
}

function text({ format, pattern, maxLength = Infinity }: Bounded): unknown {
  if (format === 'date-time') return '2024-05-01T10:00:00.000Z';
  if (format === 'email') return 'largest@example.com';
  return pattern?.includes('d{') ? '1' : new Text(maxLength);
}

function array(
  api: ApiDocument,
  { items = {}, maxItems = jsonLimits.values, minItems }: Bounded,
  name: Name,
  room: Room,
): unknown[] {
  for (
    let count = Math.min(maxItems, room.values - 1);
    count > (minItems ?? 0);
    count = Math.floor(count / 1.25)
  ) {
    const share = { values: Math.floor(room.values / count), members: Math.floor(room.members / count) };
    const one = make(api, items, name, share);
    const { values, members } = sizeOf(one);
    if (values <= share.values && members <= share.members) return Array.from({ length: count }, () => one);
  }
  return [make(api, items, name, room)];
}

function object(
  api: ApiDocument,
  { properties = {}, additionalProperties: others }: Bounded,
  name: Name,
  room: Room,
) {
  const fields = Object.entries(properties);
  const share = {
    values: Math.floor(room.values / (fields.length + 1)),
    members: Math.floor(room.members / (fields.length + 1)),
  };
  const own = fields.map(([field, schema]) => [field, make(api, schema, name, share)] as const);
  if (typeof others !== 'object') return Object.fromEntries(own);
  const count = Math.max(1, Math.min(MOST_NAMES, share.members, share.values));
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [name(at), make(api, others, name, share)]),
  );
}

function sizeOf(value: unknown): Room {
  if (typeof value !== 'object' || value === null || value instanceof Text) return { values: 1, members: 0 };
  const ones = Object.values(value).map(sizeOf);
  const sum = (of: (size: Room) => number) => ones.reduce((total, one) => total + of(one), 0);
  return {
    values: 1 + sum(({ values }) => values),
    members: sum(({ members }) => members) + (Array.isArray(value) ? 0 : ones.length),
  };
}
