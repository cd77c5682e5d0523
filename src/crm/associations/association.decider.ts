// Decides which links are added to a pair of records and which are removed; the default link is the last to go.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { AssociationEvents, Link, LinksMoved } from './association.events';
import { inverse, sameLink, sameLinks, type Pair } from './association.vocabulary';

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

/** Turns links from the direction that the caller named to the direction of the stream, and back. */
export const turnedFor = ({ turned }: Pair, links: readonly Link[]): readonly Link[] =>
  turned ? links.map(inverse) : links;

/** Adds the links that do not exist yet. */
export function addLinks(
  { links }: AssociationState,
  pair: Pair,
  added: readonly Link[],
): AssociationEvent[] {
  const missing = added.filter(
    (link, index) => !has(links, link) && added.findIndex((one) => sameLink(one, link)) === index,
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
  const labels = left.filter((link) => !usual || !sameLink(link, usual));
  const kept = labels.length > 0 && usual && has(links, usual) ? [usual, ...labels] : left;
  return kept.length < links.length ? moved(pair, links, kept) : [];
}

/**
 * Gives the pair exactly the links `move.to` where it has the links `move.from`. Decides nothing where it has others: it
 * is as wanted already, or somebody has changed it since.
 */
export const moveLinks = ({ links }: AssociationState, pair: Pair, move: LinksMoved): AssociationEvent[] =>
  sameLinks(links, move.from) && !sameLinks(links, move.to) ? moved(pair, links, move.to) : [];

function moved({ from, to }: Pair, before: readonly Link[], after: readonly Link[]): AssociationEvent[] {
  const data = { from, to, links: { from: before, to: [...after].sort((a, b) => a.typeId - b.typeId) } };
  if (before.length === 0) return [ev('association.created.v1', data)];
  return [ev(after.length === 0 ? 'association.removed.v1' : 'association.changed.v1', data)];
}

const has = (links: readonly Link[], link: Link): boolean => links.some((one) => sameLink(one, link));
