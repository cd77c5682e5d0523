// A drill finds whatever a backup holds otherwise than it was, and nothing where a backup is right.
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import archiver from 'archiver';
import fc from 'fast-check';
import { associations } from '../../../projections/crm/associations';
import { properties } from '../../../projections/crm/properties';
import { records } from '../../../projections/crm/records';
import { schemas } from '../../../projections/crm/schemas';
import { users } from '../../../projections/users';
import { buildBackup, type BuildInput } from '../../../src/backups/archives/backup.worker';
import { BackupInputs } from '../../../src/backups/backup-inputs';
import { recordDocumentId, recordStream } from '../../../src/crm/records/record.vocabulary';
import type { RecordEvents } from '../../../src/crm/records/record.events';
import { Differences } from '../../../src/drills/comparing/differences';
import { Tally } from '../../../src/drills/comparing/drill-comparison';
import { loadArchive } from '../../../src/drills/comparing/drill-load';
import { compareLoaded, makeDrill, type Drilled } from '../../../src/drills/drill.worker';
import type { Difference } from '../../../src/drills/drill.events';
import { OVERTAKEN } from '../../../src/jobs/stored-files';
import {
  associationStep,
  AssociationHistory,
  type AssociationStep,
} from '../../support/random/random-associations';
import { History, recordIds, steps, type Step } from '../../support/random/random-history';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';
import { unzipped } from '../../support/unzip';

const reads = [records, associations, properties, schemas, users];
const types = ['companies', 'contacts', 'deals'];

type Any = Step | AssociationStep;
const step = (kind: Step['kind'], objectType: string, record: number, values: Step['values'] = {}): Step => ({
  ...{ kind, objectType, record, property: 'p_one', values },
});
const creations = types.flatMap((objectType) =>
  [0, 1, 2, 3].map((record) => step('create', objectType, record, { email: `${record}`, phone: 'a "b", c' })),
);
const both = (maxLength: number, ends = 4) =>
  fc
    .tuple(steps(maxLength, ends), fc.array(associationStep, { maxLength, size: 'max' }))
    .map(([a, b]): Any[] =>
      Array.from({ length: Math.max(a.length, b.length) }).flatMap((_, i) => [
        ...a.slice(i, i + 1),
        ...b.slice(i, i + 1),
      ]),
    );

interface World {
  readonly side: ReadSide;
  readonly stores: Stores;
  readonly take: (step: Any) => Promise<void>;
}

async function inWorld(run: (world: World) => Promise<void>): Promise<void> {
  const stores = await openStores();
  const side = await new ReadSide(stores.log, stores.documents, reads).start();
  const [lives, links] = [new History(stores.log), new AssociationHistory(stores.log)];
  try {
    await run({
      ...{ side, stores },
      take: (one) => ('association' in one ? links.take(one) : lives.take(one)),
    });
  } finally {
    await side.stop();
    await stores.close();
  }
}

const file = 'drills/1-a.zip';
const context = () => ({ signal: AbortSignal.timeout(60_000), report: () => undefined });

async function inputAt({ side, stores }: World, position: bigint): Promise<BuildInput> {
  for (const one of reads) await side.settled(one);
  const inputs = new BackupInputs(side.streams, side.models);
  const places = {
    stores: { DATA_DIR: stores.path, EVENTSTORE_URL: undefined, MONGODB_URL: undefined },
    ...{ filesDir: join(stores.path, 'files'), scratchDir: join(stores.path, 'scratch'), file },
  };
  return (await inputs.of({ position, objectTypes: null, places, recipient: undefined })).input;
}

const left = ({ stores }: World) =>
  ['files/drills', 'scratch'].flatMap((folder) => readdirSync(join(stores.path, folder)));

/** What a drill finds in a ZIP that was changed after it was built, or while the stores were. */
async function foundIn(
  world: World,
  position: bigint,
  { changed = (csvs: Map<string, string>) => void csvs, meanwhile = async () => {}, all = false } = {},
): Promise<readonly Difference[]> {
  const backup = await inputAt(world, position);
  const built = await buildBackup(backup, context());
  if (built === OVERTAKEN) throw new Error('Nothing was erased');
  const path = join(backup.filesDir, file);
  const csvs = new Map(
    [...(await unzipped(await readFile(path)))].map(([name, text]) => [name, String(text)]),
  );
  changed(csvs);
  const zip = archiver('zip');
  for (const [name, text] of csvs) zip.append(text, { name });
  const [bytes] = await Promise.all([buffer(zip), zip.finalize()]);
  await writeFile(path, bytes);
  await meanwhile();
  const differences = new Differences();
  const files = [...csvs.keys()]
    .filter((name) => name.endsWith('.csv'))
    .map((name) => ({
      ...{ name, rows: 0, bytes: 0, sha256: '' },
      ...(name !== 'associations.csv' && { objectType: name.replace('.csv', '') }),
    }));
  const toLoad = { ...backup, path, files, signal: context().signal };
  const loaded = await loadArchive(toLoad, differences);
  try {
    const asked = { ...toLoad, lookedTo: built.lookedTo, all, draw: 1_000 };
    await compareLoaded(asked, loaded, differences, new Tally());
  } finally {
    loaded.close();
  }
  expect(differences.first).toHaveLength(differences.count);
  return differences.first;
}

test('a drill finds nothing in random histories, drawn or all, and leaves no file', () => {
  let compared = 0;
  return fc
    .assert(
      fc.asyncProperty(
        ...[both(40), both(20, 10)],
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        fc.boolean(),
        async (before, after, share, all, sweep) =>
          inWorld(async (world) => {
            for (const one of [...creations, ...before]) await world.take(one);
            const position = BigInt(Math.floor(Number(await world.stores.log.head()) * (0.4 + share * 0.6)));
            for (const one of after) await world.take(one);
            const backup = await inputAt(world, position);
            // What has ended since is in no read model any more.
            if (sweep)
              for (const one of [records, associations])
                await world.stores.documents.sweep(
                  await world.side.models.collection(one),
                  await world.stores.log.head(),
                );
            const made = (await makeDrill({ backup, all, draw: 1_000 }, context())) as Drilled;
            expect(made.findings).toMatchObject({ differences: 0, first: [], reason: null });
            compared += made.findings.compared;
            expect(left(world)).toEqual([]);
          }),
      ),
      { numRuns: 20, seed: 20261201 },
    )
    .then(() => expect(compared).toBeGreaterThan(200));
});

describe('A drill finds', () => {
  const [first, , third] = recordIds.toSorted((a, b) => Number(a) - Number(b));
  const contact = { objectType: 'contacts', recordId: first! };
  const linked: AssociationStep[] = fc.sample(associationStep, { numRuns: 30, seed: 5 });
  const given = async (world: World) => {
    for (const objectType of types)
      for (let record = 0; record < recordIds.length; record++)
        await world.take(step('create', objectType, record, { email: `${record}`, phone: 'a, "b"' }));
    for (const one of linked) await world.take(one);
    return world.stores.log.head();
  };
  const lines = (csvs: Map<string, string>, name: string) => csvs.get(name)!.split('\r\n');
  const set = (csvs: Map<string, string>, name: string, changed: string[]) =>
    void csvs.set(name, changed.join('\r\n'));

  test('a value, a record and a link that are wrong in the ZIP, one that is missing, and one too many', () =>
    inWorld(async (world) => {
      const position = await given(world);
      const name = 'contacts.csv';
      expect(await foundIn(world, position)).toEqual([]);
      expect(
        await foundIn(world, position, {
          changed: (csvs) => void csvs.set(name, csvs.get(name)!.replace('"a, ""b"""', '"a, ""c"""')),
        }),
      ).toEqual([{ ...contact, what: 'differs', property: 'phone' }]);
      expect(
        await foundIn(world, position, {
          changed: (csvs) => set(csvs, name, lines(csvs, name).toSpliced(1, 1)),
        }),
      ).toContainEqual({ ...contact, what: 'missing' });
      expect(await foundIn(world, position, { changed: (csvs) => void csvs.delete(name) })).toContainEqual({
        ...contact,
        what: 'missing',
      });
      expect(
        await foundIn(world, position, {
          changed: (csvs) =>
            set(csvs, name, lines(csvs, name).toSpliced(2, 0, lines(csvs, name)[3]!.replace(third!, '555'))),
        }),
      ).toEqual([{ objectType: 'contacts', recordId: '555', what: 'extra' }]);
      expect(
        await foundIn(world, position, {
          changed: (csvs) => set(csvs, name, lines(csvs, name).toSpliced(1, 0, lines(csvs, name)[1]!)),
        }),
      ).toEqual([{ ...contact, what: 'extra' }]);
      const links = 'associations.csv';
      for (const [what, changed] of [
        [
          'missing',
          (all: string[]) =>
            all.filter(
              (line) => line.split(',').slice(0, 4).join() !== all[1]!.split(',').slice(0, 4).join(),
            ),
        ],
        ['differs', (all: string[]) => all.toSpliced(1, 1, `${all[1]}x`)],
      ] as const) {
        const found = await foundIn(world, position, {
          changed: (csvs) => set(csvs, links, changed(lines(csvs, links))),
        });
        expect(found).toMatchObject([{ objectType: 'associations', what }]);
      }
    }));

  test('a document that was changed, added or removed behind the back of the log', () =>
    inWorld(async (world) => {
      const position = await given(world);
      const { documents } = world.stores;
      for (const one of reads) await world.side.settled(one);
      const collection = await world.side.models.collection(records);
      let from: bigint | undefined;
      const write = async (id: string, changed: (doc: object) => object | undefined, stamp?: bigint) => {
        const stamped = (await documents.getMany(collection, [id])).get(id);
        const doc = changed(stamped?.doc ?? {}) as { id: string } | undefined;
        const to = from ?? 0n;
        await documents.write(
          collection,
          [{ id, stamp: stamp ?? stamped!.stamp, loaded: stamped?.stamp, ...(doc && { doc }) }],
          { name: 'planted', from, to },
        );
        from = to;
      };
      const id = recordDocumentId('contacts', first!);
      const { doc: right } = (await documents.getMany(collection, [id])).get(id)!;
      const values = (right as unknown as { values: object }).values;
      await write(id, (doc) => ({ ...doc, values: { ...values, phone: 'another' } }));
      expect(await foundIn(world, position)).toEqual([{ ...contact, what: 'differs', property: 'phone' }]);
      // After the ZIP was built, the live read model is what differs.
      await write(id, () => right!);
      const planted = () => write(id, (doc) => ({ ...doc, values: { ...values, phone: 'another' } }));
      expect(await foundIn(world, position, { meanwhile: planted })).toEqual([
        { ...contact, what: 'differs', property: 'phone' },
      ]);
      await write(id, () => right!);
      const ghost = recordDocumentId('contacts', '556');
      await write(ghost, () => ({ ...right, id: ghost, recordId: '556' }), position);
      expect(await foundIn(world, position)).toEqual([
        { objectType: 'contacts', recordId: '556', what: 'extra' },
      ]);
      await write(ghost, () => undefined);
      await write(id, () => undefined);
      expect(await foundIn(world, position)).toEqual([{ ...contact, what: 'missing' }]);
      // Nothing but the log knows of it now.
      await documents.sweep(collection, position);
      expect(await foundIn(world, position)).toEqual([]);
      expect(await foundIn(world, position, { all: true })).toContainEqual({ ...contact, what: 'missing' });
    }));

  test('a record that has been purged since, though no read model remembers it', () =>
    inWorld(async (world) => {
      const position = await given(world);
      await world.take(step('purge', 'contacts', recordIds.indexOf(first as never)));
      const name = 'contacts.csv';
      const found = await foundIn(world, position, {
        changed: (csvs) => set(csvs, name, lines(csvs, name).toSpliced(1, 1)),
        meanwhile: async () =>
          world.stores.documents.sweep(
            await world.side.models.collection(records),
            await world.stores.log.head(),
          ),
      });
      expect(found).toContainEqual({ ...contact, what: 'missing' });
      const stream = recordStream('contacts', first!);
      expect((await world.side.streams.history<RecordEvents>(stream)).at(-1)!.type).toBe('record.purged.v1');
    }));

  test('no difference in a record that is erased after the ZIP was built', () =>
    inWorld(async (world) => {
      const position = await given(world);
      const meanwhile = async () => {
        await world.take(step('erase', 'contacts', recordIds.indexOf(first as never)));
        await world.side.settled(records);
      };
      for (const all of [false, true]) expect(await foundIn(world, position, { meanwhile, all })).toEqual([]);
    }));
});

test('a ZIP that is not what its manifest says ends a drill with the reason', () =>
  inWorld(async (world) => {
    for (const one of creations) await world.take(one);
    const backup = await inputAt(world, await world.stores.log.head());
    const wrong = { ...backup, definitions: '{}' };
    const made = (await makeDrill({ backup: wrong, all: true, draw: 10 }, context())) as Drilled;
    expect(made.findings.reason).toMatch(/^The ZIP is not what it was to be: definitions.json /);
    expect(made.findings.steps).toMatchObject({ verify: null, load: null, compare: null });
    expect(left(world)).toEqual([]);
  }));

test('a drill that is told to end leaves no file', () =>
  inWorld(async (world) => {
    for (const one of creations) await world.take(one);
    await world.stores.log.append('other-1', [event('mail.sent.v1', {})], -1);
    const backup = await inputAt(world, await world.stores.log.head());
    const ending = new AbortController();
    const report = () => ending.abort(new Error('cancelled'));
    await expect(
      makeDrill({ backup, all: true, draw: 10 }, { signal: ending.signal, report }),
    ).rejects.toThrow();
    expect(left(world)).toEqual([]);
  }));
