// Knows who can own records: the users. Every write that names an owner asks, so that owners found once are remembered.
import { LRUCache } from 'lru-cache';
import { users } from '../../projections/users';
import type { ReadModels } from '../read/read-models';

/** What people call an owner by. */
export interface NamedOwner {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Deactivated, or an invitation that was withdrawn. */
  readonly archived: boolean;
}

export const ARCHIVED: readonly string[] = ['deactivated', 'withdrawn'];

const PAGE = 1_000;
/** Owners whose names are looked through. */
const MOST_NAMED = 20_000;
const MOST_REMEMBERED = 10_000;
/** Milliseconds for which a missing user is remembered: one may come. A user is never taken away. */
const MISSED_MS = 100;

export class Owners {
  private readonly known = new LRUCache<string, boolean>({ max: MOST_REMEMBERED, ttlAutopurge: false });

  constructor(private readonly readModels: ReadModels) {}

  /** The ids among these that are no owner's. */
  async missing(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    const asked = [...new Set(ids)];
    const unknown = asked.filter((id) => this.known.get(id) === undefined);
    if (unknown.length > 0) {
      const found = await this.readModels.getMany(users, unknown);
      for (const id of unknown) this.known.set(id, found.has(id), { ttl: found.has(id) ? 0 : MISSED_MS });
    }
    return new Set(asked.filter((id) => this.known.get(id) !== true));
  }

  /** All owners, for whoever looks for them by name. */
  async named(): Promise<readonly NamedOwner[]> {
    const named: NamedOwner[] = [];
    for await (const page of this.readModels.pages(users, { limit: PAGE })) {
      for (const { id, email, firstName, lastName, status } of page)
        named.push({ id, email, firstName, lastName, archived: ARCHIVED.includes(status) });
      if (named.length >= MOST_NAMED) break;
    }
    return named;
  }
}
