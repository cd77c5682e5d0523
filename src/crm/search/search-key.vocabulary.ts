// The properties of records that are indexed for search, and where a record's document keeps them: at the same few
// paths for every object type, so that a record has only as many index entries as its own type needs.
import { comparedAs, type Comparison } from '../properties/values/sameness.vocabulary';

/** Whose a record is: for each type in an index of its own, and beside the orders by time. */
export const OWNER = 'hubspot_owner_id';
export const OWNER_PATH = `values.${OWNER}`;

/**
 * The indexed properties of each object type. Ids, the times of creation and change, owners by their ids, and unique
 * properties (by their reservations) are found without them.
 */
export const indexedProperties: Readonly<Record<string, readonly string[]>> = {
  contacts: ['email', 'phone', 'lastname', 'company'],
  companies: ['domain', 'name', 'phone', 'hubspot_owner_id'],
  deals: ['dealname', 'dealstage', 'hubspot_owner_id', 'closedate'],
  tickets: ['subject', 'hs_pipeline_stage', 'hubspot_owner_id', 'source_thread_id'],
  products: ['hs_sku', 'name'],
  calls: ['hs_call_title', 'hs_timestamp', 'hubspot_owner_id'],
  conversations: ['hs_thread_id', 'hs_sender', 'hs_latest_message_at', 'hubspot_owner_id'],
  tasks: ['hs_task_subject', 'hs_timestamp', 'hubspot_owner_id', 'hs_task_status'],
  notes: ['hs_timestamp', 'hubspot_owner_id'],
  emails: ['hs_email_subject', 'hs_timestamp', 'hubspot_owner_id', 'hs_email_from_email'],
  meetings: ['hs_meeting_title', 'hs_timestamp', 'hubspot_owner_id', 'hs_meeting_start_time'],
  line_items: ['name', 'hs_product_id', 'hs_sku'],
  quotes: ['hs_title', 'hs_status', 'hubspot_owner_id', 'hs_quote_number'],
  leads: ['hs_lead_name', 'hs_pipeline_stage', 'hubspot_owner_id', 'hs_lead_label'],
};

export const recordKeys = ['a', 'b', 'c', 'd'] as const;
export type RecordKeys = Partial<Readonly<Record<(typeof recordKeys)[number], string>>>;

const keyPaths = new Map(
  Object.entries(indexedProperties).map(([type, names]) => [
    type,
    new Map(names.map((name, i) => [name, `keys.${recordKeys[i]!}`])),
  ]),
);

/**
 * Where a document keeps the indexed value of a property, as `keyForm` gives it; undefined for a property that is not indexed.
 */
export const keyPath = (objectType: string, name: string): string | undefined =>
  keyPaths.get(objectType)?.get(name);

/** The indexed values of a record: values that are the same are equal. */
export function keysOf(objectType: string, values: Readonly<Record<string, string>>): RecordKeys {
  const keys: Record<string, string> = {};
  indexedProperties[objectType]?.forEach((name, i) => {
    const value = values[name];
    if (value !== undefined) keys[recordKeys[i]!] = keyForm(name, value);
  });
  return keys;
}

/** How the indexed properties are compared that are no mere texts: a projection knows no definitions. */
export const comparedBy: Readonly<Record<string, Comparison>> = {
  email: 'email',
  domain: 'domain',
  phone: 'phone',
};

/** Characters of a value that an index holds, more than any address has; longer values are told apart by their documents. */
export const INDEXED_LENGTH = 256;

/** An indexed property's value as the index holds it, in the form in which values are compared. */
export const keyForm = (name: string, value: string): string =>
  comparedAs(comparedBy[name] ?? 'text', value).slice(0, INDEXED_LENGTH);

/**
 * The form of a value that conditions on its text are judged by, where it is not the value itself: one Unicode form,
 * and of an e-mail address that in which it is compared.
 */
export function judgedForm(name: string, value: string): string | undefined {
  const form = name === 'email' ? comparedAs('email', value) : value.normalize('NFC');
  return form === value ? undefined : form;
}

/** The judged forms of a record's values. */
export function formsOf(values: Readonly<Record<string, string>>): Record<string, string> {
  const forms: Record<string, string> = {};
  for (const name in values) {
    const form = judgedForm(name, values[name]!);
    if (form !== undefined) forms[name] = form;
  }
  return forms;
}
