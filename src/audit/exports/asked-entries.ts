// Says which entries an export is asked for, as a filter over entries, and what of them the account's tier shows.
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { audit } from '../../../projections/audit/audit';
import { employees } from '../../../projections/identity/employees';
import { GetSubscription } from '../../account/account.queries';
import type { Filter } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { hasFeature, requireFeature } from '../../tiers/requirements';
import type { Subscription } from '../../tiers/features';
import { entryQuery, type EntryQuery } from '../entry-filter';
import { EntryFilters } from '../entry-filters';
import { categoriesIn } from '../query/query-fields';
import { allOf } from '../query/query-filter';
import { parsed as queryOf } from '../query/query-syntax';
import { categories } from '../taxonomy';
import type { AskedEntries, AuditExportRequest, ExportKind } from './audit-export.events';

/** What an export is made of beside who asks for it and how it is written. */
export type Meant = Pick<AuditExportRequest, 'filter' | 'entriesVersion' | 'shows' | 'leftOut'>;

const DAY_MS = 24 * 3_600_000;
const EMPLOYEE_DAYS = 90;
/** Employees up to whose number their entries are found by their ids. */
const FEW = 200;

@Injectable()
export class ExportedEntries {
  constructor(
    private readonly queries: QueryBus,
    private readonly readModels: ReadModels,
    private readonly filters: EntryFilters,
  ) {}

  /** Refuses parameters that are wrong, and categories that the account's subscription does not have exported. */
  async meant(kind: ExportKind, { parameters }: AskedEntries, at: Date, fresh: Freshness): Promise<Meant> {
    const subscription = await this.queries.execute(new GetSubscription());
    const shows = {
      details: hasFeature(subscription, 'audit.details'),
      departments: kind === 'employee-access' || hasFeature(subscription, 'audit.employees'),
    };
    const entriesVersion = audit.version;
    if (kind === 'employee-access')
      return { filter: await this.ofEmployees(subscription, at, fresh), entriesVersion, shows, leftOut: [] };
    const query = parsed(parameters);
    const leftOut = leftOutOf(query, subscription);
    const filter = await this.filters.filterOf(query, subscription, fresh);
    return { filter, entriesVersion, shows, leftOut };
  }

  /** Every tier tells when employees of the vendor have signed in; what they did takes more. */
  private async ofEmployees(subscription: Subscription, at: Date, fresh: Freshness): Promise<Filter> {
    const since = { occurredAt: { $gte: at.getTime() - EMPLOYEE_DAYS * DAY_MS } };
    if (!hasFeature(subscription, 'audit.employees'))
      return { category: 'LOGIN', subCategory: 'EMPLOYEE_LOGIN', ...since };
    const { docs, next } = await this.readModels.find(employees, { limit: FEW }, fresh);
    const ids = docs.map(({ id }) => id);
    return {
      'actor.type': 'employee',
      ...(next === undefined && { 'actor.userId': { $in: ids } }),
      ...since,
    };
  }
}

/** Of the entries that a filter means, those that are exported. */
export const without = (leftOut: Meant['leftOut'], filter: Filter): Filter =>
  leftOut.length === 0 ? filter : allOf([filter, { category: { $nin: leftOut } }]);

/** Parameters of a page of a list, which an export has not. */
export const NOT_EXPORTED: ReadonlySet<string> = new Set(['view', 'sort', 'limit', 'after', 'include']);

const MOST_ERRORS = 100;

/** Refuses as `GET /entries` does, with the place of each wrong parameter in the filter. */
export function parsed(parameters: AskedEntries['parameters']): EntryQuery {
  const { data, error } = entryQuery.safeParse(parameters);
  if (!error) return data;
  const errors = error.issues.slice(0, MOST_ERRORS).map(({ path, message }) => {
    const place = ['filter', ...path].join('.');
    return { message: `${place}: ${message}`, in: place };
  });
  throw new Refusal('input-invalid', { message: errors[0]!.message, errors });
}

/** Categories that are exported with an add-on alone, which the account lacks; refused where they are asked for. */
function leftOutOf({ category = [], q }: EntryQuery, { addOns }: Subscription): string[] {
  const lacking = categories.filter(
    ({ exportAddOn }) => exportAddOn !== undefined && !addOns.includes(exportAddOn),
  );
  const ids = lacking.map(({ id }) => id);
  const query = q === undefined ? undefined : queryOf(q);
  const named = [...category, ...(query ? categoriesIn(query) : [])];
  if (named.some((id) => ids.includes(id)))
    requireFeature({ tier: 'ENTERPRISE', addOns }, 'audit.content-export');
  return ids;
}
