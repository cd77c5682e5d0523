import { recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { associations } from '../../../projections/crm/associations';
import { properties } from '../../../projections/crm/properties';
import { records } from '../../../projections/crm/records';
import { associationsCsv, labelled } from '../../../src/backups/archives/associations-csv';
import { associationLabelsAt, bothWays } from '../../../src/crm/associations/types/association-types';
import { everyStandardAssociationType } from '../../../src/crm/associations/types/standard-association-types';
import { Codec } from '../../../src/eventsourcing/codec';
import { AssociationsAt } from '../../../src/point-in-time/associations-at';
import { recordsAt } from '../../../src/point-in-time/records-at';
import { naiveAssociations } from '../../support/random/naive-fold';
import {
  associationStep,
  AssociationHistory,
  type AssociationStep,
} from '../../support/random/random-associations';
import { History, steps, type Step } from '../../support/random/random-history';
import { openStores, ReadSide, type Stores } from '../../support/read-side';

const types = ['companies', 'contacts', 'deals'];
const standard = new Map(
  everyStandardAssociationType.flatMap(bothWays).map(({ typeId, label }) => [typeId, label] as const),
);

interface Reading {
  readonly side: ReadSide;
  readonly stores: Stores;
  readonly position: bigint;
  readonly objectTypes?: readonly string[];
  /** After the records have been read, before the associations are. */
  readonly meanwhile?: () => Promise<void>;
}

async function csvAt({ side, stores, position, meanwhile, objectTypes = types }: Reading) {
  const signal = AbortSignal.timeout(30_000);
  const codec = new Codec();
  for (const projection of [records, associations]) await side.models.waitFor(projection, position, signal);
  const common = {
    documents: stores.documents,
    eventStore: stores.log,
    codec,
    position,
    objectTypes,
    signal,
  };
  const scratchDir = join(stores.path, 'scratch');
  const at = await AssociationsAt.open({
    ...{ ...common, scratchDir, collection: await side.models.collection(associations) },
    checkpoint: await side.models.checkpoint(associations),
  });
  try {
    const collection = await side.models.collection(records);
    const checkpoint = await side.models.checkpoint(records);
    for await (const page of recordsAt({ ...common, scratchDir, collection, checkpoint }))
      at.noteLive(
        page
          .filter(({ archived }) => !archived)
          .map(({ objectType, recordId }) => recordDocumentId(objectType, recordId)),
      );
    await meanwhile?.();
    const labels = await associationLabelsAt(side.streams, position);
    const csv = await associationsCsv(labelled(at.pages(), labels, new Set(objectTypes)));
    let text = '';
    for await (const chunk of csv?.chunks() ?? []) text += chunk.toString('utf8');
    return csv && text;
  } finally {
    at.close();
  }
}

type Any = Step | AssociationStep;
const step = (kind: Step['kind'], objectType: string, record: number): Step => ({
  ...{ kind, objectType, record, property: 'p_one', values: {} },
});
/** So that most pairs have both ends, and some do not. */
const creations = types.flatMap((objectType) => [
  ...[0, 1, 2, 3].map((record) => step('create', objectType, record)),
  step('archive', objectType, 3),
]);
const both = (maxLength: number) =>
  fc.tuple(steps(maxLength), fc.array(associationStep, { maxLength, size: 'max' })).map(([a, b]): Any[] => {
    const mixed: Any[] = [];
    for (let i = 0; i < Math.max(a.length, b.length); i++)
      mixed.push(...a.slice(i, i + 1), ...b.slice(i, i + 1));
    return mixed;
  });

async function withReadSide(
  run: (side: ReadSide, stores: Stores, take: (step: Any) => Promise<void>) => Promise<void>,
) {
  const stores = await openStores();
  const side = await new ReadSide(stores.log, stores.documents, [records, associations, properties]).start();
  const [lives, links] = [new History(stores.log), new AssociationHistory(stores.log)];
  const take = (step: Any) => ('association' in step ? links.take(step) : lives.take(step));
  const release = side.projector.hold(-1n);
  try {
    for (const step of creations) await take(step);
    await run(side, stores, take);
  } finally {
    release();
    await side.stop();
    await stores.close();
  }
}

describe('The associations at a position', () => {
  test('are those of a fold from the beginning, whatever is written meanwhile', () => {
    let found = 0;
    return fc
      .assert(
        fc.asyncProperty(
          ...[both(40), both(15), both(15)],
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.boolean(),
          async (before, after, during, share, settle) =>
            withReadSide(async (side, stores, take) => {
              for (const step of before) await take(step);
              const head = await stores.log.head();
              const position = BigInt(Math.floor(Number(head) * (0.5 + share / 2)));
              for (const step of after) await take(step);
              if (settle) for (const one of [records, associations]) await side.settled(one);
              const expected = await naiveAssociations(stores.log, position, standard);
              if (expected !== undefined) found++;
              const meanwhile = async () => {
                for (const step of during) await take(step);
                if (settle) await side.settled(associations);
              };
              expect(await csvAt({ side, stores, position, meanwhile })).toEqual(expected);
              // What was erased meanwhile is in no reading of the past from then on.
              const again = await naiveAssociations(stores.log, position, standard);
              expect(await csvAt({ side, stores, position })).toEqual(again);
            }),
        ),
        { numRuns: 25, seed: 20260301 },
      )
      .then(() => expect(found).toBeGreaterThan(5));
  });

  test('are those between object types of the selection, and leave no scratch file behind', () =>
    withReadSide(async (side, stores, take) => {
      for (const step of fc.sample(both(60), { numRuns: 4, seed: 3 }).flat()) await take(step);
      const position = await stores.log.head();
      const all = (await csvAt({ side, stores, position }))!.split('\r\n');
      const some = (await csvAt({ side, stores, position, objectTypes: ['contacts', 'deals'] }))!.split(
        '\r\n',
      );
      expect(some).toEqual(all.filter((line) => !line.includes('companies')));
      expect(some.length).toBeLessThan(all.length);
      expect(readdirSync(join(stores.path, 'scratch'))).toEqual([]);
    }));
});
