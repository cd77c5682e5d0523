// Which events name positions of the log in their payload. The compiler asks for a row of every event that does.
import type { AuditedEvents } from '../audit/audit-rows.vocabulary';

/** A plain string has no such key, and an object with keys of any name is no position. A list is one of its elements. */
type IsPosition<V> = string extends keyof V
  ? false
  : V extends readonly (infer E)[]
    ? IsPosition<E>
    : '_is' extends keyof V
      ? true
      : false;

/** The fields of a payload that are positions. */
type PositionsOf<D> = { [K in keyof D]-?: IsPosition<NonNullable<D[K]>> extends true ? K : never }[keyof D];

type Table = {
  readonly [K in keyof AuditedEvents as PositionsOf<AuditedEvents[K]> extends never ? never : K]: Readonly<
    Record<PositionsOf<AuditedEvents[K]>, true>
  >;
};

const table: Table = {
  'backup.requested.v2': { position: true },
  'backup.erasure-met.v1': { erasedAt: true },
  'drill.requested.v1': { position: true },
  'export.requested.v1': { position: true },
  'auditexport.requested.v1': { position: true },
  'auditexport.completed.v1': { first: true, last: true },
  'restoreplan.requested.v1': { position: true, madeAt: true, after: true, upTo: true },
  'restore.requested.v1': { position: true },
  'comparison.requested.v1': { from: true, to: true, madeAt: true },
  'notificationbox.read.v1': { upTo: true },
  'account.notifications-begun.v1': { upTo: true },
  'auditcomment.written.v1': { entry: true },
  'auditcomment.mentioned.v1': { entry: true },
  'auditcomment.edited.v1': { entry: true },
  'auditcomment.deleted.v1': { entry: true },
  'auditcomment.resolved.v1': { entry: true },
  'auditcomment.reopened.v1': { entry: true },
  'auditcomment.withdrawn.v1': { entry: true },
  'webhook.created.v1': { after: true },
  'webhook.moved.v1': { after: true },
  'webhook.reached.v1': { position: true },
  'purge.rows-removed.v1': { rows: true },
  'auditstream.created.v1': { after: true },
  'auditstream.moved.v1': { after: true },
  'auditstream.reached.v1': { position: true },
};

/** Shapes of earlier versions, which a log holds as they were stored. */
const earlier = { 'backup.requested.v1': { position: true } } as const;

const fields = new Map(
  Object.entries({ ...table, ...earlier }).map(([type, row]) => [type, Object.keys(row)]),
);

export const namesPositions = (type: string): boolean => fields.has(type);

/** The payload of an event with all positions in it translated; the same payload where it names none. */
export function withPositions(
  type: string,
  data: unknown,
  translated: (position: string) => string,
): unknown {
  const payload = { ...(data as Record<string, unknown>) };
  for (const name of fields.get(type) ?? []) {
    const position = payload[name];
    if (typeof position === 'string') payload[name] = translated(position);
    else if (Array.isArray(position)) payload[name] = (position as string[]).map(translated);
  }
  return fields.has(type) ? payload : data;
}
