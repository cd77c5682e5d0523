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
import { isPair, type PairRow, type Row } from '../rows/plan-row';

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
export type ShownRow = Omit<Row, 'changes' | 'links'> & {
  readonly changes: ReturnType<typeof maskedChanges>;
  /** Of a pair: its links now and then, seen from the record. */
  readonly links?: { readonly from: ShownLink[]; readonly to: ShownLink[] };
};
type ShownLink = Pick<Link, 'category' | 'typeId'> & { readonly label: string | null };

export class ListChanges extends Query<LinePage<ShownRow>> {
  constructor(
    readonly planId: string,
    readonly paging: Paging,
    /** The plural name. */
    readonly objectType: string | undefined,
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
    const { planId, paging, objectType, viewer, fresh } = query;
    const plan = await this.readModels.get(restorePlans, planId, fresh);
    if (!plan) throw new Refusal('restore-plan-unknown');
    if (!plan.file) throw new Refusal('restore-plan-not-ready');
    if (plan.withdrawn) throw new Refusal('restore-plan-withdrawn');
    // The file has been deleted after its time: an empty list would say that nothing was to change.
    if (!(await this.files.stat(plan.file))) throw new Refusal('restore-plan-expired');
    const page = await pageOfLines<Row>(this.files, plan.file, {
      ...pageOf(paging),
      ...(objectType !== undefined && { matches: (row) => row.objectType === objectType }),
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
