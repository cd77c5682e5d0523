// Answers queries of the embedded store that may have to read much, in two threads of their own, each of which reads
// one half of the documents.
import { breathe } from '../../../eventsourcing/breath';
import type { FaultReports } from '../../../supervision/faults';
import type { Doc, Filter, FindOptions, Found } from '../../document-store';
import { comparePositions, cursorAfter, positionOf, sortKeys } from '../../filters/cursor';
import { conjunctsOf } from '../../filters/filter-terms';
import type { FoundText, SqliteQueries } from './sqlite-queries';
import { SqliteThread } from './threads/sqlite.client';

/** A slow query reads each page of the file once: a large cache would only grow the process. */
const CACHE_MB = 16;
/**
 * Milliseconds that a middle is kept: that of a million ids moves slowly, and only says which thread reads how much.
 */
const MIDDLE_MS = 60_000;

const MIDDLES = 100;

interface Middle {
  readonly id: Promise<string | undefined>;
  readonly since: number;
}

export interface SlowOptions {
  /** A query that runs longer is refused with `query-too-slow`. */
  readonly limitMs: number;
  readonly faults: FaultReports;
  /** Documents from which on a query is worth the work of two threads. */
  readonly much?: number;
}

export class SlowQueries {
  private readonly lanes: readonly [SqliteThread<SqliteQueries>, SqliteThread<SqliteQueries>];
  private readonly middles = new Map<string, Middle>();

  constructor(
    file: string,
    private readonly options: SlowOptions,
  ) {
    const { limitMs, faults } = options;
    const lane = () =>
      SqliteThread.of<SqliteQueries>(file, 'reader', {
        part: 'slow-reader',
        faults,
        limitMs,
        cacheMb: CACHE_MB,
      });
    this.lanes = [lane(), lane()];
  }

  /** `inOrder`: an index has the order of the sort, and one thread walks it. */
  async find<D extends Doc>(collection: string, options: FindOptions, inOrder = false): Promise<Found<D>> {
    const { filter = {}, sort, limit } = options;
    const middle = inOrder ? undefined : await this.middle(collection, filter);
    if (middle === undefined) return parsed(await this.freeLane().call('find', collection, options));
    const halves = halvesOf(filter, middle).map((half, i) =>
      this.lanes[i]!.call('find', collection, { ...options, filter: half }),
    );
    const keys = sortKeys(sort);
    const found = await Promise.all(halves.map(async (half) => parsed<D>(await half)));
    const all = found.flatMap(({ docs }) => docs.map((doc) => ({ doc, at: positionOf(doc, keys) })));
    const docs = all.sort((one, other) => comparePositions(one.at, other.at, keys)).map(({ doc }) => doc);
    const more = docs.length > limit || found.some(({ next }) => next !== undefined);
    const page = docs.slice(0, limit);
    return {
      docs: page,
      ...(more && { next: cursorAfter(page.at(-1)!, keys) }),
      ...(options.total && { total: found.reduce((sum, { total = 0 }) => sum + total, 0) }),
    };
  }

  async count(collection: string, filter: Filter = {}): Promise<number> {
    const middle = await this.middle(collection, filter);
    if (middle === undefined) return this.freeLane().call('count', collection, filter);
    const halves = halvesOf(filter, middle).map((half, i) => this.lanes[i]!.call('count', collection, half));
    return (await Promise.all(halves)).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    for (const lane of this.lanes) await lane.close();
  }

  /**
   * The id that parts the halves; undefined where there is too little to share. An old one will do until it is renewed.
   */
  private middle(collection: string, filter: Filter): Promise<string | undefined> {
    const held = conjunctsOf(filter).terms.filter(([, term]) => typeof term === 'string');
    const key = collection + JSON.stringify(held);
    const known = this.middles.get(key);
    if (known && Date.now() - known.since < MIDDLE_MS) return known.id;
    const id = this.freeLane().call('middle', collection, filter, this.options.much);
    if (this.middles.size >= MIDDLES) this.middles.clear();
    this.middles.set(key, { id: known ? id.catch(() => known.id) : id, since: Date.now() });
    // The query that awaits the middle gets the error.
    id.catch(() => this.middles.delete(key));
    return known ? known.id : id;
  }

  private freeLane(): SqliteThread<SqliteQueries> {
    const [one, other] = this.lanes;
    return other.load < one.load ? other : one;
  }
}

const halvesOf = (filter: Filter, middle: string): Filter[] =>
  [{ id: { $lt: middle } }, { id: { $gte: middle } }].map((half) => ({ $and: [filter, half] }));

/** The documents of a page, in turns: a page of the longest ones would hold up all other requests. */
export async function parsed<D extends Doc>({ docs: texts, ...rest }: FoundText): Promise<Found<D>> {
  const docs: D[] = [];
  for (const text of texts) {
    await breathe();
    docs.push(JSON.parse(text) as D);
  }
  return { ...rest, docs };
}
