// The crash suite's story of legal holds and of policies: once the log tells that rows are held, or kept for good, no purge
// removes one, though it was running, and whoever said so was killed in between and had to say it again.
import type { PurgeEvents } from '../../../src/audit/retention/purge.events';
import type { Asked, Crashing, Story } from '../crashing';
import { eventsAfter, headOf, withLog } from '../log-watch';
import { compared, together, type Ledger } from '../tally';
import { CATEGORY, report, rowsOf, targets } from '../activities';

const TYPE = 'held-agents';
const RETENTION = '/audit/v1/retention';
const HOLDS = '/audit/v1/holds';
/** More than two slices of a purge. */
const LEAST = 2_100;
const BATCH = 700;
const ON_RECORD = {
  placing: 'retention.hold-placed.v1',
  keeping: 'retention.policies-changed.v1',
} as const;
type Pass = keyof typeof ON_RECORD;
const passes = Object.keys(ON_RECORD) as Pass[];

const says: Readonly<Record<Pass, (crashing: Crashing) => Promise<unknown>>> = {
  placing: (crashing) =>
    crashing.acknowledged('POST', HOLDS, {
      ...{ name: crashing.name('case'), reason: 'Counsel asks', query: { targetType: TYPE } },
    }),
  // Nothing tells the server that it was told this before.
  keeping: (crashing) => crashing.acknowledged('PUT', RETENTION, { policies: [] }, { asNew: true }),
};

/** Positions of the rows that purges have removed after a position, as often as they were removed. */
const removedAfter = (dataDir: string, after: bigint): Promise<string[]> =>
  withLog(dataDir, async (log) =>
    (await eventsAfter(log, after))
      .filter(({ type }) => type === 'purge.rows-removed.v1')
      .flatMap(({ data }) => (data as PurgeEvents['purge.rows-removed.v1']).rows),
  );

export const holds: Story = {
  kind: 'holds',
  passes,
  async tell(crashing): Promise<Ledger> {
    const { api, tally } = crashing;
    const { dataDir } = crashing.server;
    const begun = await headOf(dataDir);
    const ledgers: Ledger[] = [];
    const purge = () => crashing.acknowledged<Asked>('POST', `${RETENTION}/purges`);
    const ended = ({ id }: Asked) => crashing.ended(`${RETENTION}/purges/${id}`);
    let reported = 0;
    let left = 0;
    while (tally.isOpen('holds')) {
      await crashing.stepUp();
      for (; left < LEAST; left += BATCH, reported += BATCH)
        await report(crashing, TYPE, targets(crashing, BATCH), 20);
      await api.call('PUT', RETENTION, { policies: [{ category: CATEGORY, days: 7 }] });
      const pass = passes.find((one) => tally.left('holds', one) > 0)!;
      const running = await purge();
      const after = await headOf(dataDir);
      const said = says[pass](crashing);
      // Closing the purge that is running, and saying so, are two steps.
      await crashing.strikeAt('holds', pass, ['purge.closed.v1', ON_RECORD[pass]], after);
      await said;
      const events = await withLog(dataDir, (log) => eventsAfter(log, after));
      const kept = events.find(({ type }) => type === ON_RECORD[pass])!.position;
      await ended(running);
      if (pass === 'placing') await ended(await purge());
      ledgers.push(compared([], await removedAfter(dataDir, kept)));
      const placed = await api.get<{ results: Asked[] }>(HOLDS);
      ledgers.push(compared(pass === 'placing' ? ['1 hold'] : ['0 hold'], [`${placed.results.length} hold`]));
      for (const { id } of placed.results) await api.call('DELETE', `${HOLDS}/${id}`);
      left = reported - (await removedAfter(dataDir, begun)).length;
    }
    const removed = await removedAfter(dataDir, begun);
    const rows = await rowsOf(crashing, TYPE);
    return together(
      ...ledgers,
      compared(new Set(removed), removed),
      compared([`${reported} rows`], [`${rows.length + removed.length} rows`]),
    );
  },
};
