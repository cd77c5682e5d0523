// Memory stays constant in bytes: a backup, a plan and an export of the state before thousands of large events are made
// within a thread's heap limit, and take no more memory for many such events than for few.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { associations } from '../../projections/crm/associations';
import { collectionOf } from '../../projections/projection';
import { records } from '../../projections/crm/records';
import type { BuildInput } from '../../src/backups/archives/backup.worker';
import { standardProperties } from '../../src/crm/properties/standard-properties';
import { changeValues, createRecord, record } from '../../src/crm/records/record.decider';
import { recordStream } from '../../src/crm/records/record.vocabulary';
import { Files } from '../../src/files/files';
import { openStores, ReadSide, type Stores } from '../support/read-side';
import { meta } from '../support/spec';
import type { Outcome } from './large-stretch.child';

/** Characters of each value. An event holds the old and the new value, so it takes 128 KiB. */
const SIDE = 65_536;
const CONTACTS = 40;
const FEW = 10;
const MANY = 50;
/** Heap limit of the child process; a job's thread has a limit of its own. All events together are twice as large. */
const HEAP_MB = 128;
/** MiB by which the memory of two equal runs of a job may differ. */
const NOISE_MB = 64;
/** An idle machine takes a third of it. */
const PATIENCE_MS = 600_000;

const ids = Array.from({ length: CONTACTS }, (_, n) => String(101 + n));
let stores: Stores;
let side: ReadSide;
/** The position before the large events, at which every job reads the state. */
let position: bigint;

beforeAll(async () => {
  stores = await openStores();
  side = new ReadSide(stores.log, stores.documents, [records, associations]);
  for (const recordId of ids)
    await side.streams.change(
      record,
      recordStream('contacts', recordId),
      (state) =>
        createRecord(state, { objectType: 'contacts', recordId, values: { message: 'Before' }, at: meta.at }),
      { ...meta, commandId: `create-${recordId}` },
    );
  position = await stores.log.head();
});
afterAll(() => stores.close());

/** Changes each contact once for every number from `from` to below `to`. */
async function change(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++)
    await Promise.all(
      ids.map((recordId) =>
        side.streams.change(
          record,
          recordStream('contacts', recordId),
          (state, revision) =>
            changeValues(state, revision, { values: { message: `${n} `.padEnd(SIDE, 'x') }, at: meta.at }),
          { ...meta, commandId: `change-${recordId}-${n}` },
        ),
      ),
    );
  // Projects only after the writing, so that a batch of many events writes each document once.
  const reading = await new ReadSide(stores.log, stores.documents, [records, associations]).start();
  const head = await stores.log.head();
  for (const projection of [records, associations])
    await reading.models.waitFor(projection, head, AbortSignal.timeout(PATIENCE_MS));
  await reading.stop();
}

const inChild = promisify(execFile);
const file = (path: string) => require.resolve(`../../src/${path}`);

async function job(module: string, name: string, more: object): Promise<Outcome> {
  const checkpoint = await stores.log.head();
  const input = {
    stores: { DATA_DIR: stores.path },
    ...{ filesDir: join(stores.path, 'files'), scratchDir: stores.path, position },
    ...{ collection: collectionOf(records).name, checkpoint, ...more },
  };
  const task = JSON.stringify({ module, name, input }, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const child = require.resolve('./large-stretch.child');
  const { stdout } = await inChild(process.execPath, [`--max-old-space-size=${HEAP_MB}`, child, task]);
  return JSON.parse(stdout) as Outcome;
}

/** Said here, and not in `job`: a backup that asks for more than it is given does not compile. */
type Backup = Omit<
  BuildInput,
  'stores' | 'filesDir' | 'scratchDir' | 'position' | 'collection' | 'checkpoint'
>;

const backup = async () => {
  const asked: Backup = {
    product: { name: 'strata', version: 'test' },
    associations: {
      ...{ collection: collectionOf(associations).name, checkpoint: await stores.log.head(), labels: {} },
    },
    columns: { contacts: ['hs_object_id', 'message'] },
    definitions: '{}',
    recipient: undefined,
    file: 'backups/backup.zip',
  };
  return job(file('backups/archives/backup.worker'), 'buildBackup', asked);
};

const plan = async () => {
  const definitions = [...standardProperties('contacts').values()];
  const selection = { objectType: 'contacts', properties: ['message'] };
  return job(file('restores/plans/plan.worker'), 'makePlan', {
    ...{ file: 'plans/plan.jsonl', madeAt: await stores.log.head() },
    modes: { recreateDeleted: false, keepNonEmpty: false },
    objects: [{ selection, then: definitions, now: definitions }],
  });
};

const csv = 'exports/export.csv';
const exported = () =>
  job(file('exports/files/export.worker'), 'makeExport', {
    ...{ file: csv, objectType: 'contacts', sort: [] },
    columns: ['hs_object_id', 'message'].map((property) => ({ property, header: property })),
  });

test(
  'a stretch of 2,000 events of 128 KiB is crossed in the memory that one of 400 takes',
  async () => {
    const jobs = { backup, plan, exported };
    const all = async () => {
      const made = Object.entries(jobs).map(async ([name, run]) => [name, await run()] as const);
      return Object.fromEntries(await Promise.all(made));
    };
    await change(0, FEW);
    const few = await all();
    await change(FEW, MANY);
    const many = await all();
    for (const { backup: built, plan: made, exported: rows } of [few, many]) {
      expect(built!.made).toMatchObject({ counts: { contacts: CONTACTS } });
      expect(made!.made).toMatchObject({ rows: CONTACTS, summary: { records: CONTACTS, changes: CONTACTS } });
      expect(rows!.made).toMatchObject({ rows: CONTACTS });
    }
    let text = '';
    for await (const chunk of new Files(join(stores.path, 'files')).read(csv)) text += String(chunk);
    expect(text.match(/,Before,\r\n/g)).toHaveLength(CONTACTS);
    const grown = Object.keys(jobs).map((name) => [name, many[name]!.rssMb - few[name]!.rssMb] as const);
    for (const [name, mb] of grown) expect([name, Math.max(mb, NOISE_MB)]).toEqual([name, NOISE_MB]);
  },
  PATIENCE_MS,
);
