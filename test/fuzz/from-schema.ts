// Values that fit a schema of our OpenAPI document, and such as fit it but for one thing.
import fc from 'fast-check';
import type { ApiDocument, Schema } from '../support/api-document';
import { wildText, wildValue } from './wild';

/** More than our own documents use of a schema elsewhere. */
interface Bounds {
  readonly const?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

/** What a text is likely to mean by the name of its field; a guess that fits nothing is refused, and that is a case, too. */
export type Words = (field: string) => fc.Arbitrary<string> | undefined;

const MOST_LETTERS = 60;
const MOST_ITEMS = 4;

export class FromSchema {
  constructor(
    private readonly api: ApiDocument,
    private readonly words: Words,
  ) {}

  valid(given: Schema, field = ''): fc.Arbitrary<unknown> {
    const schema = this.api.resolved(given) as Schema & Bounds;
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => this.valid(one, field)));
    switch (schema.type) {
      case 'object':
        return this.object(schema);
      case 'array':
        return fc.array(this.valid(schema.items ?? {}, field), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? MOST_ITEMS, Math.max(MOST_ITEMS, schema.minItems ?? 0)),
        });
      case 'string':
        return this.text(schema, field);
      case 'integer':
      case 'number':
        return fc.integer({
          min: Math.ceil(Math.max(schema.minimum ?? 0, -(2 ** 31))),
          max: Math.floor(Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1)),
        });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case undefined:
      default:
        return wildValue;
    }
  }

  /** Valid but for one place in it: another value, one too few, one too many, or an edge of what is allowed. */
  nearly(schema: Schema, field = ''): fc.Arbitrary<unknown> {
    return fc
      .tuple(this.valid(schema, field), fc.nat(), fc.oneof(wildValue, this.edge(schema)), wildText, fc.nat(3))
      .map(([value, at, other, name, how]) => changedAt(value, at, other, name, how));
  }

  private object(schema: Schema): fc.Arbitrary<unknown> {
    const { properties = {}, required = [], additionalProperties: others } = schema;
    const fields = Object.entries(properties).map(([name, one]) => [name, this.valid(one, name)] as const);
    const known = fc.record(Object.fromEntries(fields), {
      requiredKeys: required.filter((name) => name in properties),
    } as object) as fc.Arbitrary<object>;
    if (typeof others !== 'object') return known;
    const name = fc.oneof({ weight: 4, arbitrary: this.words('name of a property') ?? wildText }, wildText);
    const members = fc.array(fc.tuple(name, this.valid(others, 'value of a property')), {
      maxLength: MOST_ITEMS,
    });
    return fc.tuple(known, members).map(([own, more]) => ({ ...own, ...Object.fromEntries(more) }));
  }

  private text(schema: Schema & Bounds, field: string): fc.Arbitrary<string> {
    const { format, pattern, minLength = 0, maxLength = MOST_LETTERS } = schema;
    const word = this.words(field);
    const free = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, MOST_LETTERS)) });
    const formed =
      format === 'date-time'
        ? fc
            .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
            .map((at) => at.toISOString())
        : format === 'email'
          ? fc.nat(50).map((n) => `fuzz${n}@example.com`)
          : // What looks ahead cannot be made by its pattern: such texts are words, or wrong.
            pattern && !/\(\?[=!<]/.test(pattern)
            ? fc.stringMatching(new RegExp(pattern.replaceAll('\\d', '[0-9]')))
            : free;
    return word ? fc.oneof({ weight: 5, arbitrary: word }, formed) : formed;
  }

  /** The longest, and one more. */
  private edge(given: Schema): fc.Arbitrary<unknown> {
    const { maxLength, maxItems, maximum, type } = this.api.resolved(given) as Schema & Bounds;
    const more = fc.constantFrom(0, 1);
    if (type === 'array')
      return more.map((one) => Array.from({ length: (maxItems ?? 100) + one }, () => '1'));
    if (maximum !== undefined) return more.map((one) => maximum + one);
    return more.map((one) => 'x'.repeat(Math.min(maxLength ?? 100, 70_000) + one));
  }
}

/** Places in a value, itself first. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => places(one, [...path, name]))];
}

function changedAt(value: unknown, at: number, other: unknown, name: string, how: number): unknown {
  const all = places(value);
  const [first, ...rest] = all[at % all.length]!;
  const change = (here: unknown, path: readonly string[]): unknown => {
    if (path.length > 0) {
      const [next = '', ...further] = path;
      const copy = (Array.isArray(here) ? [...(here as unknown[])] : { ...(here as object) }) as Record<
        string,
        unknown
      >;
      if (how === 1 && further.length === 0) delete copy[next];
      else copy[next] = change(copy[next], further);
      return copy;
    }
    const isOpen = typeof here === 'object' && here !== null && !Array.isArray(here);
    // An own member, whatever its name: assigning `__proto__` would make none.
    if (how === 2 && isOpen) return Object.fromEntries([...Object.entries(here), [name, other]]);
    return how === 3 ? [here] : other;
  };
  return change(value, first === undefined ? [] : [first, ...rest]);
}
