// The object types that a caller may import, and what the columns of their files may be called.
import type { Caller } from '../../caller';
import type { AssociationTypes } from '../../crm/associations/types/association-types';
import type { Definitions } from '../../crm/properties/definitions';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import type { ObjectTypes } from '../../crm/schemas/object-types-known';
import { hasScope } from '../../identity/api-keys/scopes';
import { writeScopeOf } from '../requests/request-files';
import { ColumnNames, type NamedType } from './column-names';

export class Importable {
  private readonly names = new Map<string, ColumnNames>();

  /** `linked`: pairs of types whose records can be associated, such as `contacts/companies`. */
  constructor(
    readonly types: readonly NamedType[],
    private readonly linked: ReadonlySet<string>,
  ) {}

  static async by(
    { scopes }: Pick<Caller, 'scopes'>,
    objectTypes: ObjectTypes,
    definitions: Definitions,
    associationTypes: AssociationTypes,
  ): Promise<Importable> {
    const types: NamedType[] = [];
    for (const type of await objectTypes.all())
      if (hasScope({ scopes }, writeScopeOf(type.name)))
        types.push({ type, definitions: await definitions.of(type.name) });
    const linked = new Set<string>();
    for (const { type: one } of types)
      for (const { type: other } of types) {
        const between = await associationTypes.between(one.name, other.name);
        if (between.some(({ label }) => label === null)) linked.add(`${one.name}/${other.name}`);
      }
    return new Importable(types, linked);
  }

  of(type: ObjectType): NamedType | undefined {
    return this.types.find((one) => one.type.name === type.name);
  }

  namesOf(of: NamedType): ColumnNames {
    const known = this.names.get(of.type.name);
    if (known) return known;
    const others = this.types.filter(({ type }) => this.linked.has(`${of.type.name}/${type.name}`));
    const made = new ColumnNames(of, others);
    this.names.set(of.type.name, made);
    return made;
  }

  /** The type whose properties a first row names most, however its cells are divided; the first of equals. */
  likeliest(heads: readonly (readonly string[])[]): NamedType | undefined {
    const counts = this.types.map((one) => Math.max(0, ...heads.map((cells) => this.count(one, cells))));
    return this.types[counts.indexOf(Math.max(...counts))];
  }

  private count(of: NamedType, cells: readonly string[]): number {
    const names = this.namesOf(of);
    const found = cells.flatMap((cell) => names.find(cell) ?? []);
    return new Set(found.flatMap((meant) => (meant.kind === 'property' ? [meant.property] : []))).size;
  }
}
