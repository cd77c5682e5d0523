// One step of a record's timeline: what was changed, when, by whom, from where and why, as far as the viewer may know.
import type { NamedEntry } from '../../audit/entry-names';
import type { ShownActor } from '../../audit/entry-names';
import { maskedChanges, type Names, type Viewer } from '../../crm/properties/values/sensitivity';
import type { AssociationEvents, Link, RecordRef } from '../../crm/associations/association.events';
import type { TypeView } from '../../crm/associations/association.view';
import { inverse, sameLink } from '../../crm/associations/association.vocabulary';
import type { AssociationType } from '../../crm/associations/types/association-types';
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

const associationKinds = {
  'association.created.v1': 'associated',
  'association.changed.v1': 'relabelled',
  'association.removed.v1': 'disassociated',
} as const satisfies Record<keyof AssociationEvents, string>;

/** Steps that can be taken back: values can be set again, and a record can leave the recycle bin or go there. */
const UNDOABLE: ReadonlySet<string> = new Set(['changed', 'archived', 'unarchived']);

export interface Step {
  /** Of the entry of the audit log that tells of it. */
  readonly entryId: string;
  /** Of the record's stream; of an association, of that of its two records. */
  readonly revision: number;
  readonly position: string;
  /** ISO time. */
  readonly at: string;
  readonly kind: (typeof kinds)[keyof RecordEvents] | (typeof associationKinds)[keyof AssociationEvents];
  readonly summary: string;
  readonly actor: ShownActor;
  readonly source: Meta['source'];
  /** Shown to whoever may read the audit log. */
  readonly client?: ShownClient;
  /** What led to the step: its command, the request that asked for it, an import, a restore, the other record. */
  readonly cause: Cause;
  /** By property, masked where the viewer may not see its values. */
  readonly changes?: ReturnType<typeof maskedChanges>;
  /** Of an association: with which record, whose id is left out where the viewer may not view it. */
  readonly with?: OtherEnd['shown'];
  /** All links of the two records just before and just after the step, seen from the record. */
  readonly links?: { readonly from: readonly TypeView[]; readonly to: readonly TypeView[] };
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

/** The record at the other end of an association. */
export interface OtherEnd {
  readonly shown: { readonly objectType: string; readonly recordId?: string };
  /** The viewer may view it, and it is not in the recycle bin: links with it can be made and removed. */
  readonly live: boolean;
  /** The association types from the record to it, as they are now. */
  readonly types: readonly AssociationType[];
}

export type TimelineEvent = RecordedOf<RecordEvents> | RecordedOf<AssociationEvents>;
type Told = Pick<NamedEntry, 'id' | 'actor' | 'summary'>;

export function stepOf(event: RecordedOf<RecordEvents>, entry: Told, viewer: Viewer, hidden: Names): Step {
  const { data } = event;
  const kind = kinds[event.type];
  return {
    ...toldOf(event, entry, viewer),
    kind,
    ...('changes' in data && { changes: maskedChanges(data.changes, hidden) }),
    can: { undo: UNDOABLE.has(kind) },
  };
}

export function associationStepOf(
  event: RecordedOf<AssociationEvents>,
  entry: Told,
  viewer: Viewer,
  record: RecordRef,
  { shown, live, types }: OtherEnd,
): Step {
  const { from, links } = event.data;
  const isTurned = from.objectType !== record.objectType || from.recordId !== record.recordId;
  const seen = (all: readonly Link[]) =>
    (isTurned ? all.map(inverse) : all).map((link) => viewOf(link, types));
  return {
    ...toldOf(event, entry, viewer),
    kind: associationKinds[event.type],
    ...{ with: shown, links: { from: seen(links.from), to: seen(links.to) } },
    can: { undo: live },
  };
}

function viewOf(link: Link, types: readonly AssociationType[]): TypeView {
  const label = types.find((type) => sameLink(type, link))?.label;
  return {
    ...{ category: link.category, typeId: link.typeId },
    ...(label !== undefined && label !== null && { label }),
  };
}

function toldOf(event: TimelineEvent, { id: entryId, summary, actor }: Told, viewer: Viewer) {
  const { meta, revision, position } = event;
  return {
    ...{ entryId, revision, position: String(position), at: meta.at },
    ...{ summary, actor, source: meta.source },
    ...(hasScope(viewer, 'audit.read') && { client: shownClient(meta.client ?? {}) }),
    cause: causeOf(event),
  };
}

function causeOf({ meta, data }: TimelineEvent): Cause {
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
