// Decides on the account's association types: numbers are given in order, names are unique per pair of object types.
import type { Decider } from '../../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../../eventsourcing/event';
import { Refusal } from '../../../refusals';
import type { AssociationTypeDefinition, AssociationTypeEvents, Labels } from './association-type.events';
import { FIRST_OWN_TYPE_ID, standardAssociationTypes } from './standard-association-types';

export interface DefinedType extends AssociationTypeDefinition {
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface AssociationTypesState {
  /** The next free number. */
  readonly next: number;
  /** The types in use, in the order in which they were defined. */
  readonly defined: readonly DefinedType[];
}
type AssociationTypeEvent = EventOf<AssociationTypeEvents>;

const ev = eventsOf<AssociationTypeEvents>();

export const ASSOCIATION_TYPES_STREAM = 'association_types-account';
/** HubSpot's limit; it also bounds the stream, which is read as a whole to know the types. */
const MOST_PER_PAIR = 50;
const HIGHEST_TYPE_ID = 2 ** 31 - 1;

export const associationTypes: Decider<AssociationTypesState, AssociationTypeEvents> = {
  initial: { next: FIRST_OWN_TYPE_ID, defined: [] },
  evolve: {
    'associationtype.defined.v1': ({ next, defined }, type, { meta }) => ({
      next: Math.max(next, type.typeId + 1, type.inverseTypeId + 1),
      defined: [...defined, { ...type, createdAt: meta.at, updatedAt: meta.at }],
    }),
    'associationtype.relabelled.v1': ({ next, defined }, { typeId, to }, { meta }) => ({
      next,
      defined: defined.map((type) =>
        type.typeId === typeId ? { ...type, ...to, updatedAt: meta.at } : type,
      ),
    }),
    'associationtype.archived.v1': ({ next, defined }, { typeId }) => ({
      next,
      defined: defined.filter((type) => type.typeId !== typeId),
    }),
  },
};

export interface NewType {
  readonly fromType: string;
  readonly toType: string;
  readonly name: string;
  /** Null for the default type of the pair, which may have one only. */
  readonly label: string | null;
  /** Where it is absent, both directions have the same label. */
  readonly inverseLabel?: string | undefined;
  /** Its numbers where it comes from, for a type of another account: it keeps them where they are above all others. */
  readonly numbers?: { readonly typeId: number; readonly inverseTypeId: number };
}

/** Defines several types: all of them or none. */
export function defineTypes(state: AssociationTypesState, asked: readonly NewType[]): AssociationTypeEvent[] {
  let { next, defined } = state;
  return asked.map(({ fromType, toType, name, label, inverseLabel, numbers }) => {
    const ofPair = defined.filter((type) => joins(type, fromType, toType));
    const standard = standardAssociationTypes(fromType, toType);
    if ([...ofPair, ...standard].some((type) => type.name === name))
      throw new Refusal('association-type-exists', {
        message: `An association type named '${name}' already exists between ${fromType} and ${toType}`,
      });
    if (label === null && [...ofPair, ...standard].some((type) => type.label === null))
      throw new Refusal('association-type-exists', {
        message: `${fromType} and ${toType} have a default association type already: give this one a label`,
      });
    if (ofPair.length >= MOST_PER_PAIR)
      throw new Refusal('association-type-invalid', {
        message: `${fromType} and ${toType} have ${MOST_PER_PAIR} association types already: no more are possible`,
      });
    const oneForBoth = fromType === toType && (inverseLabel === undefined || inverseLabel === label);
    const kept = numbers && fitsAbove(next, numbers, oneForBoth) ? numbers : undefined;
    const typeId = kept?.typeId ?? next;
    const inverseTypeId = kept?.inverseTypeId ?? (oneForBoth ? typeId : typeId + 1);
    if (inverseTypeId > HIGHEST_TYPE_ID)
      throw new Refusal('association-type-invalid', { message: 'All numbers of association types are used' });
    const type: AssociationTypeDefinition = {
      ...{ typeId, inverseTypeId, fromType, toType, category: 'USER_DEFINED', name, label },
      inverseLabel: inverseLabel ?? label,
    };
    next = Math.max(typeId, inverseTypeId) + 1;
    defined = [...defined, { ...type, createdAt: '', updatedAt: '' }];
    return ev('associationtype.defined.v1', type);
  });
}

/** Numbers below `next` may stand in links of types that were archived: they are never given again. */
const fitsAbove = (
  next: number,
  { typeId, inverseTypeId }: NonNullable<NewType['numbers']>,
  oneForBoth: boolean,
): boolean =>
  typeId >= next &&
  inverseTypeId >= next &&
  Math.max(typeId, inverseTypeId) <= HIGHEST_TYPE_ID &&
  (typeId === inverseTypeId) === oneForBoth;

/** `typeId` is the number in either direction; `asked` has the labels as seen in that direction. */
export function relabelType(
  { defined }: AssociationTypesState,
  typeId: number,
  asked: { readonly label: string; readonly inverseLabel?: string | undefined },
): AssociationTypeEvent[] {
  const type = existing(defined, typeId);
  if (type.label === null)
    throw new Refusal('association-type-invalid', {
      message: 'The default association type of a pair has no label',
    });
  const turned = type.typeId !== typeId;
  const kept = turned ? type.label : type.inverseLabel;
  // A label that was the same in both directions stays the same in both.
  const other = asked.inverseLabel ?? (type.label === type.inverseLabel ? asked.label : kept);
  if (type.typeId === type.inverseTypeId && other !== asked.label)
    throw new Refusal('association-type-invalid', {
      message: 'This association type has one label for both directions',
    });
  const to: Labels = turned
    ? { label: other, inverseLabel: asked.label }
    : { label: asked.label, inverseLabel: other };
  const from: Labels = { label: type.label, inverseLabel: type.inverseLabel };
  if (from.label === to.label && from.inverseLabel === to.inverseLabel) return [];
  return [ev('associationtype.relabelled.v1', { typeId: type.typeId, from, to })];
}

export function archiveType({ defined }: AssociationTypesState, typeId: number): AssociationTypeEvent[] {
  const type = existing(defined, typeId);
  // Records with a labelled link are associated by default too: labels go before the default type does.
  const others = defined.filter((one) => one !== type && joins(one, type.fromType, type.toType));
  if (type.label === null && others.length > 0)
    throw new Refusal('association-type-invalid', {
      message: 'Delete the labels of these object types before their default association type',
    });
  return [ev('associationtype.archived.v1', { typeId: type.typeId })];
}

const joins = (type: AssociationTypeDefinition, a: string, b: string): boolean =>
  (type.fromType === a && type.toType === b) || (type.fromType === b && type.toType === a);

function existing(defined: readonly DefinedType[], typeId: number): DefinedType {
  const type = defined.find((one) => one.typeId === typeId || one.inverseTypeId === typeId);
  if (!type) throw new Refusal('association-type-unknown');
  return type;
}
