// Says which entries a query means, as one filter: for lists, and for whoever tests entries as they come.
import type { AuditEntry } from '../../projections/audit/audit';
import type { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Digests } from '../read/filters/digests';
import type { Filter } from '../read/document-store';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { tiers, type Subscription } from '../tiers/features';
import { requireTier } from '../tiers/requirements';
import { entryOf, type AnyEvent } from './entry-of';
import { entryFilter, entryQuery, type EntryQuery } from './entry-filter';
import { comparedValue, propertyTerm, valueTerm } from './query/entry-terms.vocabulary';
import { QueryError } from './query/query-error';
import { categoriesIn, namesActor } from './query/query-fields';
import { allOf, anyOf, filterOfQuery, type Meanings } from './query/query-filter';
import type { QueryNames } from './query/query-names';
import { parsed } from './query/query-syntax';
import { categories, visibleIn } from './taxonomy';

/** Parameters whose values are names that only the log, or the account, knows. */
const NAMING = [
  ...([
    'actor',
    'userId',
    'teamId',
    'targetType',
    'targetId',
    'property',
    'value',
    'ip',
    'correlationId',
  ] as const),
];
const MOST_NAMED = 20;

/** Values by the parameter that named them. */
export type Unmatched = Readonly<Record<string, readonly string[]>>;

export class EntryFilters {
  constructor(
    private readonly objectTypes: ObjectTypes,
    private readonly names: QueryNames,
    private readonly digests: Digests,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The filter for entries that a query means, of those that the account's tier shows; page and sort are left to the
   * caller. What is told from now, and teams, mean what they are now. Refuses with `tier-required` a query that names a
   * category which the tier hides.
   */
  async filterOf(asked: EntryQuery, subscription: Subscription, fresh: Freshness): Promise<Filter> {
    const query = asked.q === undefined ? undefined : parsed(asked.q);
    requireShown([...(asked.category ?? []), ...(query ? categoriesIn(query) : [])], subscription);
    const visible = visibleIn(subscription.tier).map(({ id }) => id);
    const find = await this.objectTypes.finder();
    const valueTermOf = (value: string) => valueTerm(this.digests.of(comparedValue(value)));
    const meanings: Meanings = {
      ...{ find, now: this.now(), timeZone: asked.timeZone ?? 'UTC' },
      actors: (some) => this.names.actors(some, fresh),
      people: (some) => this.names.people(some, fresh),
      teams: (some) => this.names.teams(some, fresh),
      keys: (some) => this.names.keys(some, fresh),
      imports: (some) => this.names.imports(some, fresh),
      actorsNamed: (word) => this.names.actorsNamed(word, fresh),
      valueTerm: valueTermOf,
    };
    const [actors, teams, written] = await Promise.all([
      asked.actor ? meanings.actors(asked.actor) : {},
      asked.teamId ? meanings.teams(asked.teamId) : {},
      query ? placed(filterOfQuery(query, meanings)) : {},
    ]);
    const isNamed = asked.actor !== undefined || asked.correlationId !== undefined;
    const isActorNamed = isNamed || (query !== undefined && namesActor(query));
    return allOf([
      entryFilter(asked, visible, find, isActorNamed),
      actors,
      teams,
      asked.property ? anyOf(asked.property.map((name) => ({ terms: { $all: [propertyTerm(name)] } }))) : {},
      asked.value === undefined ? {} : { terms: { $all: [valueTermOf(asked.value)] } },
      written,
    ]);
  }

  /**
   * Of the values that a query's parameters name, those that no entry at all has, of whatever else is asked for: names
   * that are written wrongly, most likely. `has`: whether there is an entry that a filter finds.
   */
  async unmatched(
    asked: EntryQuery,
    subscription: Subscription,
    fresh: Freshness,
    has: (filter: Filter) => Promise<boolean>,
  ): Promise<Unmatched | undefined> {
    const named = NAMING.flatMap((name) => [asked[name] ?? []].flat().map((value) => [name, value] as const));
    const alone = named.slice(0, MOST_NAMED).map(async ([name, value]) => {
      const query = entryQuery.parse({ [name]: value, includeNonUser: 'true' });
      return (await has(await this.filterOf(query, subscription, fresh))) ? [] : [[name, value] as const];
    });
    const found: Record<string, string[]> = {};
    for (const [name, value] of (await Promise.all(alone)).flat()) (found[name] ??= []).push(value);
    return Object.keys(found).length > 0 ? found : undefined;
  }

  /** The entry that tells of an event, with all by which filters find it; undefined where it makes none. */
  entryOf(event: AnyEvent): AuditEntry | undefined {
    return entryOf(event, this.digests.of);
  }
}

/** What is wrong in a query whatever the account holds is refused when the parameters are read. */
async function placed(filter: Promise<Filter>): Promise<Filter> {
  try {
    return await filter;
  } catch (error) {
    if (error instanceof QueryError) throw wrongQuery(error);
    throw error;
  }
}

const wrongQuery = ({ message, place, meant }: QueryError): Refusal =>
  new Refusal('input-invalid', {
    message: `q: ${message}`,
    errors: [
      {
        ...{ message: `q: ${message}`, in: 'q' },
        context: {
          ...{ at: [String(place.at)], length: [String(place.length)] },
          ...(meant !== undefined && { meant: [meant] }),
        },
      },
    ],
  });

/** Refuses with `tier-required`, naming the lowest tier that shows all, categories that the account's tier hides. */
export function requireShown(ids: readonly string[], subscription: Subscription): void {
  const needed = new Set(categories.filter(({ id }) => ids.includes(id)).map(({ tier }) => tier));
  for (const tier of tiers.toReversed()) if (needed.has(tier)) requireTier(subscription, { tier });
}
