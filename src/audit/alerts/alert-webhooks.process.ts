// The job that tells receivers of incidents, in a signed request for each; one that is not taken is tried again for a day.
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { alerts } from '../../../projections/audit/alerts';
import { incidents, type IncidentDocument } from '../../../projections/audit/incidents';
import { systemMeta } from '../../caller';
import { Config, publicUrl } from '../../config';
import { NotDelivered, Sender } from '../../delivery/sender';
import { signedHeaders } from '../../delivery/signature';
import { deliveryTimes } from '../../delivery/times';
import { Streams } from '../../eventsourcing/streams';
import { Jobs, type JobContext } from '../../jobs/jobs';
import { ReadModels } from '../../read/read-models';
import { AlertWebhooks } from './alert-webhooks';
import { incident, incidentStream, settleWebhook } from './incident.decider';
import { incidentPath, leadingToRows } from './incident-rows';

const GIVEN_UP_MS = 24 * 3_600_000;

@Injectable()
export class AlertWebhookProcess implements OnModuleInit, OnModuleDestroy {
  private readonly sender: Sender;

  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly webhooks: AlertWebhooks,
    private readonly config: Config,
  ) {
    this.sender = new Sender({ privateToo: config.WEBHOOKS_PRIVATE, answerMs: deliveryTimes.answerMs });
  }

  onModuleInit(): void {
    this.jobs.register({
      name: 'alert-webhooks',
      projection: incidents,
      pending: { webhookStatus: 'due' },
      since: 'position',
      run: (found, context) => this.tell(found, context),
      fail: (found) => this.settle(found, false),
    });
  }

  onModuleDestroy(): void {
    this.sender.close();
  }

  /** Without an ending where the receiver did not take it: the job is taken up again, later each time. */
  private async tell(found: IncidentDocument, { signal }: JobContext): Promise<void> {
    const rule = await this.readModels.get(alerts, found.alertId);
    const grant = await this.webhooks.of(found.alertId);
    const tooLate = Date.now() - Date.parse(found.openedAt) > GIVEN_UP_MS;
    if (!rule || !grant || tooLate) return this.settle(found, false);
    const { id, alertId, kind, by, count, first, last, openedAt, rows } = found;
    const { filter, link } = leadingToRows({ rows, first, last }, rule.filter);
    const body = JSON.stringify({
      ...{ type: 'audit.alert', incidentId: id, alertId, name: rule.name, kind, by, test: by === 'test' },
      ...{ count, threshold: rule.threshold, first, last, openedAt, filter },
      rows: `${publicUrl(this.config)}${link}`,
      incident: `${publicUrl(this.config)}${incidentPath(alertId, id)}`,
    });
    try {
      await this.sender.post(grant.url, body, signedHeaders(grant, grant.url, body, new Date()), signal);
    } catch (error) {
      if (error instanceof NotDelivered) return;
      throw error;
    }
    await this.settle(found, true);
  }

  private async settle({ id }: IncidentDocument, taken: boolean): Promise<void> {
    await this.streams.change(
      incident,
      incidentStream(id),
      (state) => settleWebhook(state, id, taken),
      systemMeta('alerts'),
    );
  }
}
