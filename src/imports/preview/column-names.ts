// Finds what a column may be about by what heads it: record ids, a property of the records, or records of another type
// that they are associated with. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import { namesIds } from '../requests/column-mapping';
import { identifies } from '../passes/record-finder';
import { USUAL } from '../rows/import-links';
import type { Definitions } from '../rows/import-plan';

/** Longer names than this are nobody's. */
export const LONGEST_NAME = 200;

export type Meant =
  | { readonly kind: 'id' }
  | { readonly kind: 'property'; readonly property: PropertyDefinition }
  /** Records of another type, by their ids or by a property. */
  | { readonly kind: 'link'; readonly toType: ObjectType; readonly by: 'id' | PropertyDefinition }
  /** A name of several properties. */
  | { readonly kind: 'several'; readonly properties: readonly PropertyDefinition[] };

/** What a column is about. `rank`: how freely its name was read, from 0; of two columns the one read less freely counts. */
export type Found = Meant & { readonly rank: number };

export interface NamedType {
  readonly type: ObjectType;
  readonly definitions: Definitions;
}

const small = (name: string): string => name.trim().toLowerCase();
/** As it would be written in one word: `E-Mail`, `First name` and `first_name` are read alike. */
const bare = (name: string): string =>
  small(name)
    .normalize('NFKC')
    .replace(/[\s_-]+/g, '');

/** Ways to read a name, from the strictest to the freest; by the internal name before the label. */
const readings: readonly (readonly [
  of: (property: PropertyDefinition) => string,
  as: (n: string) => string,
])[] = [
  [({ name }) => name, (given) => given],
  [({ label }) => label, (given) => given],
  [({ name }) => name, small],
  [({ label }) => label, small],
  [({ name }) => name, bare],
  [({ label }) => label, bare],
];

export class ColumnNames {
  private readonly properties: readonly ReadonlyMap<string, readonly PropertyDefinition[]>[];
  private readonly links: ReadonlyMap<string, Extract<Meant, { kind: 'link' }>>;
  private readonly ids: ReadonlySet<string>;

  /** `others`: the types whose records can be associated with those of the type. */
  constructor(of: NamedType, others: readonly NamedType[]) {
    const all = [...of.definitions.values()];
    this.properties = readings.map(([nameOf, as]) => byName(all, (one) => as(nameOf(one))));
    this.links = new Map(others.flatMap(linksTo));
    this.ids = new Set(wordsOf(of.type).flatMap((word) => [bare(`${word} id`), bare(`${word} record id`)]));
  }

  find(column: string): Found | undefined {
    if (column.length > LONGEST_NAME || column.trim() === '') return undefined;
    if (namesIds(column)) return { kind: 'id', rank: 0 };
    const property = this.property(column);
    const settable = property?.kind === 'property' && property.property.readOnlyValue ? undefined : property;
    const rank = readings.length;
    const link = this.links.get(bare(column));
    return (
      settable ??
      (link && { ...link, rank }) ??
      (this.ids.has(bare(column)) ? { kind: 'id', rank } : property)
    );
  }

  private property(column: string): Found | undefined {
    for (const [rank, [, as]] of readings.entries()) {
      const found = this.properties[rank]!.get(as(column)) ?? [];
      // Of properties of one name those count that can be written.
      const writable = found.filter(({ readOnlyValue }) => !readOnlyValue);
      const [one, ...more] = writable.length > 0 ? writable : found;
      if (!one) continue;
      return more.length > 0
        ? { kind: 'several', properties: [one, ...more], rank }
        : { kind: 'property', property: one, rank };
    }
    return undefined;
  }
}

function byName(all: readonly PropertyDefinition[], nameOf: (one: PropertyDefinition) => string) {
  const found = new Map<string, PropertyDefinition[]>();
  for (const one of all) {
    const name = nameOf(one);
    if (name !== '') found.set(name, [...(found.get(name) ?? []), one]);
  }
  return found;
}

const wordsOf = ({ singular, labels }: ObjectType): string[] => [singular, labels.singular, labels.plural];

/** Such as `Company ID`, `Associated Company IDs` as in an export, and `Contact email`. */
function linksTo({ type, definitions }: NamedType): [string, Extract<Meant, { kind: 'link' }>][] {
  const to = (name: string, by: 'id' | PropertyDefinition) =>
    [bare(name), { kind: 'link', toType: type, by }] as [string, Extract<Meant, { kind: 'link' }>];
  const telling = [...definitions.values()].filter(
    (one) => identifies(type.name, one) && (one.hasUniqueValue || one.name === USUAL[type.name]),
  );
  return wordsOf(type).flatMap((word) => [
    ...telling.flatMap((one) => [to(`${word} ${one.name}`, one), to(`${word} ${one.label}`, one)]),
    ...['id', 'ids', 'record id', 'record ids'].flatMap((id) => [
      to(`${word} ${id}`, 'id'),
      to(`associated ${word} ${id}`, 'id'),
    ]),
  ]);
}
