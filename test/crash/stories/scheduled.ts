// The crash suite's story of the schedule of backups: killed as soon as a run is taken up, as its backup is asked for,
// and as it is made, each run makes one backup.
import { randomUUID } from 'node:crypto';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { pause } from '../../../src/supervision/pause';
import type { Crashing, Story } from '../crashing';
import { eventsAfter, tells, withLog } from '../log-watch';
import { compared, type Ledger } from '../tally';

const STREAM = 'account-backup-schedule';
/** What each step begins with in the log. */
const STEPS = {
  taken: 'account.backup-run-taken.v1',
  requested: 'backup.requested.v2',
  making: 'account.backup-run-requested.v1',
} as const;
type Step = keyof typeof STEPS;
const steps = Object.keys(STEPS) as Step[];
const ENDED = 'backup.completed.v2';

interface Schedule {
  readonly lastRun?: { readonly status: string; readonly backupId?: string; readonly dueAt: string };
}

/**
 * As if somebody had set the schedule some time ago, and it had come due since, while no server ran: what is due must
 * rise from round to round. Answers the head of the log then.
 */
async function setDue(dataDir: string, userId: string, dueAt: Date): Promise<bigint> {
  const log = await EmbeddedEventStore.open(dataDir);
  try {
    const { events } = await log.read(STREAM);
    const meta = {
      ...{ commandId: randomUUID(), correlationId: randomUUID(), source: { type: 'API' as const } },
      actor: { type: 'user' as const, id: userId, userId },
      at: new Date(dueAt.getTime() - 30_000).toISOString(),
    };
    const cron = `${dueAt.getUTCMinutes()} ${dueAt.getUTCHours()} * * *`;
    const data = { scheduleId: randomUUID(), cron, timeZone: 'UTC', objectTypes: null, keep: null };
    const set = { id: randomUUID(), type: 'account.backup-schedule-set.v1', data, meta };
    await log.append(STREAM, [set], events.at(-1)?.revision ?? -1);
    return await log.head();
  } finally {
    await log.close();
  }
}

/** Kills the server as soon as the log tells of a step; answers the step that it had come to. */
const strikeAt = ({ server }: Crashing, step: Step, after: bigint): Promise<Step | undefined> =>
  withLog(server.dataDir, async (log) => {
    await tells(log, [STEPS[step]], after);
    await server.kill();
    const types = new Set((await eventsAfter(log, after)).map(({ type }) => type));
    return types.has(ENDED) ? undefined : steps.findLast((one) => types.has(STEPS[one]));
  });

export const scheduledBackups: Story = {
  kind: 'scheduled',
  passes: steps,
  async tell(crashing): Promise<Ledger> {
    const { api, server, tally } = crashing;
    const first = Date.now() - 23 * 3_600_000;
    const found: string[] = [];
    const asked: string[] = [];
    const users = await api.get<{ results: { id: string }[] }>('/settings/v3/users');
    const userId = users.results[0]!.id;
    for (let round = 0; tally.isOpen('scheduled'); round++) {
      const dueAt = new Date(Math.floor(first / 60_000 + round * 10) * 60_000);
      await server.kill();
      const after = await setDue(server.dataDir, userId, dueAt);
      const step = steps.find((one) => tally.left('scheduled', one) > 0)!;
      server.spawn();
      const hit = await strikeAt(crashing, step, after);
      if (hit !== undefined) tally.hit('scheduled', hit);
      await server.run();
      for (;;) {
        const { lastRun } = await api.get<Schedule>('/backups/v1/schedule');
        const isIt = lastRun?.dueAt === dueAt.toISOString();
        if (isIt && !['TAKEN_UP', 'REQUESTED'].includes(lastRun.status)) break;
        await pause(20);
      }
      for (const { type } of await withLog(server.dataDir, (log) => eventsAfter(log, after)))
        if ([...Object.values<string>(STEPS), ENDED].includes(type)) found.push(`${round} ${type}`);
      asked.push(...[...Object.values(STEPS), ENDED].map((type) => `${round} ${type}`));
    }
    await crashing.acknowledged('DELETE', '/backups/v1/schedule');
    return compared(asked, found);
  },
};
