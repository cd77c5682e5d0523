// The association types between two object types, standard ones and the account's, each seen from one of the two.
import { stateAt } from '../../../point-in-time/state-at';
import type { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import type { AssociationCategory, Link } from '../association.events';
import {
  ASSOCIATION_TYPES_STREAM,
  associationTypes,
  type AssociationTypesState,
  type DefinedType,
} from './association-type.decider';
import { everyStandardAssociationType, type StandardType } from './standard-association-types';

/** One direction of an association type. */
export interface AssociationType extends Link {
  readonly fromType: string;
  readonly toType: string;
  readonly name: string;
  /** Null for the default type of the pair. */
  readonly label: string | null;
}

/** How HubSpot's API names a type: by its number in the direction that is asked for. */
export interface TypeSpec {
  readonly category: AssociationCategory;
  readonly typeId: number;
}

type Both = DefinedType | StandardType;
type ByPair = ReadonlyMap<string, readonly AssociationType[]>;

interface Known {
  readonly byPair: ByPair;
  readonly byId: ReadonlyMap<number, AssociationType>;
  readonly defined: readonly DefinedType[];
  readonly revision: number;
  readonly readAt: number;
}

/** Words that a refusal tells of. */
const SHOWN_ERRORS = 100;
/** Milliseconds until a change by another process shows; this process sees its own changes at once. */
const STALE_MS = 2_000;

export class AssociationTypes {
  private known: Known | undefined;
  private reading: Promise<Known> | undefined;

  constructor(private readonly streams: Streams) {}

  /** The types from one object type to another (plural names), the default type first. */
  async between(fromType: string, toType: string): Promise<readonly AssociationType[]> {
    return (await this.fresh()).byPair.get(`${fromType}/${toType}`) ?? [];
  }

  /** The default type of a pair of object types. Refuses with `association-type-unknown` where the pair has none. */
  async usual(fromType: string, toType: string): Promise<AssociationType> {
    const usual = (await this.between(fromType, toType)).find(({ label }) => label === null);
    if (usual) return usual;
    throw new Refusal('association-type-unknown', {
      message: `${fromType} and ${toType} have no default association type: define an association between them first`,
    });
  }

  /**
   * The types named, after the pair's default type: records with a labelled link are associated by default too. Refuses
   * with `association-type-unknown`, naming what is not a type from `fromType` to `toType`.
   */
  async linksOf(
    fromType: string,
    toType: string,
    specs: readonly TypeSpec[],
  ): Promise<readonly AssociationType[]> {
    const named = await this.named(fromType, toType, specs);
    return [await this.usual(fromType, toType), ...named.filter(({ label }) => label !== null)];
  }

  /** The types named, each once, without the default type unless it is named. */
  async named(
    fromType: string,
    toType: string,
    specs: readonly TypeSpec[],
  ): Promise<readonly AssociationType[]> {
    const all = await this.between(fromType, toType);
    const find = (types: readonly AssociationType[], { category, typeId }: TypeSpec) =>
      types.find((type) => type.typeId === typeId && type.category === category);
    if (!specs.every((spec) => find(all, spec))) await this.read();
    const now = await this.between(fromType, toType);
    const named = specs.map((spec) => {
      const type = find(now, spec);
      if (type) return type;
      const { category, typeId } = spec;
      throw new Refusal('association-type-unknown', {
        message: `${category} ${typeId} is not an association type from ${fromType} to ${toType}`,
      });
    });
    return [...new Set(named)];
  }

  /**
   * The object type that the types named lead to from `fromType`. Refuses with `association-type-unknown`, and with
   * `input-invalid` where they lead to several object types or none are named. `at` is their place in the message.
   */
  async targetOf(fromType: string, specs: readonly TypeSpec[], at: string): Promise<string> {
    const targets = new Set<string>();
    for (const spec of specs) targets.add((await this.typeFrom(fromType, spec, at)).toType);
    const [target] = targets;
    if (target !== undefined && targets.size === 1) return target;
    const message = target === undefined ? 'must name at least one' : 'must all lead to one object type';
    throw new Refusal('input-invalid', { message: `${at}.types ${message}` });
  }

  private async typeFrom(fromType: string, { category, typeId }: TypeSpec, at: string) {
    const find = ({ byId }: Known) => {
      const type = byId.get(typeId);
      return type?.category === category ? type : undefined;
    };
    const type = find(await this.fresh()) ?? find(await this.read());
    if (type?.fromType === fromType) return type;
    throw new Refusal('association-type-unknown', {
      message: `${at}: ${category} ${typeId} is not an association type from ${fromType}`,
    });
  }

  /** The types that the account has defined from or to an object type, as they were defined. */
  async definedFor(objectType: string): Promise<readonly DefinedType[]> {
    const { defined } = await this.fresh();
    return defined.filter(({ fromType, toType }) => fromType === objectType || toType === objectType);
  }

  /** Takes over a change that this process has just appended. */
  learn(state: AssociationTypesState, revision: number): void {
    if (revision >= (this.known?.revision ?? -1)) this.known = knownOf(state, revision, Date.now());
  }

  private async fresh(): Promise<Known> {
    if (this.known && Date.now() - this.known.readAt < STALE_MS) return this.known;
    return this.read();
  }

  private async read(): Promise<Known> {
    this.reading ??= this.load().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async load(): Promise<Known> {
    const readAt = Date.now();
    const { state, revision } = await this.streams.load(associationTypes, ASSOCIATION_TYPES_STREAM);
    if (this.known && this.known.revision >= revision) this.known = { ...this.known, readAt };
    else this.known = knownOf(state, revision, readAt);
    return this.known;
  }
}

/**
 * The types that words such as contact_to_company, or numbers as text, name, in their order. Refuses with
 * `association-type-unknown`, which tells of each word that names none of `types`; `at` says where it stands.
 */
export function typesNamed(
  types: readonly AssociationType[],
  names: readonly string[],
  at: (index: number) => string | undefined,
): AssociationType[] {
  const byName = new Map(
    types.flatMap((type) => [[String(type.typeId), type] as const, [type.name, type] as const]),
  );
  const errors = names.flatMap((name, index) => {
    if (byName.has(name)) return [];
    const place = at(index);
    const message = `'${name.slice(0, 100)}' is not an association type between these object types`;
    return [place === undefined ? { message } : { message: `${place}: ${message}`, in: place }];
  });
  if (errors.length === 0) return names.map((name) => byName.get(name)!);
  const message = errors.length > 1 ? `${errors.length} inputs name no association type` : errors[0]!.message;
  throw new Refusal('association-type-unknown', { message, errors: errors.slice(0, SHOWN_ERRORS) });
}

/** Every direction of the types that existed after the event at a position, as they were then. */
export async function associationTypesAt(
  streams: Streams,
  position: bigint,
): Promise<readonly AssociationType[]> {
  const { defined } = await stateAt(streams, associationTypes, ASSOCIATION_TYPES_STREAM, position);
  return [...directionsOf(defined).values()].flat();
}

/** Labels by `CATEGORY/typeId`. */
export const labelsOf = (types: readonly AssociationType[]): Record<string, string | null> =>
  Object.fromEntries(types.map(({ category, typeId, label }) => [`${category}/${typeId}`, label]));

/** Labels by `CATEGORY/typeId` as they were after the event at a position, for the types that existed then. */
export const associationLabelsAt = async (
  streams: Streams,
  position: bigint,
): Promise<Record<string, string | null>> => labelsOf(await associationTypesAt(streams, position));

const knownOf = ({ defined }: AssociationTypesState, revision: number, readAt: number): Known => {
  const byPair = directionsOf(defined);
  const byId = new Map([...byPair.values()].flat().map((type) => [type.typeId, type]));
  return { byPair, byId, defined, revision, readAt };
};

/** Every direction of the standard types and of `defined`, by `fromType/toType`, default types first. */
export function directionsOf(defined: readonly DefinedType[]): ByPair {
  const byPair = new Map<string, AssociationType[]>();
  for (const type of [...everyStandardAssociationType, ...defined])
    for (const seen of bothWays(type)) {
      const key = `${seen.fromType}/${seen.toType}`;
      const others = byPair.get(key) ?? [];
      byPair.set(key, seen.label === null ? [seen, ...others] : [...others, seen]);
    }
  return byPair;
}

/** A type in both directions; only once where both have the same number. */
export function bothWays(type: Both): AssociationType[] {
  const { category, typeId, inverseTypeId, fromType, toType, name, label, inverseLabel } = type;
  const there = { category, typeId, inverseTypeId, fromType, toType, name, label };
  if (typeId === inverseTypeId) return [there];
  const back = {
    ...{ category, typeId: inverseTypeId, inverseTypeId: typeId, fromType: toType, toType: fromType },
    ...{ name: 'inverseName' in type ? type.inverseName : name, label: inverseLabel },
  };
  return [there, back];
}
