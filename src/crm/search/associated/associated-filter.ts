// Reads filters on what records are associated with: `associations.contact`, or `associations.contact.4` for one of the
// association types, by its number as the searched records see it. Pure.
import { Refusal, type RefusalCode } from '../../../refusals';
import { nearest } from '../../../supervision/nearest';
import type { AssociationType } from '../../associations/types/association-types';
import { isRecordId } from '../../records/record.vocabulary';
import type { ObjectType } from '../../schemas/object-type.vocabulary';
import type { SearchFilter } from '../filter-groups';

const PREFIX = 'associations.';

/** Operators that associations have: those that ask for order or words do not fit. */
export const associatedOperators = ['EQ', 'NEQ', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const;
export type AssociatedOperator = (typeof associatedOperators)[number];

/** A filter on associations, checked and taken apart. */
export interface Associated {
  readonly operator: AssociatedOperator;
  /** The plural name of the object type at the other end. */
  readonly toType: string;
  /** The association types that count, from the searched type to the other; none where the two have none. */
  readonly types: readonly Pick<AssociationType, 'typeId' | 'inverseTypeId'>[];
  /** Ids of the records at the other end; empty where the operator takes none. */
  readonly ids: readonly string[];
}

/** A filter with its place in the request. */
export interface AtPlace {
  readonly filter: SearchFilter;
  readonly at: string;
}

export const isAssociated = ({ propertyName }: Pick<SearchFilter, 'propertyName'>): boolean =>
  propertyName.toLowerCase().startsWith(PREFIX);

/** The filter on associations that a name may have been meant for which is that of no property. */
export function associatedMeant(name: string): string | undefined {
  const dot = name.indexOf('.');
  const word = name.slice(0, dot + 1).toLowerCase();
  return dot > 0 && word !== PREFIX && nearest(word, [PREFIX]) ? PREFIX + name.slice(dot + 1) : undefined;
}

/** The name of the object type, as it was written, and the number of the association type where one is named. */
export function namesOf({ propertyName }: SearchFilter): { readonly type: string; readonly typeId?: number } {
  const [, type = '', typeId] = /^([^.]*)(?:\.(\d{1,9}))?$/.exec(propertyName.slice(PREFIX.length)) ?? [];
  return { type, ...(typeId !== undefined && { typeId: Number(typeId) }) };
}

/** Refuses an operator that does not fit, and ids that cannot be one, with `input-invalid`. */
export function operandsOf(asked: AtPlace): Pick<Associated, 'operator' | 'ids'> {
  const { operator, value, values } = asked.filter;
  const fitting = associatedOperators.find((one) => one === operator);
  if (!fitting) {
    const meant = nearest(operator, associatedOperators);
    const known =
      meant === undefined ? `use one of ${associatedOperators.join(', ')}` : `did you mean ${meant}?`;
    throw refused(asked, 'input-invalid', `The operator ${operator} does not fit; ${known}`);
  }
  const ids = OPERANDS[fitting] === 'value' ? [value] : OPERANDS[fitting] === 'values' ? values : [];
  if (!ids || (OPERANDS[fitting] === 'values' && ids.length === 0))
    throw refused(asked, 'input-invalid', 'values are missing: list ids of records');
  const known = ids.filter((id) => id !== undefined && isRecordId(id));
  if (known.length < ids.length) {
    const place =
      OPERANDS[fitting] === 'value' ? 'value' : `values[${ids.findIndex((id) => !known.includes(id))}]`;
    throw refused(
      asked,
      'input-invalid',
      `${place} must be the id of a record: a number without leading zeros`,
    );
  }
  return { operator: fitting, ids: [...new Set(known as readonly string[])] };
}

const OPERANDS: Readonly<Record<AssociatedOperator, 'value' | 'values' | undefined>> = {
  ...{ EQ: 'value', NEQ: 'value', IN: 'values', NOT_IN: 'values' },
  ...{ HAS_PROPERTY: undefined, NOT_HAS_PROPERTY: undefined },
};

/** The refusal of an object type that there is not, with the known one that may have been meant. */
export function typeUnknown(asked: AtPlace, type: string, known: readonly ObjectType[]): Refusal {
  const names = known.flatMap(({ name, singular }) => [singular, name]);
  const meant = nearest(type, names);
  const hint = meant === undefined ? '' : `; did you mean ${PREFIX}${meant}?`;
  return refused(asked, 'input-invalid', `There is no object type '${type.slice(0, 100)}'${hint}`);
}

/** Those of `types`, from the searched object type to the other, that count: all, or the one named. */
export function countingTypes(
  asked: AtPlace,
  typeId: number | undefined,
  types: readonly AssociationType[],
): Associated['types'] {
  const counting = types.filter((type) => typeId === undefined || type.typeId === typeId);
  if (typeId === undefined || counting.length > 0)
    return counting.map((type) => ({ typeId: type.typeId, inverseTypeId: type.inverseTypeId }));
  const turned = types.find(({ inverseTypeId }) => inverseTypeId === typeId);
  const near =
    turned?.typeId ??
    Number(
      nearest(
        String(typeId),
        types.map((type) => String(type.typeId)),
      ),
    );
  const meant = types.find((type) => type.typeId === near) ?? types[0];
  const hint = meant ? `; did you mean ${meant.typeId} (${meant.label ?? meant.name})?` : '';
  throw refused(
    asked,
    'association-type-unknown',
    `There is no association type ${typeId} in this direction${hint}`,
  );
}

/** A refusal that names filter, property and operator, and neither ids nor values. */
export function refused({ filter, at }: AtPlace, code: RefusalCode, what: string, context = {}): Refusal {
  const propertyName = filter.propertyName.slice(0, 100);
  const message = `${what} (${filter.operator} on '${propertyName}', ${at})`;
  const named = { propertyName: [propertyName], operator: [filter.operator], ...context };
  return new Refusal(code, { message, errors: [{ message, in: at, context: named }], context });
}
