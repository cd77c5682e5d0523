// Bench of what the audit log costs each write: the CPU time, of all threads, of appends with one of its projections behind
// them, less that of the same appends alone; and of what takes the log into the tree.
import { projections } from '../../../projections/index';
import { TreeBuilding } from '../../../src/audit/integrity/tree/tree-building';
import { Codec } from '../../../src/eventsourcing/codec';
import { openStores, ReadSide, type Stores } from '../../support/read-side';
import { fill, OF_EACH } from '../cases/histories';
import type { Bench } from '../run';

/** Those that make rows, counters and names of every event of a record; others of the audit log pass these by. */
const measured = projections.filter(({ name }) => name.startsWith('audit'));

type Behind = (stores: Stores) => Promise<() => Promise<void>>;

/** Microseconds of CPU time per event. */
async function cost(contacts: number, behind?: Behind): Promise<number> {
  const stores = await openStores();
  const settled = await behind?.(stores);
  const before = process.cpuUsage();
  await fill(stores.log, 0, contacts);
  await settled?.();
  const { user, system } = process.cpuUsage(before);
  await stores.close();
  return (user + system) / (contacts * OF_EACH);
}

const projecting =
  (some: typeof projections): Behind =>
  async ({ log, documents }) => {
    const side = await new ReadSide(log, documents, some).start();
    return async () => {
      for (const one of some) await side.settled(one);
      await side.stop();
    };
  };

const intoTree: Behind = async ({ log, documents }) => {
  const building = await TreeBuilding.open(log, documents, new Codec());
  return async () => {
    while (!(await building.step()).end);
  };
};

export const run: Bench['run'] = async ({ n = 40_000 }, emit) => {
  const contacts = Math.ceil(n / OF_EACH);
  const events = contacts * OF_EACH;
  await cost(Math.ceil(contacts / 4));
  const bare = await cost(contacts);
  const tell = (what: string, cpu: number) =>
    emit({ n: events, what, cpuUsPerEvent: Math.round(cpu - bare), bareAppendUs: Math.round(bare) });
  for (const one of measured) tell(`projection ${one.name}`, await cost(contacts, projecting([one])));
  tell('all of these', await cost(contacts, projecting(measured)));
  tell('all projections', await cost(contacts, projecting(projections)));
  tell('tree of hashes', await cost(contacts, intoTree));
};
