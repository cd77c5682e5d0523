// Who takes the steps of a random history, and what the metadata of events makes of it, by plain code of its own.
import type { Changes } from '../../../src/crm/records/record.events';
import type { Meta } from '../../../src/eventsourcing/event';

type Maker = Pick<Meta, 'actor' | 'source'>;

const api: Meta['source'] = { type: 'API' };
export const makers: readonly Maker[] = [
  { actor: { type: 'user', id: '1100000011', userId: '1100000011' }, source: api },
  { actor: { type: 'apiKey', id: '7', userId: '1100000012' }, source: api },
  { actor: { type: 'import', id: '5', userId: '1100000011' }, source: { type: 'IMPORT', id: '5' } },
  { actor: { type: 'load', id: '6', userId: '1100000012' }, source: { type: 'LOAD', id: '6' } },
  { actor: { type: 'system', id: 'part' }, source: { type: 'SYSTEM' } },
];

/** What a load says of a record that it makes; of every other one, also who had changed it last. */
export const elsewhere = (record: number): Readonly<Record<string, string>> => ({
  ...{ hs_object_source: 'FORM', hs_object_source_label: 'FORMS', hs_created_by_user_id: '42' },
  ...(record % 2 === 0 && { hs_updated_by_user_id: '43' }),
});

const MADE = /^hs_(object_source|object_source_id|object_source_label|created_by_user_id)$/;

/** What an event says of its record by its metadata: values by property, null for none. */
export function stamped(
  type: string,
  changes: Changes,
  { actor, source }: Maker,
): Record<string, string | null> {
  const user = actor.userId !== undefined && /^\d+$/.test(actor.userId) ? actor.userId : null;
  const isNew = type === 'record.created.v1' || type === 'record.recreated.v1';
  const isTold = Object.keys(changes).some((name) => MADE.test(name));
  const isKey = actor.type === 'apiKey';
  const stamps: Record<string, string | null> = {};
  if (isNew && !isTold) {
    stamps['hs_object_source'] = stamps['hs_object_source_label'] = isKey ? 'INTEGRATION' : source.type;
    stamps['hs_object_source_id'] = isKey ? actor.id : (source.id ?? null);
    stamps['hs_created_by_user_id'] = user;
  }
  const isLoaded = isNew && isTold && source.type === 'LOAD';
  if (!('hs_updated_by_user_id' in changes) && !isLoaded) stamps['hs_updated_by_user_id'] = user;
  return stamps;
}
