// A deployment split by ROLE with two members of each role: every member is killed, and one of each role is held up, at
// random moments while records are written and jobs of every kind run. Every acknowledged write is there once, every
// job ends as it should, and the read models equal ones built from the log alone.
import { pause } from '../../src/supervision/pause';
import { random } from '../crash/killable';
import { differencesFromLog } from '../crash/rebuilt';
import { caughtUp, Client } from './client';
import { type Deployment, type Member, ROLES } from './deployment';
import { backingUp, bringingBack, exporting, importing, restoring } from './jobs';
import { startDeployment } from './start';
import { Writer } from './writers';

const SEED = Number(process.env.SPLIT_SEED ?? Date.now() % 1_000_000);
/** How often each member is killed. */
const KILLS = Number(process.env.SPLIT_KILLS ?? 1);
const WRITERS = 6;
/** The most writes between one harm and the next. */
const MOST_WRITES = 25;

let deployment: Deployment;
const pick = random(SEED);
beforeAll(async () => void (deployment = await startDeployment(ROLES)));
afterAll(() => deployment.remove());

interface Fate {
  readonly member: Member;
  readonly what: 'killed' | 'held up';
}

/** Every member's kills, and one hold-up for each role, in random order. */
function fates(): Fate[] {
  const kills = Array.from({ length: KILLS }, () => deployment.members).flat();
  const ofRole = (role: string) => deployment.members.filter((member) => member.role === role);
  const heldUp = [...new Set(ROLES)].map((role) => ofRole(role)[pick(ofRole(role).length)]!);
  const left = [
    ...kills.map((member): Fate => ({ member, what: 'killed' })),
    ...heldUp.map((member): Fate => ({ member, what: 'held up' })),
  ];
  return left.map((_, n) => left.splice(n + pick(left.length - n), 1, left[n]!)[0]!);
}

/** Kills or holds up one member after another, each as `fates` says; resolves when all are well again. */
async function harm(written: () => number, ended: AbortSignal): Promise<void> {
  const harmed = new Map<Member, Promise<void>>();
  for (const { member, what } of fates()) {
    await pause(pick(deployment.deadAfterMs / 2));
    // Even on a busy machine something is written between two harms.
    for (const enough = written() + pick(MOST_WRITES); written() < enough && !ended.aborted;) await pause(10);
    if (ended.aborted) break;
    const meet = () => (what === 'killed' ? member.replace() : member.stall(1.5 * deployment.deadAfterMs));
    harmed.set(member, (harmed.get(member) ?? Promise.resolve()).then(meet));
  }
  await Promise.all(harmed.values());
}

test('nothing acknowledged is lost or doubled, whoever is killed while it is written', async () => {
  process.stderr.write(`SPLIT_SEED=${SEED}\n`);
  const client = new Client(deployment, pick);
  await client.logIn();
  const writers = Array.from({ length: WRITERS }, () => new Writer(client));
  const lanes = [
    importing(client, 200),
    exporting(client, 200),
    backingUp(client),
    restoring(client, 100),
    bringingBack(client, 100),
  ];
  await Promise.all([...writers, ...lanes].map((one) => one.start()));

  const wrong: string[] = [];
  const jobs: Record<string, number> = {};
  const over = new AbortController();
  const writing = writers.map(async (writer) => {
    while (!over.signal.aborted) await writer.step();
  });
  const working = lanes.map(async (lane) => {
    do {
      wrong.push(...(await lane.run()));
      jobs[lane.name] = (jobs[lane.name] ?? 0) + 1;
    } while (!over.signal.aborted);
  });
  const written = () => writers.reduce((sum, { done }) => sum + done, 0);
  const harmed = harm(written, over.signal).finally(() => over.abort());
  const all = [harmed, ...writing, ...working];
  // If one of these fails, all others must end before the deployment does.
  await Promise.all(all.map((one) => one.catch(() => over.abort())));
  await Promise.all(all);

  await caughtUp(client);
  for (const one of [...writers, ...lanes]) wrong.push(...((await one.differences?.()) ?? []));
  await deployment.stop();
  const left = await deployment.left();
  const { documents, differ } = await differencesFromLog(left.log, left.documents, left.digest);
  await left.close();
  process.stderr.write(
    `${JSON.stringify({ kills: KILLS * deployment.members.length, writes: written(), jobs, documents })}\n`,
  );
  if (wrong.length + differ.length > 0) process.stderr.write(deployment.troubles.join(''));
  expect({ wrong, differ }).toEqual({ wrong: [], differ: [] });
}, 600_000);
