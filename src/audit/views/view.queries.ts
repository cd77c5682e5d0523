// Queries for views: the list, one of them, and the parameters that a view stands for.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { auditViews } from '../../../projections/audit/audit-views';
import { users } from '../../../projections/users';
import type { Caller } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import type { Filter, Found } from '../../read/document-store';
import { ReadModels, type Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { type KnownView, KnownViews, maySet, ownerOf, type Problem } from './known-views';
import { auditViewsOf, viewStream } from './view.decider';
import type { SavedView } from './view.events';
import { ALL_LOGS, builtInViews, type Parameters, parametersOf } from './view.vocabulary';

/** A view as the API shows it. */
export interface ShownView extends SavedView {
  readonly id: string;
  readonly builtIn: boolean;
  /** Of a view that somebody has saved. */
  readonly owner?: { readonly id: string; readonly email?: string };
  readonly clonedFrom?: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** The caller sees it first. */
  readonly isDefault: boolean;
  readonly can: { readonly change: boolean };
  /** Why its filter cannot be asked for any more; left out where it can. */
  readonly invalid?: Problem;
}

interface Looked {
  readonly caller: Caller;
  /** ISO time of the request. */
  readonly now: string;
  readonly fresh: Freshness;
}

/** Makes of views what is shown of them to whoever asks. */
export class ViewShower {
  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
    private readonly known: KnownViews,
  ) {}

  /** The id of the view that the caller sees first: all logs, where theirs is gone or not shared any more. */
  async defaultOf({ caller, fresh }: Looked): Promise<string> {
    const { chosen } = (await this.streams.load(auditViewsOf, viewStream(caller.userId))).state;
    if (chosen === null) return ALL_LOGS;
    return this.known.view(chosen, caller, fresh).then(
      ({ id }) => id,
      (error: unknown) => {
        if (error instanceof Refusal && error.code === 'audit-view-unknown') return ALL_LOGS;
        throw error;
      },
    );
  }

  async shown(views: readonly KnownView[], first: string, { caller, now }: Looked): Promise<ShownView[]> {
    const owners = new Set(views.flatMap((view) => ownerOf(view) ?? []));
    const emails = await this.readModels.getMany(users, [...owners]);
    const all: ShownView[] = [];
    for (const view of views) {
      const problem = await this.known.problemOf(view, now, { asItIs: true });
      const { id, name, filter, lastDays, sort, columns, visibility } = view;
      all.push({
        ...{ id, name, builtIn: !('ownerId' in view), filter, lastDays, sort, columns, visibility },
        ...('ownerId' in view && {
          owner: ownerNamed(view.ownerId, emails.get(view.ownerId)?.email),
          ...(view.clonedFrom !== null && { clonedFrom: view.clonedFrom }),
          ...{ createdAt: view.createdAt, updatedAt: view.updatedAt },
        }),
        ...{ isDefault: id === first, can: { change: maySet(view, caller) } },
        ...(problem && { invalid: problem }),
      });
    }
    return all;
  }
}

const ownerNamed = (id: string, email: string | undefined) => ({ id, ...(email !== undefined && { email }) });

export class ListAuditViews extends Query<Found<ShownView> & { readonly first: string }> {
  constructor(
    /** Everybody's, private ones too. */
    readonly all: boolean,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly looked: Looked,
  ) {
    super();
  }
}

@QueryHandler(ListAuditViews)
export class ListAuditViewsHandler implements IQueryHandler<ListAuditViews> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly shower: ViewShower,
  ) {}

  /** The built-in ones stand at the head of the first page, beside as many others as were asked for. */
  async execute({ all, paging: { limit, after }, looked }: ListAuditViews) {
    const { caller, fresh } = looked;
    if (all && !caller.superAdmin) throw new Refusal('access-denied');
    const filter: Filter = all ? {} : { $or: [{ ownerId: caller.userId }, { visibility: 'everyone' }] };
    const options = { filter, sort: ['name'], limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(auditViews, options, fresh);
    const first = await this.shower.defaultOf(looked);
    const views = after === undefined ? [...builtInViews, ...docs] : docs;
    return { ...found, first, docs: await this.shower.shown(views, first, looked) };
  }
}

/** Refused with `audit-view-unknown`. */
export class GetAuditView extends Query<ShownView> {
  constructor(
    readonly viewId: string,
    readonly looked: Looked,
  ) {
    super();
  }
}

@QueryHandler(GetAuditView)
export class GetAuditViewHandler implements IQueryHandler<GetAuditView> {
  constructor(
    private readonly known: KnownViews,
    private readonly shower: ViewShower,
  ) {}

  async execute({ viewId, looked }: GetAuditView): Promise<ShownView> {
    const view = await this.known.view(viewId, looked.caller, looked.fresh);
    const [shown] = await this.shower.shown([view], await this.shower.defaultOf(looked), looked);
    return shown!;
  }
}

/**
 * The parameters of `GET /audit/v1/entries` that a view stands for at the time of the request. Refused with
 * `audit-view-unknown`, and with `audit-view-invalid` where its filter cannot be asked for any more.
 */
export class GetViewParameters extends Query<Parameters> {
  constructor(
    readonly viewId: string,
    readonly looked: Looked,
  ) {
    super();
  }
}

@QueryHandler(GetViewParameters)
export class GetViewParametersHandler implements IQueryHandler<GetViewParameters> {
  constructor(private readonly known: KnownViews) {}

  async execute({ viewId, looked: { caller, now, fresh } }: GetViewParameters): Promise<Parameters> {
    const view = await this.known.view(viewId, caller, fresh);
    const problem = await this.known.problemOf(view, now, fresh);
    if (problem) throw new Refusal('audit-view-invalid', problem);
    return parametersOf(view, now);
  }
}
