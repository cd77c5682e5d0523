// Makes up a stretch of time of blocks that counters are kept for, added and taken away, so that few are read. Pure.
import { blockId, endOf, grains, startOf, type Grain } from './counts.vocabulary';

/** A block of time, and whether what it counts is added or taken away. */
export interface Part {
  readonly id: string;
  readonly sign: 1 | -1;
}

const finer = (grain: Grain): Grain | undefined => grains[grains.indexOf(grain) + 1];
const begins = (grain: Grain, time: number): boolean => startOf(grain, time) === time;
const ceiling = (grain: Grain, time: number): number =>
  begins(grain, time) ? time : endOf(grain, startOf(grain, time));
const negated = (parts: readonly Part[]): Part[] =>
  parts.map(({ id, sign }) => ({ id, sign: sign === 1 ? -1 : 1 }));
const shorter = (one: Part[], other: Part[]): Part[] => (other.length < one.length ? other : one);

function blocks(grain: Grain, from: number, to: number): Part[] {
  const all: Part[] = [];
  for (let start = from; start < to; start = endOf(grain, start))
    all.push({ id: blockId(grain, start), sign: 1 });
  return all;
}

/** From the beginning of a time's block up to the time: of smaller blocks, or the block without its rest. */
function upTo(grain: Grain, time: number): Part[] {
  const child = finer(grain);
  if (begins(grain, time) || !child) return [];
  const start = startOf(grain, time);
  const direct = [...blocks(child, start, startOf(child, time)), ...upTo(child, time)];
  return shorter(direct, [...blocks(grain, start, start + 1), ...negated(restAfter(grain, child, time))]);
}

const restAfter = (grain: Grain, child: Grain, time: number): Part[] => [
  ...(begins(child, time) ? [] : rest(child, time)),
  ...blocks(child, ceiling(child, time), endOf(grain, startOf(grain, time))),
];

/** From a time to the end of its block: of smaller blocks, or the block without what comes before. */
function rest(grain: Grain, time: number): Part[] {
  const child = finer(grain);
  const start = startOf(grain, time);
  const whole = blocks(grain, start, start + 1);
  if (start === time || !child) return whole;
  return shorter(restAfter(grain, child, time), [...whole, ...negated(upTo(grain, time))]);
}

/** What makes up the time from one quarter of an hour (inclusive) to another (exclusive). */
export function partsBetween(from: number, to: number, grain: Grain = 'month'): Part[] {
  if (from >= to) return [];
  const [first, last] = [ceiling(grain, from), startOf(grain, to)];
  const child = finer(grain);
  if (first > last && child) return partsBetween(from, to, child);
  const before = from < first ? rest(grain, from) : [];
  return [...before, ...blocks(grain, first, last), ...upTo(grain, to)];
}
