// Finds the view that somebody names, among the built-in ones and those that they may see, and says whether its filter
// is still one that can be asked for.
import { QueryBus } from '@nestjs/cqrs';
import { auditViews, type AuditViewDocument } from '../../../projections/audit/audit-views';
import { GetSubscription } from '../../account/account.queries';
import type { Caller } from '../../caller';
import type { Freshness, ReadModels } from '../../read/read-models';
import { Refusal, type RefusalDetail } from '../../refusals';
import { entryQuery } from '../entry-filter';
import type { EntryFilters } from '../entry-filters';
import type { ViewContent } from './view.events';
import { type BuiltInView, findBuiltIn, parametersOf } from './view.vocabulary';

export type KnownView = BuiltInView | AuditViewDocument;
/** Undefined for a built-in view. */
export const ownerOf = (view: KnownView): string | undefined =>
  'ownerId' in view ? view.ownerId : undefined;

/** Why a filter cannot be asked for. */
export type Problem = Pick<RefusalDetail, 'errors'> & { readonly message: string };

export class KnownViews {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly filters: EntryFilters,
  ) {}

  /** Refuses with `audit-view-unknown`, also where the view is somebody else's and not shared. */
  async view(viewId: string, caller: Caller, fresh: Freshness): Promise<KnownView> {
    const builtIn = findBuiltIn(viewId);
    if (builtIn) return builtIn;
    const found = await this.readModels.get(auditViews, viewId, fresh);
    if (!found || !isSeenBy(found, caller)) throw new Refusal('audit-view-unknown');
    return found;
  }

  /** A view that the caller may change: their own, or anybody's where they are a super admin. */
  async changeable(viewId: string, caller: Caller): Promise<AuditViewDocument> {
    const view = await this.view(viewId, caller, {});
    if (!('ownerId' in view)) throw new Refusal('audit-view-built-in');
    if (!maySet(view, caller))
      throw new Refusal('access-denied', { message: "Somebody else's view: clone it to change it" });
    return view;
  }

  /** Undefined where it can be asked for at an ISO time. */
  async problemOf(view: ViewContent, now: string, fresh: Freshness): Promise<Problem | undefined> {
    const { data, error } = entryQuery.safeParse(parametersOf(view, now));
    if (error) {
      const errors = error.issues.map(({ path, message }) => ({ message, in: path.join('.') }));
      return { message: `Not valid: ${errors.map((one) => one.in).join(', ')}`, errors };
    }
    try {
      await this.filters.filterOf(data, await this.queries.execute(new GetSubscription()), fresh);
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const { message, detail } = refusal;
      return { message, ...(detail.errors && { errors: detail.errors }) };
    }
  }

  /** Refuses with `audit-view-invalid` a filter that cannot be asked for. */
  async requireValid(view: ViewContent, now: string): Promise<void> {
    const problem = await this.problemOf(view, now, {});
    if (problem) throw new Refusal('audit-view-invalid', problem);
  }
}

const isSeenBy = (view: AuditViewDocument, { userId, superAdmin }: Caller): boolean =>
  superAdmin || view.visibility === 'everyone' || view.ownerId === userId;

export const maySet = (view: KnownView, { userId, superAdmin }: Caller): boolean =>
  'ownerId' in view && (superAdmin || view.ownerId === userId);
