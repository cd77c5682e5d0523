// The standard object types of the CRM with the names that HubSpot's API knows them by, and the form of a custom type.
import type { ObjectSchema } from './schema.events';

export interface ObjectType {
  /** The name in paths and bodies: the plural; for a custom type, its own name. */
  readonly name: string;
  readonly singular: string;
  readonly label: string;
  /** HubSpot's numeric type id. */
  readonly typeId: string;
  /** The property that is shown as a record's name. */
  readonly displayProperty: string;
  /** The sub-category of a record's entries in the audit log. */
  readonly auditSubCategory: string;
  readonly custom: boolean;
  readonly labels: { readonly singular: string; readonly plural: string };
  /** Properties that a record must have a value of from its creation on. */
  readonly requiredProperties: readonly string[];
  /** The properties in which the text of a search is looked for. */
  readonly searchableProperties: readonly string[];
}

const searchable: Readonly<Record<string, readonly string[]>> = {
  contacts: [
    'firstname',
    'lastname',
    'email',
    'hs_additional_emails',
    'phone',
    'mobilephone',
    'company',
    'hs_object_id',
  ],
  companies: ['name', 'domain', 'website', 'phone', 'hs_object_id'],
  deals: ['dealname', 'description', 'pipeline', 'dealstage', 'dealtype', 'hs_object_id'],
  tickets: ['subject', 'content', 'hs_ticket_category', 'hs_pipeline_stage', 'hs_object_id'],
  products: ['name', 'description', 'price', 'hs_sku', 'hs_object_id'],
  calls: ['hs_call_title', 'hs_call_body', 'hs_object_id'],
  conversations: ['hs_subject', 'hs_body', 'hs_sender', 'hs_object_id'],
  tasks: ['hs_task_subject', 'hs_task_body', 'hs_object_id'],
  notes: ['hs_note_body', 'hs_object_id'],
  emails: ['hs_email_subject', 'hs_email_text', 'hs_email_from_email', 'hs_email_to_email', 'hs_object_id'],
  meetings: ['hs_meeting_title', 'hs_meeting_body', 'hs_internal_meeting_notes', 'hs_object_id'],
  line_items: ['name', 'description', 'hs_sku', 'hs_object_id'],
  quotes: ['hs_title', 'hs_quote_number', 'hs_sender_email', 'hs_object_id'],
  leads: ['hs_lead_name', 'hs_object_id'],
};

/** The properties in which the text of a search is looked for. */
export const searchableProperties = (objectType: string): readonly string[] =>
  searchable[objectType] ?? ['hs_object_id'];

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replace('_', ' ');

const type = (name: string, singular: string, typeId: string, displayProperty: string): ObjectType => ({
  name,
  singular,
  label: capital(singular),
  typeId,
  displayProperty,
  auditSubCategory: singular.toUpperCase(),
  custom: false,
  labels: { singular: capital(singular), plural: capital(name) },
  requiredProperties: [],
  searchableProperties: searchableProperties(name),
});

export const customType = (schema: ObjectSchema): ObjectType => ({
  name: schema.name,
  singular: schema.name,
  label: schema.labels.singular,
  typeId: schema.objectTypeId,
  displayProperty: schema.primaryDisplayProperty,
  auditSubCategory: 'CUSTOM_OBJECT',
  custom: true,
  labels: schema.labels,
  requiredProperties: schema.requiredProperties,
  searchableProperties: [...schema.searchableProperties, 'hs_object_id'],
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
  type('notes', 'note', '0-46', 'hs_note_body'),
  type('emails', 'email', '0-49', 'hs_email_subject'),
  type('meetings', 'meeting', '0-47', 'hs_meeting_title'),
  type('line_items', 'line_item', '0-8', 'name'),
  type('quotes', 'quote', '0-14', 'hs_title'),
  type('leads', 'lead', '0-136', 'hs_lead_name'),
];

const byAlias = new Map<string, ObjectType>(
  objectTypes.flatMap((t) => [t.name, t.singular, t.typeId].map((alias) => [alias, t] as const)),
);

/** A standard type by plural, singular or type id, in any case. Custom types: see `ObjectTypes`. */
export const findObjectType = (alias: string): ObjectType | undefined => byAlias.get(alias.toLowerCase());

/** Finds an object type by any of its names. */
export type FindType = (alias: string) => ObjectType | undefined;

/** The name of an object type in the scopes of API keys. */
export const scopeNameOf = (objectType: string): string => findObjectType(objectType)?.name ?? 'custom';

/** The object types that a job tells of, by their names in scopes: so its document can be asked for them. */
export const touching = (objectTypes: readonly string[]): Readonly<Record<string, true>> =>
  Object.fromEntries(objectTypes.map((type) => [scopeNameOf(type), true]));
