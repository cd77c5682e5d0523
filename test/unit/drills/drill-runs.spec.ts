// Drills that are due are asked for once each, whoever looks, and one makes up for all that were missed.
import { drills } from '../../../projections/drills';
import { timeIndex } from '../../../projections/time-index';
import { parseConfig } from '../../../src/config';
import { drillStream, dueDrillId } from '../../../src/drills/drill.decider';
import { DrillDraw } from '../../../src/drills/drill-draw';
import { DrillRuns } from '../../../src/drills/drill-runs';
import type { DrillEvents } from '../../../src/drills/drill.events';
import { Codec } from '../../../src/eventsourcing/codec';
import { Streams } from '../../../src/eventsourcing/streams';
import { Files } from '../../../src/files/files';
import { TimeIndex } from '../../../src/read/time-index';
import { eventsAfter } from '../../support/log';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';
import { oneRound } from '../../support/rounds';

const DAY_MS = 24 * 3_600_000;
let stores: Stores;
let side: ReadSide;
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [drills, timeIndex]).start();
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

/** A process that looks for drills that are due. */
function process(DRILLS = '30 3 * * *'): DrillRuns {
  const draw = new DrillDraw(stores.log, new TimeIndex(stores.log, side.models), side.models);
  const config = parseConfig({ DATA_DIR: stores.path, DRILLS });
  return new DrillRuns(new Streams(stores.log, new Codec()), new Files(stores.path), draw, config);
}
const look = (runs: DrillRuns, now: Date) => oneRound((round) => runs.sweep(round, now));

const begin = () => stores.log.append('note-1', [event('note.made.v1', {})], -1);
const asked = async () =>
  (await eventsAfter(stores.log))
    .filter(({ type }) => type === 'drill.requested.v1')
    .map(({ data }) => data) as DrillEvents['drill.requested.v1'][];
/** The first due time at or after so many days from now. */
function dueIn(days: number): Date {
  const due = new Date(Date.now() + days * DAY_MS);
  due.setUTCHours(3, 30, 0, 0);
  return due;
}
const after = (due: Date) => new Date(due.getTime() + 60_000);

test('a new installation waits for its first due time', async () => {
  const runs = process();
  await look(runs, new Date());
  await begin();
  await look(runs, new Date());
  expect(await asked()).toEqual([]);
  await look(runs, after(dueIn(1)));
  expect(await asked()).toHaveLength(1);
});

test('however many look at once and again, a drill is made once', async () => {
  await begin();
  const due = dueIn(1);
  await Promise.all(Array.from({ length: 8 }, () => look(process(), after(due))));
  const again = process();
  for (let i = 0; i < 3; i++) await look(again, after(due));
  expect(await asked()).toMatchObject([{ drillId: dueDrillId(due), all: true, dueAt: due.toISOString() }]);
});

test('one drill makes up for all that were missed', async () => {
  await begin();
  const runs = process();
  await look(runs, after(dueIn(1)));
  await look(runs, after(dueIn(9)));
  await look(process(), after(dueIn(9)));
  expect((await asked()).map(({ dueAt }) => dueAt)).toEqual([1, 9].map((days) => dueIn(days).toISOString()));
});

test('none is due where drills are off', async () => {
  await begin();
  await look(process('off'), after(dueIn(3)));
  expect(await asked()).toEqual([]);
});

test('a draw is enough within a week after a drill of all that went well', async () => {
  await begin();
  const end = async (days: number, ok: boolean) => {
    const drillId = dueDrillId(dueIn(days));
    const meta = { ...event('', {}).meta, at: after(dueIn(days)).toISOString() };
    const ended = event('drill.ended.v1', { drillId, ok });
    await stores.log.append(drillStream(drillId), [{ ...ended, meta }], 0);
    await side.settled(drills);
  };
  const runs = process();
  for (const [days, ok] of [
    [1, false],
    [2, true],
    [3, true],
    [8, true],
    [10, true],
  ] as const) {
    await look(runs, after(dueIn(days)));
    await end(days, ok);
  }
  expect((await asked()).map(({ all }) => all)).toEqual([true, true, false, false, true]);
});

test('the position is never before the log began, nor after its end', async () => {
  await begin();
  await look(process(), after(dueIn(0)));
  await look(process(), after(dueIn(1)));
  for (const { position } of await asked()) expect(Number(position)).toBeGreaterThanOrEqual(0);
});

test('a ZIP that a drill has left behind is removed', async () => {
  const files = new Files(stores.path);
  await files.write('drills/10-a.zip', (async function* () {})());
  await look(process('off'), new Date());
  expect(await files.list('drills')).toEqual([]);
});
