// Makes the plan of a load: reads the whole ZIP once, and compares it with what the account has.
import type { Entry } from 'yauzl';
import { MANIFEST, verifyEntries } from '../../backups/archives/archive-check';
import { DEFINITIONS } from '../../backups/archives/definitions';
import type { Manifest } from '../../backups/archives/manifest';
import type { ZipReading } from '../../backups/archives/zip-reading';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { compareIds } from '../../crm/records/record.vocabulary';
import { standardProperties } from '../../crm/properties/standard-properties';
import { customType, type ObjectType } from '../../crm/schemas/object-type.vocabulary';
import type { ObjectTypes } from '../../crm/schemas/object-types-known';
import type { ReadModels } from '../../read/read-models';
import { definitionsIn, type SourceDefinitions } from './definitions-file';
import { isCsv, typeFinder, typeOfFile } from './file-names';
import { headerOf, scanned, type Open, type Scan } from './file-scan';
import { understood } from './header';
import type { LoadOptions } from '../load.events';
import {
  LoadFailed,
  NOTHING_MISSING,
  type ColumnPlan,
  type LoadPlan,
  type MissingDefinitions,
  type PlanProblem,
  type RecordsFile,
} from './load-plan';
import { compared, type Known } from './missing-definitions';
import { OwnersHere } from './owners-here';
import { ValueKind } from './value-kinds';

export interface PlanParts extends Known {
  readonly objectTypes: ObjectTypes;
  readonly readModels: ReadModels;
  readonly head: () => Promise<bigint>;
}

export interface Planning {
  readonly zip: ZipReading;
  readonly options: LoadOptions;
  readonly signal: AbortSignal;
  readonly report: (rows: number) => void;
}

/** The header of `associations.csv`, as a backup writes it. */
export const ASSOCIATIONS_HEADER =
  'from_object_type,from_record_id,to_object_type,to_record_id,association_category,association_type_id,label';
/** Unknown owners that are named one by one. */
const MOST_OWNERS = 1_000;

const OWN_TYPE_ID = /^2-([1-9]\d{0,13})$/;

type Definitions = ReadonlyMap<string, PropertyDefinition>;

interface Proposed {
  readonly objectType: string;
  readonly name: string;
  readonly label: string;
  readonly kind: ValueKind;
}

interface Source {
  readonly manifest?: Manifest;
  readonly definitions?: SourceDefinitions;
}

export class PlanMaker {
  constructor(private readonly parts: PlanParts) {}

  async plan(planning: Planning): Promise<LoadPlan> {
    return new Making(this.parts, planning).plan();
  }
}

class Making {
  private readonly problems: PlanProblem[] = [];
  private readonly records: RecordsFile[] = [];
  private readonly associations: { name: string; rows: number }[] = [];
  private readonly leftOut: string[] = [];
  /** Properties that files need and no definition tells of, by type and name: several files may share one. */
  private readonly proposed = new Map<string, Proposed>();
  private readonly foundOwners = new Set<string>();
  private highestId: string | undefined;
  private rows = 0;

  constructor(
    private readonly parts: PlanParts,
    private readonly planning: Planning,
  ) {}

  async plan(): Promise<LoadPlan> {
    const source = await this.source();
    const here = await this.parts.objectTypes.all();
    const findHere = typeFinder(here);
    const nameOf = (name: string) =>
      here.find((type) => type.name.toLowerCase() === name.toLowerCase())?.name ?? name;
    const found = source.definitions && (await compared(source.definitions, this.parts, findHere, nameOf));
    const missing = found?.missing ?? NOTHING_MISSING;
    this.problems.push(...(found?.problems ?? []));
    const types = [...here, ...missing.objectTypes.map(({ schema }) => customType(schema))];
    // Ids of object types are drawn from the same numbers.
    for (const { schema } of missing.objectTypes) {
      const [, number] = OWN_TYPE_ID.exec(schema.objectTypeId) ?? [];
      if (number !== undefined) this.passes(number);
    }
    await this.files(source, types, missing);
    const owners = await OwnersHere.of(
      this.parts.readModels,
      source.definitions?.owners,
      await this.parts.head(),
    );
    const named = [...this.foundOwners].map((value) => [value, owners.find(value)] as const);
    const unknown = named.filter(([, id]) => id === undefined).map(([value]) => value);
    const { manifest } = source;
    return {
      source: manifest ? 'STRATA' : 'OTHER',
      ...(manifest && { logId: manifest.logId, position: manifest.position, asOf: manifest.asOf }),
      ...{ records: this.records, associations: this.associations, leftOut: this.leftOut },
      missing: { ...missing, properties: [...missing.properties, ...this.inferred()] },
      typeNames: Object.fromEntries(
        (source.definitions?.objectTypes ?? [])
          .map(({ name }) => [name, nameOf(name)] as const)
          .filter(([theirs, ours]) => theirs !== ours),
      ),
      associationTypes: found?.associationTypes ?? {},
      owners: Object.fromEntries(named.flatMap(([value, id]) => (id === undefined ? [] : [[value, id]]))),
      users: owners.elsewhere(),
      unknownOwners: unknown.slice(0, MOST_OWNERS),
      problems: this.problems,
      ...(this.highestId !== undefined && { highestId: this.highestId }),
    };
  }

  /** Of a backup of Strata every hash is checked before anything is relied on. */
  private async source(): Promise<Source> {
    if (!this.planning.zip.entries.has(MANIFEST)) return {};
    const { manifest, definitions } = await verifyEntries(this.planning.zip, this.planning.signal);
    return { manifest, ...(definitions !== undefined && { definitions: await definitionsIn(definitions) }) };
  }

  private async files(source: Source, types: readonly ObjectType[], missing: MissingDefinitions) {
    const { zip, options } = this.planning;
    const find = typeFinder(types);
    const unknown: string[] = [];
    for (const named of Object.keys(options.files))
      if (!zip.entries.has(named)) throw new LoadFailed(`files: the ZIP has no ${named}`);
    for (const [name, entry] of zip.entries) {
      if (name === MANIFEST || name === DEFINITIONS || name.endsWith('/')) continue;
      const asked = Object.hasOwn(options.files, name) ? options.files[name] : undefined;
      if (asked === null || (asked === undefined && !isCsv(name))) {
        this.leftOut.push(name);
        continue;
      }
      const open: Open = () => zip.stream(entry);
      const header = await headerOf(name, open);
      if (asked === undefined && header.join() === ASSOCIATIONS_HEADER) {
        const { rows } = await scanned(name, open, this.scan(undefined, [], new Map()));
        this.associations.push({ name, rows });
        continue;
      }
      const told = source.manifest?.files.find((file) => file.name === name)?.objectType;
      const type =
        asked !== undefined ? find(asked) : told !== undefined ? find(told) : typeOfFile(name, find);
      if (!type) unknown.push(name);
      else await this.file(entry, header, type, source, missing, find);
    }
    if (unknown.length > 0)
      throw new LoadFailed(
        `No object type is called as ${unknown.slice(0, 20).join(', ')}: name it by files, or leave the file out by null`,
      );
    if (this.records.length === 0) throw new LoadFailed('The ZIP holds no CSV of records');
  }

  private async file(
    entry: Entry,
    header: readonly string[],
    type: ObjectType,
    source: Source,
    missing: MissingDefinitions,
    find: (name: string) => ObjectType | undefined,
  ): Promise<void> {
    const { name: objectType } = type;
    const name = entry.fileName;
    const open: Open = () => this.planning.zip.stream(entry);
    const made = missing.objectTypes.find(({ schema }) => schema.name === objectType)?.properties;
    const current = made ? standardProperties(objectType) : await this.parts.definitions.of(objectType);
    const added = missing.properties.filter((one) => one.objectType === objectType);
    const all = [...(made ?? []), ...added.map(({ definition }) => definition), ...current.values()];
    const definitions: Definitions = new Map(all.map((definition) => [definition.name, definition]));
    const isExact = exactness(source.definitions, objectType, definitions);
    const headed = understood(header, { file: name, type, definitions, isExact, find });
    this.problems.push(...headed.problems);
    const idColumn = headed.columns.find(({ as }) => as === 'id')?.index;
    const owners = headed.columns.filter((column) => isOwners(column, definitions)).map(({ index }) => index);
    const kinds = new Map(headed.proposed.map((one) => [one.index, this.kindOf(objectType, one)]));
    const scan = this.scan(idColumn, owners, kinds);
    const { rows, highestId, owners: found } = await scanned(name, open, scan);
    for (const owner of found) this.foundOwners.add(owner);
    if (highestId !== undefined) this.passes(highestId);
    this.records.push({ name, objectType, columns: headed.columns, rows });
  }

  private scan(id: number | undefined, owners: readonly number[], kinds: Scan['kinds']) {
    const { signal, report } = this.planning;
    return { id, owners, kinds, signal, report: () => report(++this.rows) };
  }

  private passes(id: string): void {
    if (!this.highestId || compareIds(id, this.highestId) > 0) this.highestId = id;
  }

  private kindOf(objectType: string, { name, label }: { name: string; label: string }): ValueKind {
    const key = `${objectType}/${name}`;
    const known = this.proposed.get(key) ?? { objectType, name, label, kind: new ValueKind() };
    this.proposed.set(key, known);
    return known.kind;
  }

  private inferred() {
    return [...this.proposed.values()].map(({ objectType, name, label, kind }) => ({
      objectType,
      definition: kind.definition(objectType, name, label),
    }));
  }
}

/** Whether a property of the account has the type that it has where the values come from. */
function exactness(source: SourceDefinitions | undefined, objectType: string, definitions: Definitions) {
  const type = source?.objectTypes.find(({ name }) => name.toLowerCase() === objectType.toLowerCase());
  const theirs = new Map(type?.properties.map((property) => [property.name, property.type]));
  return (property: string) =>
    theirs.get(property) === definitions.get(property)?.type && theirs.has(property);
}

const isOwners = (column: ColumnPlan, definitions: Definitions): boolean =>
  column.as === 'property' && definitions.get(column.property)?.referencedObjectType === 'OWNER';
