// The crash suite's story of reported activities and of purges: each activity that was acknowledged is there once, and a
// purge removes each that is too old once, whatever was killed while it was reported or removed.
import type { Asked, Story } from '../crashing';
import { CATEGORY, report, rowsOf, targets } from '../activities';
import { compared, together, type Ledger } from '../tally';

interface Purge extends Asked {
  readonly status: string;
  readonly removed: Readonly<Record<string, number>>;
}
/** More than two slices. */
const OLD = 2_500;
const NEW = 50;
const BATCH = 500;
const TYPE = 'agents';

export const purges: Story = {
  kind: 'purges',
  passes: ['reporting', 'purging'],
  async tell(crashing): Promise<Ledger> {
    const { api, tally } = crashing;
    const ledgers: Ledger[] = [];
    const kept: string[] = [];
    while (tally.isOpen('purges')) {
      await crashing.stepUp();
      const ids = targets(crashing, OLD + NEW);
      for (let start = 0; start < ids.length; start += BATCH) {
        const some = ids.slice(start, start + BATCH);
        const reported = report(crashing, TYPE, some, start < OLD ? 20 : 1);
        if (tally.left('purges', 'reporting') > 0) await crashing.strike('purges', 'reporting', 60);
        await reported;
      }
      kept.push(...ids.slice(OLD));
      await api.call('PUT', '/audit/v1/retention', { policies: [{ category: CATEGORY, days: 7 }] });
      const { id } = await crashing.acknowledged<Asked>('POST', '/audit/v1/retention/purges');
      const path = `/audit/v1/retention/purges/${id}`;
      const isRunning = async () => (await api.get<Purge>(path)).status === 'RUNNING';
      while (tally.left('purges', 'purging') > 0 && (await isRunning()))
        await crashing.strike('purges', 'purging', 60, isRunning);
      const { removed } = await crashing.ended<Purge>(path);
      ledgers.push(compared([String(OLD)], [String(removed[CATEGORY])]));
    }
    return together(...ledgers, compared(kept, await rowsOf(crashing, TYPE)));
  },
};
