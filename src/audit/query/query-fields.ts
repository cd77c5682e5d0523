// The fields that a query may name, with the words that each knows, and what makes a value of one wrong.
import { addressRange } from '../../origin/address-range.vocabulary';
import { wordsIn } from './entry-terms.vocabulary';
import { actions, categories, EVERY_OBJECT_TYPE } from '../taxonomy';
import { nearest } from '../../supervision/nearest';
import { QueryError } from './query-error';
import type { Node, Value } from './query-syntax';
import { durationOf, spanOf } from './query-times';

export const sources = ['CRM_UI', 'API', 'IMPORT', 'LOAD', 'RESTORE', 'SYSTEM'] as const;
const actorTypes = ['user', 'apiKey', 'import', 'load', 'restore', 'link', 'employee', 'system'];
const loginTypes = ['PASSWORD', 'SSO', 'API_KEY', 'EMPLOYEE'];

interface Field {
  /** For people who complete a query. */
  readonly told: string;
  /** All values that there are, in whatever case they are written. */
  readonly known?: readonly string[];
  /** What is wrong with a value, where that can be told without the account. */
  readonly wrong?: (text: string) => string | undefined;
}

const must =
  (test: (text: string) => unknown, problem: string) =>
  (text: string): string | undefined =>
    test(text) ? undefined : problem;

const aTime = must(
  spanOf,
  'this is no time: write 2026-10-01, 2026-10, 2026-10-01T12:00, today, yesterday, now or -24h, or two of them with .. between',
);

const fields = {
  category: { told: 'category of the vocabulary', known: categories.map(({ id }) => id) },
  subcategory: { told: 'sub-category of the vocabulary, or an object type' },
  action: { told: 'what was done', known: actions },
  user: { told: 'person: e-mail address, id, or a name in quotation marks' },
  actor: { told: 'who or what acted: e-mail address or id of a person, id of a key, an import, a restore' },
  by: { told: 'kind of actor', known: actorTypes },
  team: { told: 'team, by name or id: what its members of now did' },
  key: { told: 'API key, by name or id' },
  import: { told: 'import, by name or id' },
  target: { told: 'what it was done to: type/id, an id, or a type' },
  type: { told: 'type of what it was done to' },
  property: { told: 'name of a property that was changed' },
  value: { told: 'a whole old or new value' },
  source: { told: 'through what it came', known: sources },
  ip: {
    told: 'address, network (10.0.0.0/8) or range (10.0.0.1..10.0.0.9)',
    wrong: must(addressRange, 'this is no address, network or range of addresses'),
  },
  country: {
    told: 'country, by its two letters',
    wrong: must((text) => /^[a-z]{2}$/i.test(text), 'a country is told by its two letters'),
  },
  login: { told: 'how they had logged in', known: loginTypes },
  last: {
    told: 'the last so much time: 90m, 24h, 7d, 2w',
    wrong: must((text) => durationOf(text) !== undefined, 'this is no duration: write 90m, 24h, 7d or 2w'),
  },
  from: { told: 'since a time', wrong: aTime },
  to: { told: 'until a time', wrong: aTime },
  on: { told: 'on a day, in a month', wrong: aTime },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as FieldName[];
export const fieldOf = (name: FieldName): Field => fields[name];

/** Other names of fields: those of the parameters, and what people write. */
const aliases: Readonly<Record<string, FieldName>> = {
  sub: 'subcategory',
  userid: 'user',
  teamid: 'team',
  targettype: 'type',
  targetid: 'target',
  apikey: 'key',
  country_code: 'country',
  since: 'from',
  until: 'to',
};

export function fieldNamed(value: Value): FieldName {
  const { text } = value;
  const name = text.toLowerCase().replaceAll(/[-_]/g, '');
  const found = fieldNames.find((one) => one === name) ?? aliases[name];
  if (found) return found;
  throw new QueryError(
    'there is no such field (put a text that holds a : into quotation marks)',
    value,
    nearest(text, [...fieldNames, ...Object.keys(aliases)]),
  );
}

/** Sub-categories that are written in one way; object types of the account are others. */
export const subCategories = [...new Set(categories.flatMap(({ own, reported }) => [...own, ...reported]))]
  .filter((name) => name !== EVERY_OBJECT_TYPE)
  .sort();

/** The value as it stands in entries, where it is one of a list. */
export const knownValue = (known: readonly string[], { text }: Value): string | undefined =>
  known.find((one) => one.toLowerCase() === text.toLowerCase().replaceAll('-', '_')) ??
  known.find((one) => one.toLowerCase() === text.toLowerCase());

/** Refuses what is wrong in a query whatever the account holds. Throws QueryError. */
export function check(node: Node): void {
  switch (node.kind) {
    case 'all':
    case 'any':
      return node.of.forEach(check);
    case 'not':
      return check(node.of);
    case 'time':
      return refuse(aTime(node.value.text), node.value);
    case 'text':
      return refuse(
        wordsIn(node.value.text).length === 0 ? 'there is no word in this' : undefined,
        node.value,
      );
    case 'field': {
      const { known, wrong } = fieldOf(fieldNamed(node.field));
      for (const value of node.values) {
        refuse(wrong?.(value.text), value);
        if (known && knownValue(known, value) === undefined)
          throw new QueryError('there is no such value', value, nearest(value.text, known));
      }
    }
  }
}

function refuse(problem: string | undefined, place: Value): void {
  if (problem !== undefined) throw new QueryError(problem, place);
}

const fieldsIn = (node: Node): { readonly field: FieldName; readonly values: readonly Value[] }[] =>
  node.kind === 'all' || node.kind === 'any'
    ? node.of.flatMap(fieldsIn)
    : node.kind === 'not'
      ? fieldsIn(node.of)
      : node.kind === 'field'
        ? [{ field: fieldNamed(node.field), values: node.values }]
        : [];

/** The categories that a query names. */
export const categoriesIn = (node: Node): string[] =>
  fieldsIn(node)
    .filter(({ field }) => field === 'category')
    .flatMap(({ values }) => values.map((value) => knownValue(fields.category.known, value)!));

const ACTORS: readonly FieldName[] = ['actor', 'by', 'key', 'import'];

/** Whether a query names who or what acted: what Strata did for them is then theirs. */
export const namesActor = (node: Node): boolean => fieldsIn(node).some(({ field }) => ACTORS.includes(field));
