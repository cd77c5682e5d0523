// The object types of the CRM and the names HubSpot's API knows them by.

export interface ObjectType {
  /** Plural, as in paths and bodies. */
  readonly name: string;
  readonly singular: string;
  readonly label: string;
  /** HubSpot's numeric type id. */
  readonly typeId: string;
  /** Property shown as the record's name. */
  readonly displayProperty: string;
  /** Sub-category in the audit log. */
  readonly auditSubCategory: string;
}

const type = (name: string, singular: string, typeId: string, displayProperty: string): ObjectType => ({
  name,
  singular,
  label: singular.charAt(0).toUpperCase() + singular.slice(1),
  typeId,
  displayProperty,
  auditSubCategory: singular.toUpperCase(),
});

export const objectTypes: readonly ObjectType[] = [
  type('contacts', 'contact', '0-1', 'email'),
  type('companies', 'company', '0-2', 'name'),
  type('deals', 'deal', '0-3', 'dealname'),
  type('tickets', 'ticket', '0-5', 'subject'),
  type('products', 'product', '0-7', 'name'),
  type('calls', 'call', '0-48', 'hs_call_title'),
  type('conversations', 'conversation', '0-11', 'hs_subject'),
  type('tasks', 'task', '0-27', 'hs_task_subject'),
];

const byAlias = new Map<string, ObjectType>(
  objectTypes.flatMap((t) => [t.name, t.singular, t.typeId].map((alias) => [alias, t] as const)),
);

/** By plural, singular or type id, in any case. */
export const findObjectType = (alias: string): ObjectType | undefined => byAlias.get(alias.toLowerCase());

/** Stream of one record. */
export const recordStream = (objectType: string, recordId: string): string =>
  `${findObjectType(objectType)?.singular ?? objectType}-${recordId}`;

/** Record ids are digits; anything else names no record. */
export const isRecordId = (id: string): boolean => /^\d{1,16}$/.test(id);
