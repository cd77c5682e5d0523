// Decisions on the views on the audit log that one person has saved, and on the one that they see first.
import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { requireFreeName } from '../../identity/free-name';
import { Refusal } from '../../refusals';
import type { AuditViewEvents, SavedView, ViewContent } from './view.events';
import { builtInViews } from './view.vocabulary';

export const viewStream = (ownerId: string): string => `auditview-${ownerId}`;
/** Of one person: all of them are read with each decision. */
export const MOST_VIEWS = 100;
export const LONGEST_NAME = 100;

export interface OwnView extends SavedView {
  /** What it showed when it was saved first. */
  readonly first: ViewContent;
}

export interface OwnViews {
  readonly views: ReadonlyMap<string, OwnView>;
  /** The view to see first, of whoever's; null where none was chosen. */
  readonly chosen: string | null;
}

const contentOf = ({ filter, lastDays, sort, columns }: ViewContent): ViewContent => ({
  ...{ filter, lastDays, sort, columns },
});

export const auditViewsOf: Decider<OwnViews, AuditViewEvents> = {
  initial: { views: new Map(), chosen: null },
  evolve: {
    'auditview.saved.v1': (state, { viewId, name, visibility, ...saved }) => {
      const first = contentOf(saved);
      return { ...state, views: new Map(state.views).set(viewId, { ...first, name, visibility, first }) };
    },
    'auditview.changed.v1': (state, { viewId, to }) => {
      const view = state.views.get(viewId);
      return view ? { ...state, views: new Map(state.views).set(viewId, { ...view, ...to }) } : state;
    },
    'auditview.deleted.v1': ({ views, chosen }, { viewId }) => ({
      views: new Map([...views].filter(([id]) => id !== viewId)),
      chosen: chosen === viewId ? null : chosen,
    }),
    'auditview.default-chosen.v1': (state, { viewId }) => ({ ...state, chosen: viewId }),
  },
};

const ev = eventsOf<AuditViewEvents>();
export type Decided = readonly EventOf<AuditViewEvents>[];

const namesOf = ({ views }: OwnViews) => [
  ...builtInViews,
  ...[...views].map(([id, { name }]) => ({ id, name })),
];

/** Refuses a view that would name two spans of time. */
function requireOneSpan({ filter, lastDays }: ViewContent): void {
  if (lastDays === null || !('from' in filter || 'to' in filter)) return;
  const message = 'lastDays: must not stand beside from or to in the filter';
  throw new Refusal('input-invalid', { message, errors: [{ message, in: 'lastDays' }] });
}

export function saveView(state: OwnViews, saved: AuditViewEvents['auditview.saved.v1']): Decided {
  if (state.views.has(saved.viewId)) return [];
  if (state.views.size >= MOST_VIEWS)
    throw new Refusal('too-many', { message: `A person has at most ${MOST_VIEWS} views` });
  requireFreeName(namesOf(state), saved.name);
  requireOneSpan(saved);
  return [ev('auditview.saved.v1', saved)];
}

/** A name for a copy that none of the person's views has. */
export function nameOfCopy(state: OwnViews, of: string): string {
  const taken = new Set(namesOf(state).map(({ name }) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const end = number === 1 ? '' : ` (${number})`;
    const name = `Copy of ${of}`.slice(0, LONGEST_NAME - end.length) + end;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

export function ownView({ views }: OwnViews, viewId: string): OwnView {
  const view = views.get(viewId);
  if (!view) throw new Refusal('audit-view-unknown');
  return view;
}

/** The fields of a view that are to be another; what is left out stays. */
export type ViewChanges = { readonly [K in keyof SavedView]?: SavedView[K] | undefined };

export const viewAfter = (view: SavedView, changes: ViewChanges): SavedView => ({
  name: changes.name ?? view.name,
  filter: changes.filter ?? view.filter,
  lastDays: changes.lastDays === undefined ? view.lastDays : changes.lastDays,
  sort: changes.sort === undefined ? view.sort : changes.sort,
  columns: changes.columns === undefined ? view.columns : changes.columns,
  visibility: changes.visibility ?? view.visibility,
});

export interface ViewPlace {
  readonly viewId: string;
  readonly ownerId: string;
}

export function changeView(state: OwnViews, { viewId, ownerId }: ViewPlace, changes: ViewChanges): Decided {
  const { first: _, ...view } = ownView(state, viewId);
  if (changes.name !== undefined) requireFreeName(namesOf(state), changes.name, viewId);
  const others = (Object.keys(changes) as (keyof SavedView)[]).filter(
    (field) => changes[field] !== undefined && !isDeepStrictEqual(changes[field], view[field]),
  );
  if (others.length === 0) return [];
  requireOneSpan(viewAfter(view, changes));
  const only = (of: ViewChanges) => Object.fromEntries(others.map((field) => [field, of[field]]));
  return [
    ev('auditview.changed.v1', { viewId, ownerId, name: view.name, from: only(view), to: only(changes) }),
  ];
}

/** What it shows is again what it showed when it was saved first; its name and who sees it stay. */
export const resetView = (state: OwnViews, place: ViewPlace): Decided =>
  changeView(state, place, ownView(state, place.viewId).first);

export const deleteView = (state: OwnViews, { viewId, ownerId }: ViewPlace): Decided => [
  ev('auditview.deleted.v1', { viewId, ownerId, name: ownView(state, viewId).name }),
];

export const chooseDefault = ({ chosen }: OwnViews, ownerId: string, viewId: string | null): Decided =>
  chosen === viewId ? [] : [ev('auditview.default-chosen.v1', { ownerId, viewId })];
