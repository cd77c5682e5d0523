// Chooses of what an event tells those rows that a subscription, or whoever asks the feed, wants. Pure.
import { isWantedProperty, type WebhookCause } from '../webhook.vocabulary';
import type { WebhookWants } from '../webhook.events';
import type { ToldRow } from './told-rows';

export function wantedRows(
  rows: readonly ToldRow[],
  { objectTypes, events, properties, told }: WebhookWants,
  cause: WebhookCause | undefined,
): readonly ToldRow[] {
  if (cause && !told[cause]) return [];
  return rows.filter(
    ({ objectType, event, property }) =>
      objectTypes.includes(objectType) &&
      events.includes(event) &&
      (!property || isWantedProperty(properties, property.name)),
  );
}
