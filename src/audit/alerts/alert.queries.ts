// Queries on alerts and on the incidents that they have found, each with what leads to its rows.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { alerts, type AlertDocument } from '../../../projections/audit/alerts';
import { incidents, type IncidentDocument } from '../../../projections/audit/incidents';
import { DocumentStore, type Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { leadingToRows } from './incident-rows';
import { WATCH_STATE, windowId, type WindowDoc } from './watching/watch-state';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

export class ListAlerts extends Query<Found<AlertDocument>> {
  constructor(
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListAlerts)
export class ListAlertsHandler implements IQueryHandler<ListAlerts> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ paging: { limit, after }, fresh }: ListAlerts): Promise<Found<AlertDocument>> {
    return this.readModels.find(
      alerts,
      { sort: ['createdAt'], limit, ...(after !== undefined && { after }) },
      fresh,
    );
  }
}

/** Refused with `audit-alert-unknown`. */
export class GetAlert extends Query<AlertDocument> {
  constructor(
    readonly alertId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetAlert)
export class GetAlertHandler implements IQueryHandler<GetAlert> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ alertId, fresh }: GetAlert): Promise<AlertDocument> {
    const found = await this.readModels.get(alerts, alertId, fresh);
    if (!found) throw new Refusal('audit-alert-unknown');
    return found;
  }
}

export interface IncidentView {
  readonly id: string;
  readonly alertId: string;
  readonly kind: string;
  readonly by: 'threshold' | 'baseline' | 'test';
  /** Rows so far; an incident that is open grows. */
  readonly count: number;
  readonly first: string;
  readonly last: string;
  readonly openedAt: string;
  readonly open: boolean;
  /** Nobody was told. */
  readonly silent: boolean;
  readonly webhook: IncidentDocument['webhookStatus'];
  /** Parameters of `GET /audit/v1/entries` that lead to its rows, and the address with them. */
  readonly filter: Readonly<Record<string, string>>;
  readonly link: string;
}

/** Newest first. Refused with `audit-alert-unknown`. */
export class ListIncidents extends Query<Found<IncidentView>> {
  constructor(
    readonly alertId: string,
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Refused with `audit-incident-unknown`. */
export class GetIncident extends Query<IncidentView> {
  constructor(
    readonly alertId: string,
    readonly incidentId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Makes views of incidents, with their counts as the watch has them now. */
export class IncidentViews {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
  ) {}

  async of(found: readonly IncidentDocument[]): Promise<IncidentView[]> {
    const rules = await this.readModels.getMany(alerts, [...new Set(found.map(({ alertId }) => alertId))]);
    const live = await this.counts(found.filter(({ closed, by }) => !closed && by !== 'test'));
    return found.map((one) => {
      const now = live.get(one.id);
      const { id, alertId, kind, by, first, openedAt, closed, silent, webhookStatus } = one;
      const [count, last] = [now?.count ?? one.count, now ? new Date(now.last).toISOString() : one.last];
      return {
        ...{ id, alertId, kind, by, count, first, last, openedAt, open: !closed && by !== 'test', silent },
        webhook: webhookStatus,
        ...leadingToRows({ ...one, last }, rules.get(alertId)?.filter ?? null),
      };
    });
  }

  private async counts(open: readonly IncidentDocument[]) {
    if (open.length === 0) return new Map<string, { count: number; last: number }>();
    await this.documents.ensure(WATCH_STATE);
    const ids = open.map(({ alertId, rows, by }) => windowId(alertId, by === 'baseline' ? 'unusual' : rows));
    const windows = await this.documents.getMany<WindowDoc>(WATCH_STATE.name, ids);
    return new Map(
      [...windows.values()].flatMap(({ doc }) => (doc?.incident ? [[doc.incident.id, doc.incident]] : [])),
    );
  }
}

@QueryHandler(ListIncidents)
export class ListIncidentsHandler implements IQueryHandler<ListIncidents> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: IncidentViews,
  ) {}

  async execute({ alertId, paging: { limit, after }, fresh }: ListIncidents): Promise<Found<IncidentView>> {
    if (!(await this.readModels.get(alerts, alertId, fresh))) throw new Refusal('audit-alert-unknown');
    const wanted = { filter: { alertId }, sort: ['-position'], limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(incidents, wanted, fresh);
    return { ...found, docs: await this.views.of(docs) };
  }
}

@QueryHandler(GetIncident)
export class GetIncidentHandler implements IQueryHandler<GetIncident> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: IncidentViews,
  ) {}

  async execute({ alertId, incidentId, fresh }: GetIncident): Promise<IncidentView> {
    const found = await this.readModels.get(incidents, incidentId, fresh);
    if (found?.alertId !== alertId) throw new Refusal('audit-incident-unknown');
    return (await this.views.of([found]))[0]!;
  }
}
