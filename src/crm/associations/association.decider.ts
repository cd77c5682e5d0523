// Decides which links are added to a pair of records and which are removed; the default link is the last to go.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { AssociationEvents, Link, RecordRef } from './association.events';
import { compareIds, recordStream } from '../records/record.vocabulary';
import { inverse } from './association.vocabulary';

/** Links seen from the pair's `from`; none where the two records are not associated. */
export interface AssociationState {
  readonly links: readonly Link[];
}
type AssociationEvent = EventOf<AssociationEvents>;

const ev = eventsOf<AssociationEvents>();

export const association: Decider<AssociationState, AssociationEvents> = {
  initial: { links: [] },
  evolve: {
    'association.created.v1': (_, { links }) => ({ links: links.to }),
    'association.changed.v1': (_, { links }) => ({ links: links.to }),
    'association.removed.v1': (_, { links }) => ({ links: links.to }),
  },
};

/** Two records in the fixed order that names their stream. */
export interface Pair {
  readonly from: RecordRef;
  readonly to: RecordRef;
  /** True where the caller named the two in the opposite order: links must then be turned. */
  readonly turned: boolean;
}

export function pairOf(a: RecordRef, b: RecordRef): Pair {
  const turned =
    a.objectType === b.objectType ? compareIds(a.recordId, b.recordId) > 0 : a.objectType > b.objectType;
  return turned ? { from: b, to: a, turned } : { from: a, to: b, turned };
}

/** Turns links from the direction that the caller named to the direction of the stream, and back. */
export const turnedFor = ({ turned }: Pair, links: readonly Link[]): readonly Link[] =>
  turned ? links.map(inverse) : links;

export const associationStream = ({ from, to }: Pair): string =>
  `association-${recordStream(from.objectType, from.recordId)}-${recordStream(to.objectType, to.recordId)}`;

/** Adds the links that do not exist yet. */
export function addLinks(
  { links }: AssociationState,
  pair: Pair,
  added: readonly Link[],
): AssociationEvent[] {
  const missing = added.filter(
    (link, index) => !has(links, link) && added.findIndex((one) => same(one, link)) === index,
  );
  return missing.length > 0 ? moved(pair, links, [...links, ...missing]) : [];
}

/**
 * Removes `removed`, or all links where it is undefined. The pair's default link, `usual`, says that the two are
 * associated at all: it stays as long as any other link does.
 */
export function removeLinks(
  { links }: AssociationState,
  pair: Pair,
  removed?: readonly Link[],
  usual?: Link,
): AssociationEvent[] {
  const left = removed ? links.filter((link) => !has(removed, link)) : [];
  const labels = left.filter((link) => !usual || !same(link, usual));
  const kept = labels.length > 0 && usual && has(links, usual) ? [usual, ...labels] : left;
  return kept.length < links.length ? moved(pair, links, kept) : [];
}

function moved({ from, to }: Pair, before: readonly Link[], after: readonly Link[]): AssociationEvent[] {
  const data = { from, to, links: { from: before, to: [...after].sort((a, b) => a.typeId - b.typeId) } };
  if (before.length === 0) return [ev('association.created.v1', data)];
  return [ev(after.length === 0 ? 'association.removed.v1' : 'association.changed.v1', data)];
}

const same = (a: Link, b: Link): boolean => a.category === b.category && a.typeId === b.typeId;
const has = (links: readonly Link[], link: Link): boolean => links.some((one) => same(one, link));
