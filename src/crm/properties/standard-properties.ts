// The standard properties of every object type: they are part of the build and have no events.
import type { PropertyDefinition } from './property.events';
import { calls, conversations, emails, meetings, notes, tasks } from './standard/activities';
import { automatic, define, readOnlyDatetime } from './standard/definition';
import { companies, contacts } from './standard/people';
import { lineItems, quotes } from './standard/quoting';
import { deals, leads, products, tickets } from './standard/sales';

/** The creation time that answers show for standard properties. */
export const STANDARD_SINCE = '2019-08-06T02:41:08.029Z';

const lists: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  contacts,
  companies,
  deals,
  tickets,
  products,
  calls,
  conversations,
  tasks,
  notes,
  emails,
  meetings,
  line_items: lineItems,
  quotes,
  leads,
};

const byName = new Map(
  Object.entries(lists).map(
    ([type, list]) => [type, new Map(list.map((d) => [d.name, d] as const))] as const,
  ),
);

/** The standard properties of an object type by their names; for a custom type, those that every custom type has. */
export function standardProperties(objectType: string): ReadonlyMap<string, PropertyDefinition> {
  const known = byName.get(objectType);
  if (known) return known;
  const group = customGroup(objectType);
  const list = [
    ...automatic(group),
    readOnlyDatetime(group, 'hs_createdate', 'Object create date/time'),
    define(group, 'select', 'hs_pipeline', 'Pipeline'),
    define(group, 'select', 'hs_pipeline_stage', 'Pipeline Stage'),
  ];
  const properties = new Map(list.map((definition) => [definition.name, definition] as const));
  byName.set(objectType, properties);
  return properties;
}

/** The group of a custom object type's properties where their definition names none. */
export const customGroup = (objectType: string): string => `${objectType.toLowerCase()}_information`;

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
}

const groups: Readonly<Record<string, readonly [name: string, label: string]>> = {
  contacts: ['contactinformation', 'Contact information'],
  companies: ['companyinformation', 'Company information'],
  deals: ['dealinformation', 'Deal information'],
  tickets: ['ticketinformation', 'Ticket information'],
  products: ['productinformation', 'Product information'],
  calls: ['call', 'Call information'],
  conversations: ['conversation', 'Conversation information'],
  tasks: ['task', 'Task information'],
  notes: ['note', 'Note information'],
  emails: ['email', 'Email information'],
  meetings: ['meeting', 'Meeting information'],
  line_items: ['lineiteminformation', 'Line item information'],
  quotes: ['quoteinformation', 'Quote information'],
  leads: ['leadinformation', 'Lead information'],
};

/** The standard property groups of an object type. */
export const standardGroups = (objectType: string): readonly PropertyGroup[] => {
  const [name, label] = groups[objectType] ?? [customGroup(objectType), 'Object information'];
  return [{ name, label, displayOrder: 0, archived: false }];
};

const defaults: Readonly<Record<string, readonly string[]>> = {
  contacts: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  companies: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
  deals: [
    'amount',
    'closedate',
    'createdate',
    'dealname',
    'dealstage',
    'hs_lastmodifieddate',
    'hs_object_id',
    'pipeline',
  ],
  tickets: [
    'content',
    'createdate',
    'hs_lastmodifieddate',
    'hs_object_id',
    'hs_pipeline',
    'hs_pipeline_stage',
    'hs_ticket_category',
    'hs_ticket_priority',
    'subject',
  ],
  products: ['createdate', 'description', 'hs_lastmodifieddate', 'hs_object_id', 'name', 'price'],
  line_items: ['amount', 'createdate', 'hs_lastmodifieddate', 'hs_object_id', 'quantity'],
};

/** The properties that HubSpot returns of a record where the request names none. */
export const defaultProperties = (objectType: string): readonly string[] =>
  defaults[objectType] ?? ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'];
