// Bench of making and executing a restore plan over n records, against as many bare updates in the same run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { randomUUID } from 'node:crypto';
import { CreateRecord, UpdateRecord } from '../../src/crm/records/record.commands';
import type { Meta } from '../../src/eventsourcing/event';
import { idAt } from '../../src/eventsourcing/ids';
import { RequestPlan } from '../../src/restores/plans/plan.commands';
import { GetPlan } from '../../src/restores/plans/plan.queries';
import { planRequest } from '../../src/restores/restore.bodies';
import { ExecutePlan } from '../../src/restores/restore.commands';
import { GetRestore } from '../../src/restores/restore.queries';
import { pause } from '../../src/supervision/pause';
import { Inside, inFlight } from '../support/servers/inside';
import type { Figure } from './run';

const IN_FLIGHT = 128;
const LOOK_MS = 50;

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};
const say = (text: string) => void process.stderr.write(`${text}\n`);

async function ended<T extends { status: string }>(read: () => Promise<T>, wanted: string): Promise<T> {
  for (;;) {
    const state = await read();
    if (state.status === wanted) return state;
    if (['FAILED', 'CANCELLED'].includes(state.status)) throw new Error(`It ended as ${state.status}`);
    await pause(LOOK_MS);
  }
}

export async function run({ n = 100_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-restore-'));
  const inside = await Inside.open(dataDir);
  try {
    await measure(inside, n, emit);
  } finally {
    await inside.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(inside: Inside, n: number, emit: (figure: Figure) => void): Promise<void> {
  const { commands, queries, engine } = inside;
  const base = await engine.ids.draw(n);
  const ids = Array.from({ length: n }, (_, index) => idAt(base, index));
  const context = () => {
    const meta: Meta = {
      ...{
        commandId: randomUUID(),
        correlationId: 'bench',
        actor: { type: 'user', id: 'bench', userId: 'bench' },
      },
      ...{ source: { type: 'API' }, at: new Date().toISOString() },
    };
    return { meta };
  };
  const values = (id: string) => ({ dealname: `Deal ${id}`, amount: id.slice(-5), description: 'As it was' });

  say(`creating ${n} deals`);
  await inFlight(ids, IN_FLIGHT, (id) =>
    commands.execute(new CreateRecord('deals', id, values(id), context())),
  );
  const before = await engine.eventStore.head();
  say('changing them all');
  const bare = await seconds(() =>
    inFlight(ids, IN_FLIGHT, (id) =>
      commands.execute(new UpdateRecord('deals', id, { amount: '0', description: null }, context())),
    ),
  );
  say('planning');
  const objects = [{ objectType: 'deals', properties: '*' }];
  const body = planRequest.parse({ source: { asOf: String(before) }, objects });
  let planId = '';
  const planning = await seconds(async () => {
    ({ planId } = await commands.execute(new RequestPlan(body, inside.asked())));
    await ended(() => queries.execute(new GetPlan(planId, {})), 'READY');
  });
  emit({ n, what: 'plan, records compared', seconds: planning, perSecond: Math.round(n / planning) });
  say('executing');
  const confirm = { changesData: true, overwritesValues: true, reason: 'A wrong change' };
  const totp = await inside.code();
  const executing = await seconds(async () => {
    const { restoreId } = await commands.execute(new ExecutePlan(planId, { confirm, totp }, inside.asked()));
    const { outcomes } = await ended(() => queries.execute(new GetRestore(restoreId, {})), 'COMPLETED');
    if (outcomes?.changed !== n) throw new Error(`Not all were changed: ${JSON.stringify(outcomes)}`);
  });
  const peer = { name: `bare UpdateRecord, ${IN_FLIGHT} in flight`, perSecond: Math.round(n / bare) };
  const perSecond = Math.round(n / executing);
  const ratio = Number((perSecond / peer.perSecond).toFixed(2));
  emit({ n, what: 'execute, records restored', seconds: executing, perSecond, peer, ratio });
}
