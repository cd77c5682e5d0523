// One step of a record's timeline: what was changed, when, by whom, from where and why, as far as the viewer may know.
import type { NamedEntry } from '../../audit/entry-names';
import type { ShownActor } from '../../audit/entry-names';
import { maskedChanges, type Names, type Viewer } from '../../crm/properties/values/sensitivity';
import type { RecordEvents } from '../../crm/records/record.events';
import type { Meta, RecordedOf } from '../../eventsourcing/event';
import { hasScope } from '../../identity/api-keys/scopes';
import { shownClient, type ShownClient } from '../../origin/shown-client';

const kinds = {
  'record.created.v1': 'created',
  'record.values-changed.v1': 'changed',
  'record.archived.v1': 'archived',
  'record.unarchived.v1': 'unarchived',
  'record.fenced.v1': 'fenced',
  'record.merged.v1': 'merged',
  'record.merged-into.v1': 'mergedInto',
  'record.erasure-requested.v1': 'erasureRequested',
  'record.erasure-cancelled.v1': 'erasureCancelled',
  'record.erased.v1': 'erased',
  'record.purged.v1': 'purged',
  'record.recreated.v1': 'recreated',
} as const satisfies Record<keyof RecordEvents, string>;

/** Steps that can be taken back: values can be set again, and a record can leave the recycle bin or go there. */
const UNDOABLE: ReadonlySet<string> = new Set(['changed', 'archived', 'unarchived']);

export interface Step {
  /** Of the entry of the audit log that tells of it. */
  readonly entryId: string;
  /** Of the record's stream. */
  readonly revision: number;
  readonly position: string;
  /** ISO time. */
  readonly at: string;
  readonly kind: (typeof kinds)[keyof RecordEvents];
  readonly summary: string;
  readonly actor: ShownActor;
  readonly source: Meta['source'];
  /** Shown to whoever may read the audit log. */
  readonly client?: ShownClient;
  /** What led to the step: its command, the request that asked for it, an import, a restore, the other record. */
  readonly cause: Cause;
  /** By property, masked where the viewer may not see its values. */
  readonly changes?: ReturnType<typeof maskedChanges>;
  readonly can: { readonly undo: boolean };
}

interface Cause {
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly importId?: string;
  readonly restoreId?: string;
  readonly mergedId?: string;
  readonly intoId?: string;
}

export function stepOf(
  event: RecordedOf<RecordEvents>,
  entry: Pick<NamedEntry, 'id' | 'actor' | 'summary'>,
  viewer: Viewer,
  hidden: Names,
): Step {
  const { meta, revision, position, data } = event;
  const kind = kinds[event.type];
  return {
    ...{ entryId: entry.id, revision, position: String(position), at: meta.at, kind },
    ...{ summary: entry.summary, actor: entry.actor, source: meta.source },
    ...(hasScope(viewer, 'audit.read') && { client: shownClient(meta.client ?? {}) }),
    cause: causeOf(event),
    ...('changes' in data && { changes: maskedChanges(data.changes, hidden) }),
    can: { undo: UNDOABLE.has(kind) },
  };
}

function causeOf({ meta, data }: RecordedOf<RecordEvents>): Cause {
  const { commandId, correlationId, causationId, source, actor } = meta;
  return {
    ...{ commandId, correlationId },
    ...(causationId !== undefined && { causationId }),
    ...(actor.type === 'import' && { importId: source.id ?? actor.id }),
    ...(actor.type === 'restore' && { restoreId: source.id ?? actor.id }),
    ...('mergedId' in data && { mergedId: data.mergedId }),
    ...('intoId' in data && { intoId: data.intoId }),
  };
}
