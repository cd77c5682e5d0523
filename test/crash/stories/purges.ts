// The crash suite's story of reported activities and of purges: each activity that was acknowledged is there once, and a
// purge removes each that is too old once, whatever was killed while it was reported or removed.
import type { Asked, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

interface Purge extends Asked {
  readonly status: string;
  readonly removed: Readonly<Record<string, number>>;
}
/** More than two slices. */
const OLD = 2_500;
const NEW = 50;
const BATCH = 500;
const DAY_MS = 86_400_000;
const CATEGORY = 'CUSTOMER_AGENT';

export const purges: Story = {
  kind: 'purges',
  passes: ['reporting', 'purging'],
  async tell(crashing): Promise<Ledger> {
    const { api, tally } = crashing;
    const ledgers: Ledger[] = [];
    const kept: string[] = [];
    while (tally.isOpen('purges')) {
      await crashing.stepUp();
      const story = crashing.name('activity');
      const activities = Array.from({ length: OLD + NEW }, (_, n) => ({
        ...{ key: `${story}/${n}`, category: CATEGORY, subCategory: 'AGENT', action: 'RUN' },
        occurredAt: new Date(Date.now() - (n < OLD ? 20 : 1) * DAY_MS).toISOString(),
        ...{ actor: { type: 'agent' }, target: { type: 'agents', id: `${story}/${n}` } },
      }));
      for (let start = 0; start < activities.length; start += BATCH) {
        const body = { activities: activities.slice(start, start + BATCH) };
        const report = crashing.acknowledged('POST', '/audit/v1/activities', body);
        if (tally.left('purges', 'reporting') > 0) await crashing.strike('purges', 'reporting', 60);
        await report;
      }
      kept.push(...activities.slice(OLD).map(({ target }) => target.id));
      await api.call('PUT', '/audit/v1/retention', { policies: [{ category: CATEGORY, days: 7 }] });
      const { id } = await crashing.acknowledged<Asked>('POST', '/audit/v1/retention/purges');
      const path = `/audit/v1/retention/purges/${id}`;
      const isRunning = async () => (await api.get<Purge>(path)).status === 'RUNNING';
      while (tally.left('purges', 'purging') > 0 && (await isRunning()))
        await crashing.strike('purges', 'purging', 60, isRunning);
      const { removed } = await crashing.ended<Purge>(path);
      ledgers.push(compared([String(OLD)], [String(removed[CATEGORY])]));
    }
    const rows = await crashing.pages<{ target: Asked }>(`/audit/v1/entries?category=${CATEGORY}`);
    return together(
      ...ledgers,
      compared(
        kept,
        rows.map(({ target }) => target.id),
      ),
    );
  },
};
