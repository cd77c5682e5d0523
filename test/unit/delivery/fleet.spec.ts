// A fleet tells that it failed, and once it looks for receivers again that it works, though there is none to deliver to.
import { Fleet, type FleetWork } from '../../../src/delivery/fleet';
import { LEASE_TIMES } from '../../../src/read/lease';
import { pause } from '../../../src/supervision/pause';
import { FaultsSeen } from '../../support/faults-seen';
import { openStores, ReadSide } from '../../support/read-side';

/** Runs a fleet that looks for receivers, and delivers to them, by the work given, while `look` looks on. */
async function running(
  work: Pick<FleetWork, 'wanted' | 'deliver'>,
  look: (faults: FaultsSeen) => Promise<void>,
) {
  const { log, documents, close } = await openStores();
  const side = await new ReadSide(log, documents, []).start();
  const faults = new FaultsSeen();
  const times = { lookMs: 10, lease: LEASE_TIMES };
  const parts = { documents, eventStore: log, projector: side.projector, faults, times };
  const fleet = new Fleet(parts, { part: 'webhooks', listed: 'receivers', ...work });
  try {
    fleet.start();
    await faults.seen('webhooks');
    await look(faults);
  } finally {
    await fleet.stop();
    await side.stop();
    await close();
  }
}

test.each([
  ['no receiver', []],
  ['a receiver that works', ['1']],
])('what failed works again where there is %s', async (_, ids) => {
  let looks = 0;
  const work: Pick<FleetWork, 'wanted' | 'deliver'> = {
    async *wanted() {
      if (++looks === 1) throw new Error('The thread has ended');
      yield* ids;
    },
    deliver: async (_id, _tail, signal) => {
      while (!signal.aborted) await pause(60_000, signal);
    },
  };
  await running(work, async (faults) => {
    while (faults.failing.size > 0) await pause(10);
    expect(looks).toBe(2);
  });
});

test('a receiver whose courier fails is not said to work because receivers are looked for', async () => {
  let looks = 0;
  const work: Pick<FleetWork, 'wanted' | 'deliver'> = {
    async *wanted() {
      looks++;
      yield '1';
    },
    deliver: () => Promise.reject(new Error('There is no such host')),
  };
  await running(work, async (faults) => {
    const seen = looks;
    while (looks < seen + 2) await pause(10);
    expect([...faults.failing]).toEqual(['webhooks']);
  });
});
