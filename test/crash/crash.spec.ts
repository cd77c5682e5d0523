// Kills the server with SIGKILL in every pass of every kind of job, and compares everything that was asked for with
// everything that is there. CRASH_KILLS (200) says how often, though never less than once in each pass; CRASH_SEED
// at which moments; run alone with `npm run test:crash`.
import { Crashing, type Story } from './crashing';
import { alerts } from './stories/alerts';
import { drills } from './stories/drills';
import { erasures } from './stories/erasures';
import { auditExports, backups, comparisons, csvExports, plans } from './stories/files';
import { holds } from './stories/holds';
import { imports } from './stories/imports';
import { loads } from './stories/loads';
import { purges } from './stories/purges';
import { rebuild } from './stories/rebuild';
import { binRestores, restores } from './stories/restores';
import { scheduledBackups } from './stories/scheduled';
import { streams } from './stories/streams';
import { tree } from './stories/tree';
import { undos } from './stories/undo';
import { webhooks } from './stories/webhooks';
import { merges, writes } from './stories/writes';

const KILLS = Number(process.env.CRASH_KILLS ?? 200);
const SEED = Number(process.env.CRASH_SEED ?? 20261122);
const PATIENCE = 3_600_000;

// Once a second factor is enrolled, each step-up asks for a code: the erasures come before that. Read models are
// compared when all else is done.
const stories: readonly Story[] = [
  ...[writes, merges, imports, loads, csvExports, auditExports, backups, plans, comparisons],
  ...[drills, scheduledBackups],
  ...[erasures, webhooks, purges, holds, streams, alerts, tree],
  ...[binRestores, undos, restores, rebuild],
];

let crashing: Crashing;
const began = Date.now();
const sinceBegun = () => Math.round((Date.now() - began) / 1_000);
beforeAll(async () => {
  crashing = await Crashing.start(stories, KILLS, SEED);
}, 60_000);
afterAll(async () => {
  process.stderr.write(`${crashing.tally.table()}\nseed ${SEED}, ${sinceBegun()} s\n`);
  await crashing.stop();
});

test.each(stories.map((story) => [story.kind, story] as const))(
  'nothing of %s is lost or doubled',
  async (kind, story) => {
    const ledger = await story.tell(crashing);
    crashing.tally.settle(kind, ledger);
    process.stderr.write(`${kind} told after ${sinceBegun()} s, ${crashing.tally.total} kills\n`);
    expect({ lost: ledger.lost.slice(0, 5), doubled: ledger.doubled.slice(0, 5) }).toEqual({
      lost: [],
      doubled: [],
    });
    expect(ledger.asked).toBeGreaterThan(0);
    expect(crashing.tally.isOpen(kind)).toBe(false);
  },
  PATIENCE,
);
