import fc from 'fast-check';
import { recordStream } from '../../../src/crm/records/record.vocabulary';
import type { RecordEvents } from '../../../src/crm/records/record.events';
import { Codec } from '../../../src/eventsourcing/codec';
import { streamPages } from '../../../src/eventsourcing/stream-pages';
import { recordThen } from '../../../src/point-in-time/record-then';
import { naiveFold } from '../../support/random/naive-fold';
import { History, recordIds, steps } from '../../support/random/random-history';
import { openStores } from '../../support/read-side';

test('a record at a position is what a fold of the whole log says, and nothing where it is erased now', () =>
  fc.assert(
    fc.asyncProperty(steps(60, 4, 20), fc.double({ min: 0, max: 1, noNaN: true }), async (taken, share) => {
      const { log, close } = await openStores();
      try {
        const history = new History(log);
        for (const step of taken) await history.take(step);
        const head = await log.head();
        const position = BigInt(Math.floor(Number(head) * share));
        const [then, now] = [await naiveFold(log, position), await naiveFold(log, head)];
        for (const objectType of ['contacts', 'companies', 'deals'])
          for (const recordId of recordIds) {
            const stream = recordStream(objectType, recordId);
            const found = await recordThen(streamPages<RecordEvents>(log, new Codec(), stream), position);
            const waits = [then, now].some((one) => one.waiting.has(`${objectType}/${recordId}`));
            const known = then.records.get(objectType)?.get(recordId);
            if (found.erased) expect(known === undefined || waits).toBe(true);
            else expect(found.record?.values).toEqual(known && Object.fromEntries(known.values));
            if (!found.erased) expect(found.record?.archived).toBe(known?.archived);
            const owner = now.records.get(objectType)?.get(recordId)?.values.get('hubspot_owner_id');
            if (owner !== undefined) expect(found.ownerNow).toBe(owner);
          }
      } finally {
        await close();
      }
    }),
    { numRuns: 25 },
  ));
