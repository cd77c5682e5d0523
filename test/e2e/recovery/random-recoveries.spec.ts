// After random acts of two people a restore, an undo and its undo leave what plain code computes from the log, and a
// second one writes nothing. RECOVERY_RUNS (3) says how often, RECOVERY_SEED picks the acts; each run prints its seed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { backups } from '../../../projections/backups';
import { RequestBackup } from '../../../src/backups/backup.commands';
import { bothWays } from '../../../src/crm/associations/types/association-types';
import { everyStandardAssociationType } from '../../../src/crm/associations/types/standard-association-types';
import { SEES_ALL } from '../../../src/crm/properties/values/sensitivity';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import type { Actor, StoredEvent } from '../../../src/eventsourcing/event';
import type { LinePage } from '../../../src/files/lines';
import type { KeptRecord } from '../../../src/restores/execute-plan';
import type { RecordRow } from '../../../src/restores/rows/plan-row';
import { RequestPlan } from '../../../src/restores/plans/plan.commands';
import { GetPlan, ListChanges, type ShownRow } from '../../../src/restores/plans/plan.queries';
import { planRequest } from '../../../src/restores/restore.bodies';
import { ExecutePlan } from '../../../src/restores/restore.commands';
import type { RestoreModes, RestoreOutcomes } from '../../../src/restores/restore.events';
import { GetRestore, ListKeptRecords } from '../../../src/restores/restore.queries';
import { UndoRequest } from '../../../src/restores/undo/undo.bodies';
import { RequestUndo } from '../../../src/restores/undo/undo.commands';
import { pause } from '../../../src/supervision/pause';
import { eventsAfter } from '../../support/log';
import { naiveAssociations, naiveCsvs } from '../../support/random/naive-fold';
import {
  endsOf,
  NaiveLog,
  naiveRestore,
  naiveUndo,
  type Chosen,
  type NaiveCrm,
} from '../../support/random/naive-recoveries';
import { Acting, sampled, TYPES, type Act, type Who } from '../../support/random/random-acts';
import { event } from '../../support/read-side';
import { Inside } from '../../support/servers/inside';
import { unzipped } from '../../support/unzip';

const RUNS = Number(process.env.RECOVERY_RUNS ?? 3);
const SEED = Number(process.env.RECOVERY_SEED ?? 20261130);
/** Acts that have shown a fault: two contacts had one address, one after the other, and both wanted it back. */
const FOUND = [99_007];
const seeds = [
  ...(process.env.RECOVERY_SEED === undefined ? FOUND : []),
  ...Array.from({ length: RUNS }, (_, run) => SEED + run),
];
const PATIENCE = 30_000 * seeds.length + 60_000;
const ALL: RestoreModes = {
  ...{ recreateDeleted: true, archiveCreatedSince: true },
  ...{ restoreAssociations: true, keepNonEmpty: false },
};
const labels = new Map(
  everyStandardAssociationType.flatMap(bothWays).map(({ typeId, label }) => [typeId, label] as const),
);

let folder: string;
let inside: Inside;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-random-'));
  inside = await Inside.open(folder, { BACKUP_QUOTA: 'off' });
});
afterAll(async () => {
  await inside.close();
  await rm(folder, { recursive: true, force: true });
});

const head = () => inside.engine.eventStore.head();
const logNow = async () => NaiveLog.upTo(inside.engine.eventStore, await head());

/** Two people, one by way of an API key, and what they do it with. */
async function people(name: string) {
  const [keyId, userId] = await Promise.all([inside.engine.ids.draw(), inside.engine.ids.draw()]);
  const store = inside.engine.eventStore;
  for (const stream of [`apikey-${keyId}`, `user-${userId}`])
    await store.append(stream, [event('account.ids-passed.v1', { upTo: '1' })], -1);
  const actors: Record<Who, Actor> = {
    one: { type: 'apiKey', id: keyId, userId: 'user-inside' },
    other: { type: 'user', id: userId, userId },
  };
  const causes = { one: { apiKeyId: keyId }, other: { userId } };
  const acting = new Acting(inside, actors, name);
  const did = (who: Who) => (one: StoredEvent) =>
    who === 'one'
      ? one.meta.actor.id === keyId || one.meta.actor.keyId === keyId
      : one.meta.actor.userId === userId;
  return { acting, causes, did };
}

async function ended<T extends { readonly status: string }>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    const job = await read();
    if (!['PLANNING', 'QUEUED', 'RUNNING'].includes(job.status)) return job;
    await pause(10);
  }
}

async function all<T>(read: (after: string | undefined) => Promise<LinePage<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const page = await read(after);
    found.push(...page.docs);
    after = page.next;
  }
  return found;
}

interface Executed {
  readonly restoreId: string;
  readonly rows: readonly (ShownRow & Pick<RecordRow, 'conflict'>)[];
  readonly refused: readonly KeptRecord[];
  readonly outcomes: RestoreOutcomes;
}

async function executed(planId: string): Promise<Executed> {
  const plan = await ended(() => inside.queries.execute(new GetPlan(planId, {})));
  expect(plan.status).toBe('READY');
  const rows = await all((after) =>
    inside.queries.execute(new ListChanges(planId, { limit: 100, after }, {}, SEES_ALL, {})),
  );
  const confirm = { changesData: true, overwritesValues: true };
  const body = { confirm, totp: await inside.code() };
  const { restoreId } = await inside.commands.execute(new ExecutePlan(planId, body, inside.asked()));
  const fresh = { after: await head() };
  const restore = await ended(() => inside.queries.execute(new GetRestore(restoreId, fresh)));
  expect(restore.status).toBe('COMPLETED');
  const refused = await all((after) =>
    inside.queries.execute(new ListKeptRecords(restoreId, { limit: 100, after }, 'refused', {})),
  );
  return { restoreId, rows, refused, outcomes: restore.outcomes! };
}

const undo = async (cause: object, more: object = {}) => {
  const body = UndoRequest.schema.parse({ cause, ...more });
  return executed((await inside.commands.execute(new RequestUndo(body, inside.asked()))).planId);
};
const restore = async (body: object) => {
  const asked = new RequestPlan(planRequest.parse(body), inside.asked());
  return executed((await inside.commands.execute(asked)).planId);
};

/** What is there is what was expected, but for records whose unique value another one keeps: these are told as refused. */
function expectCrm(log: NaiveLog, expected: NaiveCrm, before: NaiveCrm, { refused, rows }: Executed): void {
  const is = log.crm;
  const left = new Set(refused.flatMap((one) => (one.to ? [] : [`${one.objectType}/${one.recordId}`])));
  const told = rows.filter(({ conflict }) => conflict && !conflict.resolved);
  expect([...left].sort()).toEqual(told.map((one) => `${one.objectType}/${one.recordId}`).sort());
  const shown = ({ records, pairs }: NaiveCrm) => ({
    records: Object.fromEntries(
      [...records.keys()].sort().flatMap((key) => {
        const kept = left.has(key) ? before.records.get(key) : records.get(key);
        if (!kept) return [];
        const settable = log.settable(key.split('/')[0]!);
        const set = Object.entries(kept.values).filter(([name]) => settable.has(name));
        return [[key, { archived: kept.archived, values: Object.fromEntries(set) }]];
      }),
    ),
    // Links of what is gone go, too, some time after it.
    pairs: Object.fromEntries(
      [...pairs].sort().filter(([pair]) => endsOf(pair).every((key) => records.has(key) && !left.has(key))),
    ),
  });
  expect(shown(is)).toEqual(shown(expected));
}

/** What is to come back, but for links of what goes into the bin: they stay as they are. */
const binned = (back: NaiveCrm, now: NaiveCrm): NaiveCrm => ({
  ...back,
  pairs: new Map(
    [...now.pairs].map(([pair, links]) => {
      const isHere = endsOf(pair).every((key) => back.records.get(key)?.archived === false);
      return [pair, isHere ? (back.pairs.get(pair) ?? []) : links];
    }),
  ),
});

/** Events by which restores have written records and associations after a position. */
const writtenSince = async (position: bigint) =>
  (await eventsAfter(inside.engine.eventStore, position)).filter(
    ({ type, meta }) => /^(record|association)\./.test(type) && meta.actor.type === 'restore',
  );

async function backedUp(): Promise<Record<string, string>> {
  const asked = new RequestBackup(undefined, undefined, inside.asked());
  const { backupId, position } = await inside.commands.execute(asked);
  const done = await ended(
    async () => (await inside.engine.readModels.get(backups, backupId, { after: position }))!,
  );
  expect(done.status).toBe('COMPLETED');
  const files = await unzipped(await buffer(inside.engine.files.read(done.file!)));
  const csvs = Object.fromEntries(
    [...files]
      .filter(([name]) => name.endsWith('.csv'))
      .map(([name, bytes]) => [name, bytes.toString('utf8')]),
  );
  const at = [inside.engine.eventStore, BigInt(done.position)] as const;
  const associations = await naiveAssociations(...at, labels);
  expect(csvs).toEqual({
    ...(await naiveCsvs(...at, (type) => standardProperties(type).keys())),
    ...(associations !== undefined && { 'associations.csv': associations }),
  });
  return csvs;
}

/** Cells of all files, but for when a record was last changed, and by whom: an undo is a change. */
const withoutChange = (csvs: Record<string, string>) =>
  Object.entries(csvs).map(([name, csv]) => {
    const [columns = [], ...rows]: string[][] = parse(csv);
    const isMoved = columns.map((column) => /^((hs_)?lastmodifieddate|hs_updated_by_user_id)$/.test(column));
    return [name, columns, rows.map((row) => row.filter((_, at) => !isMoved[at]))];
  });

const random = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T =>
  fc.sample(arbitrary, { seed, numRuns: 1 })[0]!;
const modes = fc.record({
  ...{ recreateDeleted: fc.boolean(), keepNonEmpty: fc.boolean() },
  ...{ restoreAssociations: fc.boolean(), archiveCreatedSince: fc.boolean() },
});
const say = (what: string, seed: number) => process.stderr.write(`${what}: RECOVERY_SEED=${seed}\n`);

test(
  'undoing what one of two did leaves what the other has gone on with, and is itself undone',
  async () => {
    for (const seed of seeds) {
      say('undo', seed);
      const { acting, causes, did } = await people(`u${seed}`);
      await acting.populate();
      await acting.all(sampled(seed, 40));
      const from = await head();
      await acting.all(sampled(seed + 1_000_003, 40));
      const to = await head();
      await acting.all(sampled(seed + 2_000_003, 10));
      const who = random(fc.constantFrom<Who>('one', 'other'), seed);
      const chosen = random(fc.oneof(fc.constant(ALL), modes), seed);
      const before = await logNow();
      const own = (one: StoredEvent) => did(who)(one) && one.position >= from && one.position <= to;
      const window = { from: String(from), to: String(to), modes: chosen };
      const undone = await undo(causes[who], window);
      const after = await logNow();
      expectCrm(after, naiveUndo(before, own, chosen), before.crm, undone);

      const once = await head();
      const again = await undo(causes[who], window);
      const rewritten = await writtenSince(once);
      const refused = new Set(undone.refused.map(({ recordId }) => recordId));
      if (refused.size === 0) expect(rewritten).toEqual([]);
      expect(again.outcomes.drifted).toBe(0);

      if (rewritten.length > 0) continue;
      const back = await undo({ restoreId: undone.restoreId });
      expectCrm(await logNow(), binned(before.crm, after.crm), after.crm, back);
    }
  },
  PATIENCE,
);

test(
  'where only one has acted since a backup, the undo leaves what the backup holds',
  async () => {
    for (const seed of seeds) {
      say('undo of all', seed);
      const { acting, causes } = await people(`a${seed}`);
      await acting.populate();
      await acting.all(sampled(seed, 40, true));
      const then = await backedUp();
      const from = (await head()) + 1n;
      await acting.all(sampled(seed + 1_000_003, 50, true).map((act) => ({ ...act, who: 'one' as const })));
      const { refused } = await undo(causes.one, { from: String(from) });
      expect(refused).toEqual([]);
      expect(withoutChange(await backedUp())).toEqual(withoutChange(then));
    }
  },
  PATIENCE,
);

test(
  'a restore brings back what was chosen as it was, and nothing else',
  async () => {
    for (const seed of seeds) {
      say('restore', seed);
      const { acting } = await people(`r${seed}`);
      await acting.populate();
      await acting.all(sampled(seed, 50));
      const then = await logNow();
      const asOf = String(await head());
      await acting.all(sampled(seed + 1_000_003, 50));
      const before = await logNow();
      const chosenModes = random(modes, seed);
      const ids = random(fc.subarray(acting.records, { minLength: acting.records.length >> 1 }), seed);
      const some = random(fc.option(fc.subarray(['firstname', 'email', 'name', 'amount', 'p_random'])), seed);
      const properties: Record<string, '*' | string[]> = {};
      const objects = TYPES.flatMap((objectType) => {
        const recordIds = ids.flatMap((one) => (one.objectType === objectType ? [one.recordId] : []));
        const [was, is] = [then.settable(objectType), before.settable(objectType)];
        const names = some?.filter((name) => was.has(name) && is.has(name));
        if (recordIds.length === 0 || names?.length === 0) return [];
        properties[objectType] = names ?? '*';
        return [{ objectType, properties: names ?? '*', recordIds }];
      });
      if (objects.length === 0) continue;
      const chosen: Chosen = {
        properties,
        records: new Set(ids.map(({ objectType, recordId }) => `${objectType}/${recordId}`)),
      };
      const body = { source: { asOf }, objects, modes: chosenModes };
      const restored = await restore(body);
      expectCrm(await logNow(), naiveRestore(then, before, chosen, chosenModes), before.crm, restored);

      const once = await head();
      const again = await restore(body);
      if (restored.refused.length === 0) expect([again.rows, await writtenSince(once)]).toEqual([[], []]);
      await backedUp();
    }
  },
  PATIENCE,
);

test('a record that goes back into the bin gives up for another one first what it took from it', async () => {
  const { acting, causes } = await people(`b${SEED}`);
  await acting.populate();
  const contact = (kind: Act['kind'], otherSlot: number, address = 0, value: string | null = 'x'): Act => ({
    ...{ who: 'one', kind, type: 'contacts', otherType: 'contacts', isOwn: false },
    ...{ otherSlot, slot: address, value },
  });
  await acting.all([contact('archive', 0)]);
  const from = (await head()) + 1n;
  const before = await logNow();
  const swapped = [contact('email', 0, 0, null), contact('email', 1, 0), contact('email', 0, 1)];
  expect(await acting.all([contact('unarchive', 0), ...swapped])).toBe(4);
  const undone = await undo(causes.one, { from: String(from) });
  expect(undone.outcomes).toMatchObject({ changed: 1, archived: 1, drifted: 0, refused: 0 });
  expectCrm(await logNow(), before.crm, before.crm, undone);
});
