// Queries on restore plans: the list, a single plan, and its rows.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { restorePlans, type RestorePlanDocument } from '../../../projections/restore-plans';
import type { Link } from '../../crm/associations/association.events';
import { AssociationTypes } from '../../crm/associations/types/association-types';
import { mapConcurrently } from '../../crm/map-concurrently';
import { Definitions } from '../../crm/properties/definitions';
import { hiddenByType } from '../../crm/properties/values/hidden-names';
import { maskedChanges, type Viewer } from '../../crm/properties/values/sensitivity';
import { Files } from '../../files/files';
import type { Progress } from '../../jobs/job-progress';
import { Jobs } from '../../jobs/jobs';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { pageOfLines, type LinePage } from '../../files/lines';
import { PLANS, UNDOS } from './plan.process';
import { isPair, type PairRow, type RecordRow, type Row } from '../rows/plan-row';

export interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}
export const pageOf = ({ limit, after }: Paging) => ({ limit, ...(after !== undefined && { after }) });

export type PlanView = Omit<RestorePlanDocument, 'status' | 'file'> & {
  readonly status: RestorePlanDocument['status'] | 'EXPIRED';
  readonly progress?: Progress;
};

const isOpen = (status: RestorePlanDocument['status']): boolean =>
  status === 'READY' || status === 'AWAITING_APPROVAL';

const planView = ({ file: _file, ...plan }: RestorePlanDocument, now: string): PlanView => ({
  ...plan,
  status: isOpen(plan.status) && (plan.withdrawn || now >= plan.expiresAt!) ? 'EXPIRED' : plan.status,
});

export class GetPlan extends Query<PlanView> {
  constructor(
    readonly planId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetPlan)
export class GetPlanHandler implements IQueryHandler<GetPlan> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  async execute({ planId, fresh }: GetPlan): Promise<PlanView> {
    const plan = await this.readModels.get(restorePlans, planId, fresh);
    if (!plan) throw new Refusal('restore-plan-unknown');
    const view = planView(plan, new Date().toISOString());
    if (plan.status !== 'PLANNING') return view;
    return {
      ...view,
      progress: (await this.jobs.progress(plan.source.undo ? UNDOS : PLANS, planId)) ?? { done: 0, total: 0 },
    };
  }
}

export class ListPlans extends Query<LinePage<PlanView>> {
  constructor(
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListPlans)
export class ListPlansHandler implements IQueryHandler<ListPlans> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ paging, fresh }: ListPlans): Promise<LinePage<PlanView>> {
    const found = await this.readModels.find(
      restorePlans,
      { sort: ['-requestedAt'], ...pageOf(paging) },
      fresh,
    );
    const now = new Date().toISOString();
    return { ...found, docs: found.docs.map((plan) => planView(plan, now)) };
  }
}

/** A row as a viewer may see it: sensitive values are masked. */
export type ShownRow = Omit<RecordRow, 'kind' | 'changes'> &
  Partial<Pick<PairRow, 'to'>> & {
    /**
     * `recreate`: the record was archived or purged since, and would be brought back under its id. `archive`: it would be
     * put into the recycle bin, once its changes are made, if it has any. `associate` where a link comes back, whether
     * others go or not; `disassociate` where links only go.
     */
    readonly kind: Row['kind'];
    readonly changes: ReturnType<typeof maskedChanges>;
    /** Of a pair: its links now and then, seen from the record. */
    readonly links?: { readonly from: ShownLink[]; readonly to: ShownLink[] };
  };
type ShownLink = Pick<Link, 'category' | 'typeId'> & { readonly label: string | null };

/** Which rows of a plan are listed; all where nothing is given. */
export interface RowFilter {
  /** The plural name. */
  readonly objectType?: string | undefined;
  readonly kind?: Row['kind'] | undefined;
  /** Rows that will be refused as things stand, or of which others have changed something. */
  readonly only?: 'conflict' | 'leftAlone' | undefined;
}

function passes(row: Row, { objectType, kind, only }: RowFilter): boolean {
  if (objectType !== undefined && row.objectType !== objectType) return false;
  if (kind !== undefined && row.kind !== kind) return false;
  if (only === undefined) return true;
  if (isPair(row)) return false;
  return only === 'conflict' ? row.conflict !== undefined && !row.conflict.resolved : Boolean(row.leftAlone);
}

export class ListChanges extends Query<LinePage<ShownRow>> {
  constructor(
    readonly planId: string,
    readonly paging: Paging,
    readonly filter: RowFilter,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListChanges)
export class ListChangesHandler implements IQueryHandler<ListChanges> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly files: Files,
    private readonly definitions: Definitions,
    private readonly associationTypes: AssociationTypes,
  ) {}

  async execute(query: ListChanges): Promise<LinePage<ShownRow>> {
    const { planId, paging, filter, viewer, fresh } = query;
    const plan = await this.readModels.get(restorePlans, planId, fresh);
    if (!plan) throw new Refusal('restore-plan-unknown');
    if (!plan.file) throw new Refusal('restore-plan-not-ready');
    if (plan.withdrawn) throw new Refusal('restore-plan-withdrawn');
    // The file has been deleted after its time: an empty list would say that nothing was to change.
    if (!(await this.files.stat(plan.file))) throw new Refusal('restore-plan-expired');
    const page = await pageOfLines<Row>(this.files, plan.file, {
      ...pageOf(paging),
      matches: (row) => passes(row, filter),
    });
    const types = page.docs.map((row) => row.objectType);
    const hidden = await hiddenByType(viewer, this.definitions, types);
    const docs = await mapConcurrently(page.docs, async (row): Promise<ShownRow> => {
      const changes = maskedChanges(row.changes, hidden.get(row.objectType)!);
      return isPair(row) ? { ...row, changes, links: await this.shownLinks(row) } : { ...row, changes };
    });
    return { ...page, docs };
  }

  private async shownLinks({ objectType, to, links }: PairRow) {
    const types = await this.associationTypes.between(objectType, to.objectType);
    const shown = ({ category, typeId }: Link): ShownLink => {
      const type = types.find((one) => one.category === category && one.typeId === typeId);
      return { category, typeId, label: type?.label ?? null };
    };
    return { from: links.from.map(shown), to: links.to.map(shown) };
  }
}
