// One column of HubSpot's importRequest: its spellings, old and new, and the single form that they are translated to.
import { z } from 'zod';
import type { AssociationCategory } from '../../crm/associations/association.events';
import type { FindType } from '../../crm/schemas/object-type.vocabulary';

const EXPLAINED =
  'HUBSPOT_OBJECT_ID is a column of record ids, HUBSPOT_ALTERNATE_ID one of a unique property by which records are found';

/** The property of record ids, and its label, as exports head the column. */
const IDS: ReadonlySet<string> = new Set(['hs_object_id', 'record id']);
export const namesIds = (name: string): boolean => IDS.has(name.trim().toLowerCase());

/** How a column can identify the record that a row is about. */
const keyTypes = ['HUBSPOT_OBJECT_ID', 'HUBSPOT_ALTERNATE_ID'] as const;
const columnTypes = [...keyTypes, 'STANDARD', 'FLEXIBLE_ASSOCIATION_LABEL', 'ASSOCIATION_KEYS'] as const;
const categories = ['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED'] as const;

export interface ColumnMapping {
  readonly columnName: string;
  /** True where the column is not imported; its other fields then mean nothing. */
  readonly ignored: boolean;
  /** The plural name of the type of the record that the column is about. */
  readonly objectType: string;
  readonly propertyName: string | undefined;
  readonly columnType: (typeof columnTypes)[number];
  /** For a column that names other records: their type. The row's record is associated with them. */
  readonly toType: string | undefined;
  /** The association type for these records; the pair's default type where it is undefined. */
  readonly foreignKey: { readonly category: AssociationCategory; readonly typeId: number } | undefined;
  /** True where other files name the records of this file by the column's property. */
  readonly isIdentifier: boolean;
}

/**
 * Makes the schema of an object: a new request may not have unknown fields, an accepted one is read without looking at
 * them.
 */
export type Fields = <T extends z.core.$ZodLooseShape>(shape: T) => z.ZodObject<T>;

const sent = (fields: Fields) =>
  fields({
    columnName: z.string().min(1),
    ignored: z.boolean().nullish(),
    columnObjectTypeId: z.string().nullish(),
    /** The older name of `columnObjectTypeId`. */
    columnObjectType: z.string().nullish(),
    /** Null or absent for a column of record ids, of labels, or of keys of other records. */
    propertyName: z.string().min(1).nullish(),
    columnType: z.string().nullish(),
    /** The older name of `columnType`. */
    idColumnType: z.string().nullish(),
    toColumnObjectTypeId: z.string().nullish(),
    foreignKeyType: fields({
      associationTypeId: z.number().int(),
      associationCategory: z.enum(categories).default('HUBSPOT_DEFINED'),
    }).nullish(),
    associationIdentifierColumn: z.boolean().nullish(),
  });

/** The schema of a column. `find` resolves the names of object types. */
export const columnMapping = (find: FindType, fields: Fields) =>
  sent(fields).transform((given, context): ColumnMapping => {
    const refuse = (place: string, message: string) =>
      context.addIssue({ code: 'custom', path: [place], message });
    const typeNamed = (place: string, name: string) => {
      const type = find(name);
      if (!type) refuse(place, 'is not an object type that can be imported');
      return type?.name ?? name;
    };
    const { columnName, propertyName, toColumnObjectTypeId: to, foreignKeyType: key } = given;
    const ignored = given.ignored === true;
    const alias = given.columnObjectTypeId ?? given.columnObjectType ?? '';
    const objectType = ignored ? '' : typeNamed('columnObjectTypeId', alias);
    const asked = given.idColumnType ?? given.columnType ?? 'STANDARD';
    const named = columnTypes.find((type) => type === asked) ?? 'STANDARD';
    if (named !== asked) refuse('columnType', `must be one of ${columnTypes.join(', ')}: ${EXPLAINED}`);
    const isLink = Boolean(to ?? key) || named === 'ASSOCIATION_KEYS';
    const columnType =
      named === 'STANDARD' && !isLink && namesIds(propertyName ?? columnName) ? 'HUBSPOT_OBJECT_ID' : named;
    const namesNone = columnType === 'HUBSPOT_OBJECT_ID' || columnType === 'FLEXIBLE_ASSOCIATION_LABEL';
    if (!ignored && !propertyName && !isLink && !namesNone)
      refuse('propertyName', `needs a propertyName, or a columnType: ${EXPLAINED}`);
    const sameType = columnType === 'ASSOCIATION_KEYS' ? objectType : undefined;
    return {
      ...{ columnName, ignored, objectType, columnType },
      propertyName: propertyName ?? undefined,
      toType: to ? typeNamed('toColumnObjectTypeId', to) : sameType,
      foreignKey: key ? { category: key.associationCategory, typeId: key.associationTypeId } : undefined,
      isIdentifier: given.associationIdentifierColumn === true,
    };
  });

/** Whether the column names records with which the row's own record is associated. */
export const namesOthers = ({ columnType, toType, foreignKey }: ColumnMapping): boolean =>
  columnType !== 'FLEXIBLE_ASSOCIATION_LABEL' && (toType !== undefined || foreignKey !== undefined);
