// Runs of the schedule are made once each: whoever looks at the same time, and whenever one of them is killed.
import { randomUUID } from 'node:crypto';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { backups } from '../../../../projections/backups';
import { properties } from '../../../../projections/crm/properties';
import { schemas } from '../../../../projections/crm/schemas';
import { timeIndex } from '../../../../projections/time-index';
import { GetSubscriptionHandler } from '../../../../src/account/account.queries';
import { RequestBackupHandler, type RequestBackup } from '../../../../src/backups/backup.commands';
import {
  BACKUP_SCHEDULE,
  backupSchedule,
  removeSchedule,
} from '../../../../src/backups/schedules/schedule.decider';
import { ScheduleRuns } from '../../../../src/backups/schedules/schedule-runs';
import { parseConfig } from '../../../../src/config';
import { Definitions } from '../../../../src/crm/properties/definitions';
import { ObjectTypes } from '../../../../src/crm/schemas/object-types-known';
import { RecordIds } from '../../../../src/eventsourcing/ids';
import type { EventMap } from '../../../../src/eventsourcing/event';
import { Streams, type Changed } from '../../../../src/eventsourcing/streams';
import { Codec } from '../../../../src/eventsourcing/codec';
import { Refusal } from '../../../../src/refusals';
import { TimeIndex } from '../../../../src/read/time-index';
import { eventsAfter } from '../../../support/log';
import { event, openStores, ReadSide, type Stores } from '../../../support/read-side';
import { meta } from '../../../support/spec';

let stores: Stores;
let side: ReadSide;
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [backups, properties, schemas, timeIndex]).start();
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

const round = { signal: new AbortController().signal, each: async () => true };
const hours = (n: number) => new Date(Date.parse(meta.at) + n * 3_600_000);

class Killed extends Error {}

/** Streams of a process that is killed before or after one of its changes. */
class Mortal extends Streams {
  constructor(
    private left: number,
    private readonly before: boolean,
  ) {
    super(stores.log, new Codec());
  }

  override async change<S, M extends EventMap>(
    ...[decider, stream, decide, meta, options]: Parameters<typeof Streams.prototype.change<S, M>>
  ): Promise<Changed<S, M>> {
    const dies = this.left-- <= 0;
    if (dies && this.before) throw new Killed();
    const changed = await super.change(decider, stream, decide, meta, options);
    if (dies) throw new Killed();
    return changed;
  }
}

/** A process that looks after the schedule. */
function process(
  streams: Streams = new Streams(stores.log, new Codec()),
  { quota = 'off', refuse = () => {} } = {},
): ScheduleRuns {
  const config = parseConfig({ BACKUP_QUOTA: quota, DATA_DIR: stores.path });
  const subscription = new GetSubscriptionHandler(streams, config);
  const queries = { execute: () => subscription.execute() } as unknown as QueryBus;
  const types = new ObjectTypes(stores.documents, side.models, () => stores.log.head());
  const definitions = new Definitions(stores.documents, side.models, streams);
  const index = new TimeIndex(stores.log, side.models);
  const handler = new RequestBackupHandler(streams, index, config, queries, types, definitions);
  const request = (command: RequestBackup) => (refuse(), handler.execute(command));
  const commands = { execute: request } as unknown as CommandBus;
  // As in the product, each block of ids is taken by a command of its own.
  const ids = new RecordIds(streams, () => ({ ...meta, commandId: randomUUID() }));
  return new ScheduleRuns(streams, ids, commands, queries, config);
}

const set = (cron = '0 * * * *') =>
  stores.log.append(
    BACKUP_SCHEDULE,
    [
      event('account.backup-schedule-set.v1', {
        ...{ scheduleId: 's-1', cron, timeZone: 'UTC', objectTypes: ['contacts'], keep: null },
      }),
    ],
    -1,
  );
async function made(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of await eventsAfter(stores.log)) counts[type] = (counts[type] ?? 0) + 1;
  const { 'account.id-block-taken.v1': _, ...rest } = counts;
  return rest;
}
const dues = async () =>
  (await eventsAfter(stores.log))
    .filter(({ type }) => type === 'backup.requested.v2')
    .map(({ data }) => (data as { dueAt: string }).dueAt);

const ONE_RUN = {
  'account.backup-schedule-set.v1': 1,
  'account.backup-run-taken.v1': 1,
  'account.backup-allowed.v2': 1,
  'backup.requested.v2': 1,
  'account.backup-run-requested.v1': 1,
};

test('a run that is due is made, in the name of who set the schedule', async () => {
  await set();
  const one = process();
  await one.sweep(round, hours(0.5));
  expect(await dues()).toEqual([]);
  await one.sweep(round, hours(1));
  await one.sweep(round, hours(1.5));
  expect(await made()).toEqual(ONE_RUN);
  const [requested] = (await eventsAfter(stores.log)).filter(({ type }) => type === 'backup.requested.v2');
  expect(requested).toMatchObject({
    data: { dueAt: hours(1).toISOString(), objectTypes: ['contacts'] },
    meta: { actor: { type: 'system', userId: meta.actor.userId }, source: { type: 'SYSTEM' } },
  });
});

test('several processes that look at once make one run', async () => {
  await set();
  const all = Array.from({ length: 5 }, () => process());
  for (const n of [1, 2, 3]) await Promise.allSettled(all.map((one) => one.sweep(round, hours(n))));
  await process().sweep(round, hours(3));
  expect(await dues()).toEqual([1, 2, 3].map((n) => hours(n).toISOString()));
});

test('killed at any moment, no run is lost and none is made twice', async () => {
  await set();
  let run = 0;
  for (let left = 0; left < 6; left++)
    for (const before of [true, false]) {
      const at = hours(++run);
      await process(new Mortal(left, before))
        .sweep(round, at)
        .catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
      // Another one goes on, after the next run has come due: that one is made, too.
      await process().sweep(round, hours(run));
      await process().sweep(round, at);
    }
  expect(await dues()).toEqual(Array.from({ length: run }, (_, i) => hours(i + 1).toISOString()));
  const counts = await made();
  expect(counts['account.backup-allowed.v2']).toBe(run);
  expect(counts['account.backup-run-requested.v1']).toBe(run);
});

test('a run whose backup was asked for before a kill has it, though it would be refused by now', async () => {
  await set();
  await expect(process(new Mortal(3, false)).sweep(round, hours(1))).rejects.toThrow(Killed);
  expect(await dues()).toHaveLength(1);
  const refuse = () => {
    throw new Refusal('object-type-unknown');
  };
  await process(undefined, { refuse }).sweep(round, hours(1.5));
  expect(await made()).toEqual(ONE_RUN);
});

test('a run that was taken up is made though the schedule is removed meanwhile', async () => {
  await set();
  const taken = process(new Mortal(1, false));
  await expect(taken.sweep(round, hours(1))).rejects.toThrow(Killed);
  const { streams } = side;
  await streams.change(backupSchedule, BACKUP_SCHEDULE, removeSchedule, { ...meta, commandId: 'c-2' });
  await process().sweep(round, hours(5));
  expect(await dues()).toEqual([hours(1).toISOString()]);
});

describe('With a quota', () => {
  test('runs that are late do not cost the next one, and those of people count', async () => {
    await set('0 0 * * *');
    const one = process(undefined, { quota: '1/24h' });
    // The schedule was set at ten: the first run is due 14 hours later, and is made half a day late.
    await one.sweep(round, hours(14 + 12));
    await one.sweep(round, hours(14 + 24));
    expect(await dues()).toEqual([hours(14).toISOString(), hours(38).toISOString()]);
  });

  test('a run that is refused is told, with the time from which the next is allowed', async () => {
    await set();
    const one = process(undefined, { quota: '1/24h' });
    await one.sweep(round, hours(1));
    await one.sweep(round, hours(2));
    expect(await dues()).toHaveLength(1);
    const { state } = await side.streams.load(backupSchedule, BACKUP_SCHEDULE);
    expect(state.last).toMatchObject({
      dueAt: hours(2).toISOString(),
      refused: { reason: 'backup-quota', nextAllowedAt: hours(25).toISOString() },
    });
    // Hourly was allowed when it was set: that it is not any more was told once.
    expect((await made())['account.backup-schedule-strained.v1']).toBe(1);
    expect(state.strainedBy).toBe('1/24h');
    await process().sweep(round, hours(3));
    expect((await side.streams.load(backupSchedule, BACKUP_SCHEDULE)).state.strainedBy).toBeNull();
  });
});
