// A window is a quarter of an hour of refused attempts of one kind and caller: it says which attempts are told by an
// event, and which are only counted. Pure functions: the windows of all processes are rows of one table.
import { randomUUID } from 'node:crypto';
import type { EventOf, Meta } from '../../eventsourcing/event';
import type { Changed, Row } from '../../read/shared-table';
import type { LoginEvents, RefusedEvents } from '../identity.events';

const WINDOW_MS = 15 * 60_000;
/** Milliseconds for which a window is kept that nobody closed, because no process ran. */
const KEPT_MS = 30 * 86_400_000;
/** Places of one window that are told apart; attempts from all other places are counted together. */
const MOST_PLACES = 20;
const ELSEWHERE = 'elsewhere';

/** The event that tells of one attempt. */
export interface Told {
  readonly stream: string;
  readonly event: EventOf<LoginEvents & RefusedEvents>;
  readonly meta: Meta;
}

/** Attempts from one place, from the first to the last of them (ISO times). */
export interface Count {
  readonly window: string;
  readonly place: string;
  readonly told: Told;
  readonly count: number;
  readonly since: string;
  readonly until: string;
}

/** What is to be told of a part; `id` is that of the command, so that telling it again is harmless. */
type Telling = Pick<Count, 'told' | 'count' | 'since' | 'until'> & { readonly id: string };

/** The attempts of a window from one place. */
interface Part {
  /** The first attempt, which was told when it came. */
  readonly told: Told;
  /** The attempts after the first. */
  readonly rest?: Pick<Count, 'count' | 'since' | 'until'>;
  readonly telling?: Telling;
}

export interface Window extends Row {
  readonly key: string;
  readonly ends: number;
  readonly parts: Readonly<Record<string, Part>>;
}

/** Counts an attempt, or several; the first of a place in a window is to be told at once. */
export function counted(
  row: Window | undefined,
  { window: key, place, told, ...count }: Count,
  now: number,
): Changed<Window, { readonly ends: number; readonly isFirst: boolean }> {
  const goesOn = row && (row.ends > now || hasToTell(row));
  const window = goesOn ? row : { key, ends: now + WINDOW_MS, until: now + KEPT_MS, parts: {} };
  const isApart = Object.hasOwn(window.parts, place) || Object.keys(window.parts).length < MOST_PLACES;
  const at = isApart ? place : ELSEWHERE;
  const part = Object.hasOwn(window.parts, at) ? window.parts[at] : undefined;
  const rest = part?.rest;
  const next = part
    ? { ...part, rest: rest ? { ...rest, count: rest.count + count.count, until: count.until } : count }
    : { told };
  return {
    row: { ...window, parts: { ...window.parts, [at]: next } },
    answer: { ends: window.ends, isFirst: !part },
  };
}

/** What a window that is over has still to tell; marked, so that it is told once, whichever process tells it. */
export function dueToTell(window: Window | undefined, now: number): Changed<Window, readonly Telling[]> {
  if (!window || window.ends > now) return { row: window, answer: [] };
  const parts = Object.fromEntries(
    Object.entries(window.parts).map(([place, part]): [string, Part] => {
      const { rest, ...kept } = part;
      if (part.telling || !rest) return [place, part];
      return [place, { ...kept, telling: { told: part.told, ...rest, id: randomUUID() } }];
    }),
  );
  return {
    row: { ...window, parts },
    answer: Object.values(parts).flatMap(({ telling }) => telling ?? []),
  };
}

/** Forgets what was told (by ids of `telling`) of a window that is over, and the window itself when all is told. */
export function settled(
  window: Window | undefined,
  told: ReadonlySet<string>,
  now: number,
): Changed<Window, void> {
  if (!window || window.ends > now) return { row: window, answer: undefined };
  const parts = Object.fromEntries(
    Object.entries(window.parts).map(([place, { telling, ...kept }]): [string, Part] => [
      place,
      telling && !told.has(telling.id) ? { ...kept, telling } : kept,
    ]),
  );
  const left = { ...window, parts };
  return { row: hasToTell(left) ? left : undefined, answer: undefined };
}

const hasToTell = ({ parts }: Window): boolean =>
  Object.values(parts).some(({ rest, telling }) => rest !== undefined || telling !== undefined);
