// The crash suite's story of alerts: what an alert has to find is one incident each, of which people are told once, and a
// receiver at least once.
import { WebhookReceiver } from '../../support/webhooks/webhook-receiver';
import type { Asked, Story } from '../crashing';
import { headOf } from '../log-watch';
import { compared, together, type Ledger } from '../tally';
import { report, targets } from '../activities';

const ALERTS = '/audit/v1/alerts';
/** Of a round: of more than twenty in an hour people are not told. */
const INCIDENTS = 15;

interface Incident extends Asked {
  readonly webhook: string;
  readonly filter: { readonly targetId: string };
}
interface Told {
  readonly about: { readonly incidentId?: string };
}

export const alerts: Story = {
  kind: 'alerts',
  passes: ['finding', 'telling'],
  async tell(crashing): Promise<Ledger> {
    const { api, tally } = crashing;
    const receiver = await WebhookReceiver.start();
    const posted = () =>
      new Set((receiver.taken as unknown as { incidentId: string }[]).map(({ incidentId }) => incidentId));
    const found: string[] = [];
    const ledgers: Ledger[] = [];
    while (tally.isOpen('alerts')) {
      await crashing.stepUp();
      const targetType = crashing.name('alerted');
      const { id, webhookSecret } = await api.post<Asked & { webhookSecret: string }>(ALERTS, {
        ...{ name: targetType, filter: { targetType }, per: 'target', threshold: 1 },
        webhook: receiver.url,
      });
      receiver.secrets.push(webhookSecret);
      const after = await headOf(crashing.server.dataDir);
      const ids = targets(crashing, INCIDENTS);
      const reported = report(crashing, targetType, ids);
      // The first of many has just been written down; or a receiver has been told and has not answered.
      if (tally.left('alerts', 'finding') > 0)
        await crashing.strikeAt('alerts', 'finding', ['incident.opened.v1'], after);
      else await crashing.strikeInHand('alerts', 'telling', receiver);
      await reported;
      const list = () => crashing.pages<Incident>(`${ALERTS}/${id}/incidents`);
      await crashing.until(async () => {
        const incidents = await list();
        return incidents.length >= INCIDENTS && incidents.every(({ webhook }) => webhook === 'told');
      });
      const incidents = await list();
      found.push(...incidents.map((incident) => incident.id));
      ledgers.push(
        compared(
          ids.map((target) => `${target} told`),
          incidents.map(({ filter, webhook }) => `${filter.targetId} ${webhook}`),
        ),
      );
      await api.call('DELETE', `${ALERTS}/${id}`);
    }
    const notified = async () => {
      const all = await crashing.pages<Told>('/notifications/v1/notifications');
      return all.flatMap(({ about: { incidentId } }) =>
        found.includes(incidentId ?? '') ? incidentId! : [],
      );
    };
    await crashing.until(async () => (await notified()).length >= found.length);
    ledgers.push(compared(found, await notified()), compared(found, posted()));
    await receiver.stop();
    return together(...ledgers, compared([], receiver.wrong));
  },
};
