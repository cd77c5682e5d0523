// Checks events against the published schema of the Open Cybersecurity Schema Framework: what is required is there, what
// is there is known, of its type and among its values, and the constraints of objects hold.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Attribute {
  readonly requirement: string;
  readonly type?: string;
  readonly object?: string;
  readonly isArray?: true;
  readonly enum?: readonly string[];
}

interface Shape {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[] };
}

interface Schema {
  readonly types: Readonly<Record<string, { base: string; regex?: string; maxLength?: number }>>;
  readonly classes: Readonly<Record<string, Shape & { classUid: number; categoryUid: number }>>;
  readonly objects: Readonly<Record<string, Shape>>;
}

type Json = Readonly<Record<string, unknown>>;

const root = resolve(__dirname, '../../../..');

export class OcsfSchema {
  private readonly schema: Schema;

  constructor(version: string) {
    const file = join(root, 'test/fixtures/ocsf', `${version}.json`);
    this.schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
  }

  /** What is wrong with an event; nothing where it is valid. */
  problems(event: Json): string[] {
    const found = Object.values(this.schema.classes).find(({ classUid }) => classUid === event.class_uid);
    if (!found) return [`no class ${String(event.class_uid)}`];
    const wrong = this.ofShape(event, found, '');
    if (event.category_uid !== found.categoryUid) wrong.push('category_uid: of another category');
    if (event.type_uid !== found.classUid * 100 + Number(event.activity_id)) wrong.push('type_uid: wrong');
    return wrong;
  }

  private ofShape(value: Json, { attributes, constraints }: Shape, path: string): string[] {
    const required = Object.entries(attributes)
      .filter(([name, { requirement }]) => requirement === 'required' && !(name in value))
      .map(([name]) => `${path}${name}: is missing`);
    const some = constraints?.at_least_one ?? [];
    const met = some.length === 0 || some.some((name) => name in value);
    return [
      ...required,
      ...(met ? [] : [`${path}: has none of ${some.join(', ')}`]),
      ...Object.entries(value).flatMap(([name, one]) => {
        const attribute = attributes[name];
        return attribute ? this.ofAttribute(one, attribute, `${path}${name}`) : [`${path}${name}: unknown`];
      }),
    ];
  }

  private ofAttribute(value: unknown, attribute: Attribute, path: string): string[] {
    if (attribute.isArray) {
      if (!Array.isArray(value)) return [`${path}: is no list`];
      return value.flatMap((one, n) => this.ofOne(one, attribute, `${path}.${n}`));
    }
    return this.ofOne(value, attribute, path);
  }

  private ofOne(value: unknown, { object, type = '', enum: among }: Attribute, path: string): string[] {
    if (object !== undefined) {
      if (typeof value !== 'object' || value === null) return [`${path}: is no object`];
      // The object of that name may hold anything.
      if (object === 'object') return [];
      const shape = this.schema.objects[object];
      return shape ? this.ofShape(value as Json, shape, `${path}.`) : [`${path}: ${object} is not at hand`];
    }
    const { base, regex, maxLength } = this.schema.types[type]!;
    const kind = { string_t: 'string', integer_t: 'number', long_t: 'number', boolean_t: 'boolean' }[base];
    if (kind && typeof value !== kind) return [`${path}: is no ${kind}`];
    if (kind === 'number' && !Number.isSafeInteger(value)) return [`${path}: is no whole number`];
    if (among && !among.includes(String(value))) return [`${path}: ${String(value)} is none of its values`];
    if (regex !== undefined && !new RegExp(regex).test(value as string)) return [`${path}: is no ${type}`];
    return maxLength !== undefined && (value as string).length > maxLength ? [`${path}: is too long`] : [];
  }
}
