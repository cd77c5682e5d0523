// Words of webhooks that the capability and its read model share.
import { STAMPS } from '../crm/records/record-stamps.vocabulary';

/** What happens to records, as HubSpot's subscription types call it behind the dot. */
export const webhookEventNames: readonly WebhookEventName[] = [
  'creation',
  'deletion',
  'propertyChange',
  'merge',
  'associationChange',
  'restore',
  'privacyDeletion',
];

export type WebhookEventName =
  'creation' | 'deletion' | 'propertyChange' | 'merge' | 'associationChange' | 'restore' | 'privacyDeletion';

/** Properties that change by themselves, with every event or with the first: told of only where they are named. */
const automatic: ReadonlySet<string> = new Set([
  ...['hs_object_id', 'createdate', 'hs_createdate', 'hs_lastmodifieddate', 'lastmodifieddate'],
  ...STAMPS,
]);

/** Whether a change of a property is told of where these are named, or null: all. */
export const isWantedProperty = (named: readonly string[] | null, name: string): boolean =>
  named ? named.includes(name) : !automatic.has(name);

/** Whose doing an event is, where subscriptions hear of it only if they ask to. */
export type WebhookCause = 'restores' | 'undos' | 'imports';
