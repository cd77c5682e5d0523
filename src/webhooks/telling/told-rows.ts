// What an event of the log tells subscribers: a row for each change of a property, each link, each other happening, in
// the order in which they are sent. Pure.
import type { Link, RecordRef } from '../../crm/associations/association.events';
import { inverse } from '../../crm/associations/association.vocabulary';
import type { AssociationEvents } from '../../crm/associations/association.events';
import type { Changes, RecordEvents } from '../../crm/records/record.events';
import { stampsOf, UPDATED_BY } from '../../crm/records/record-stamps.vocabulary';
import type { Meta, StoredEvent } from '../../eventsourcing/event';
import type { WebhookEventName } from '../webhook.vocabulary';

export interface ToldRow extends RecordRef {
  readonly event: WebhookEventName;
  /** Tells the row from the others of its event; the same at each reading. */
  readonly name: string;
  readonly property?: { readonly name: string; readonly value: string | null };
  readonly changeFlag?: 'CREATED' | 'NEW' | 'DELETED';
  /** Ids of the merged records, of a merge. */
  readonly mergedIds?: readonly string[];
  /** The other record and the link, of an association. */
  readonly link?: Link & { readonly to: RecordRef; readonly removed: boolean };
}

type ToldEvents = RecordEvents & AssociationEvents;
type Told = Pick<Meta, 'actor' | 'source'>;
type Rows = { readonly [K in keyof ToldEvents]?: (data: ToldEvents[K], meta: Told) => readonly ToldRow[] };
type Changing = Extract<RecordEvents[keyof RecordEvents], { readonly changes: Changes }>;

const about = ({ objectType, recordId }: RecordRef) => ({ objectType, recordId });
const one = (record: RecordRef, event: WebhookEventName, more: Partial<ToldRow> = {}): ToldRow => ({
  ...{ ...about(record), event, name: event },
  ...more,
});
function values(event: Changing, meta: Told, more: Partial<ToldRow> = {}): ToldRow[] {
  const { changes, before } = event;
  const stamps = Object.entries(stampsOf(changes, meta, before === null)).filter(
    ([name, value]) => name !== UPDATED_BY || value !== (before?.updatedBy ?? null),
  );
  const changed = Object.entries(changes).map(([name, { to }]) => [name, to] as const);
  return [...changed, ...stamps].map(([name, value]) =>
    one(event, 'propertyChange', { name: `propertyChange/${name}`, property: { name, value }, ...more }),
  );
}

const rows: Rows = {
  'record.created.v1': (e, meta) => [
    one(e, 'creation', { changeFlag: 'CREATED' }),
    ...values(e, meta, { changeFlag: 'NEW' }),
  ],
  'record.values-changed.v1': (e, meta) => values(e, meta),
  'record.archived.v1': (e) => [one(e, 'deletion', { changeFlag: 'DELETED' })],
  'record.unarchived.v1': (e) => [one(e, 'restore')],
  'record.recreated.v1': (e, meta) => [one(e, 'restore'), ...values(e, meta, { changeFlag: 'NEW' })],
  'record.merged.v1': (e, meta) => [one(e, 'merge', { mergedIds: [e.mergedId] }), ...values(e, meta)],
  // From its request on the record reads as erased: for whoever follows, it is gone.
  'record.erasure-requested.v1': (e) =>
    e.before && !e.before.archived ? [one(e, 'deletion', { changeFlag: 'DELETED' })] : [],
  'record.erasure-cancelled.v1': (e) => [one(e, 'restore')],
  'record.erased.v1': (e) => [
    ...(e.before && !e.before.archived ? [one(e, 'deletion', { changeFlag: 'DELETED' })] : []),
    one(e, 'privacyDeletion'),
  ],
  'association.created.v1': (e) => links(e),
  'association.changed.v1': (e) => links(e),
  'association.removed.v1': (e) => links(e),
};

/** Each link that has come or gone, told of from either side. */
function links({ from, to, links: moved }: AssociationEvents['association.changed.v1']): ToldRow[] {
  const keyOf = ({ category, typeId }: Link) => `${category}-${typeId}`;
  const before = new Set(moved.from.map(keyOf));
  const after = new Set(moved.to.map(keyOf));
  const moves = [
    ...moved.from.filter((link) => !after.has(keyOf(link))).map((link) => ({ link, removed: true })),
    ...moved.to.filter((link) => !before.has(keyOf(link))).map((link) => ({ link, removed: false })),
  ];
  const side = (of: RecordRef, other: RecordRef, seen: (link: Link) => Link) =>
    moves.map(({ link, removed }) =>
      one(of, 'associationChange', {
        name: `associationChange/${of.objectType}/${of.recordId}/${keyOf(seen(link))}/${removed ? '-' : '+'}`,
        link: { ...seen(link), to: other, removed },
      }),
    );
  return [...side(from, to, (link) => link), ...side(to, from, inverse)];
}

/** None for an event that nobody is told of. The event is upcast. */
export function toldRows({
  type,
  data,
  meta,
}: Pick<StoredEvent, 'type' | 'data' | 'meta'>): readonly ToldRow[] {
  type Row = (data: never, meta: Told) => readonly ToldRow[];
  const row = (rows as Readonly<Record<string, Row | undefined>>)[type];
  return row ? row(data as never, meta) : [];
}
