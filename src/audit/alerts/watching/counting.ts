// Counts what one alert finds of one actor, address or target in a window that slides, and says when that is an incident,
// grows, and is over. Pure.

/** Parts of a window that rows leave it by; so exact is the window. */
const PARTS = 24;
const MINUTE_MS = 60_000;

/** What is open, or has been opened for these rows. */
export interface OpenIncident {
  readonly id: string;
  readonly count: number;
  /** The count that was last told of. */
  readonly told: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

export interface Window {
  /** Rows of each part of the window, with the times of the first and the last. */
  readonly parts: readonly { readonly at: number; readonly first: number; readonly count: number }[];
  readonly newest: number;
  readonly incident: OpenIncident | null;
}

/** Rows that are counted at once; `reset`: the row ends what was counted, as a login does the failed ones before it. */
export interface Counted {
  readonly time: number;
  /** Of the event, by which an incident that it opens is known. */
  readonly eventId: string;
  readonly count: number;
  readonly reset?: boolean;
}

export type Change =
  | { readonly what: 'opened'; readonly incident: OpenIncident }
  | { readonly what: 'grown' | 'closed'; readonly incident: OpenIncident };

export interface Limits {
  readonly threshold: number;
  readonly windowMs: number;
  readonly idOf: (eventId: string) => string;
}

const nothing: Window = { parts: [], newest: 0, incident: null };

/** When nothing of a window counts any more, and its incident is over. */
export const overAt = ({ newest, incident }: Window, windowMs: number): number =>
  Math.max(newest, incident?.last ?? 0) + windowMs;

export function counted(
  before: Window | undefined,
  row: Counted,
  { threshold, windowMs, idOf }: Limits,
): { readonly after: Window; readonly changes: readonly Change[] } {
  const changes: Change[] = [];
  let { parts, newest, incident } = before ?? nothing;
  if (incident && (row.reset || row.time - incident.last > windowMs)) {
    changes.push({ what: 'closed', incident });
    incident = null;
    parts = [];
  }
  if (row.reset) return { after: { parts: [], newest: Math.max(newest, row.time), incident }, changes };
  newest = Math.max(newest, row.time);
  const width = Math.max(Math.ceil(windowMs / PARTS), MINUTE_MS);
  const at = Math.floor(row.time / width) * width;
  parts = parts.filter((part) => part.at + width > newest - windowMs);
  // What is told of so late that its window is over belongs to no other.
  if (at + width > newest - windowMs) {
    const there = parts.find((part) => part.at === at);
    const now = {
      at,
      first: Math.min(there?.first ?? row.time, row.time),
      count: (there?.count ?? 0) + row.count,
    };
    parts = [...parts.filter((part) => part !== there), now].sort((a, b) => a.at - b.at);
  }
  if (incident) {
    const count = incident.count + row.count;
    const grown = { ...incident, count, last: Math.max(incident.last, row.time) };
    incident = count >= 2 * incident.told ? { ...grown, told: count } : grown;
    if (incident.told === count) changes.push({ what: 'grown', incident });
    return { after: { parts, newest, incident }, changes };
  }
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (count >= threshold) {
    incident = { id: idOf(row.eventId), count, told: count, first: parts[0]!.first, last: newest };
    changes.push({ what: 'opened', incident });
  }
  return { after: { parts, newest, incident }, changes };
}
