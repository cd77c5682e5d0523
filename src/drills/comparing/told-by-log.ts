// Ids of records and of pairs of records that the log tells of, whatever the read model knows of them.
import type { AssociationEvents } from '../../crm/associations/association.events';
import { associationDocumentId } from '../../crm/associations/association.vocabulary';
import type { RecordEvents } from '../../crm/records/record.events';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import { START } from '../../eventsourcing/event-store';
import { ScratchRows } from '../../point-in-time/scratch-rows';
import { logPages } from '../../read/log-pages';
import type { Comparing } from './drill-comparison';

type Ids = ScratchRows<{ readonly id: string }>;

export interface ToldByLog {
  readonly records: Ids;
  readonly pairs: Ids;
  close(): void;
}

/** Whatever ended after the position may be forgotten by now: it was there, or may have been. */
const ENDINGS = ['record.purged.v1', 'record.merged-into.v1', 'record.erased.v1', 'association.removed.v1'];
/** Whatever began was there once. */
const BEGINNINGS = ['record.created.v1', 'record.recreated.v1', 'association.created.v1'];

/** Of all that has ended since the position; where all is folded, of all that ever was, too: the whole log is read. */
export async function toldByLog(asked: Comparing): Promise<ToldByLog> {
  const { eventStore, codec, position, all, scratchDir, signal } = asked;
  const made = () => new ScratchRows<{ readonly id: string }>(scratchDir, (first) => first);
  const [records, pairs] = [made(), made()];
  const close = () => [records, pairs].forEach((one) => one.close());
  const telling = new Set(all ? [...BEGINNINGS, ...ENDINGS] : ENDINGS);
  try {
    const upTo = await eventStore.head();
    for await (const events of logPages(eventStore, all ? START : position, { upTo, signal })) {
      const found = { records: new Map<string, { id: string }>(), pairs: new Map<string, { id: string }>() };
      for (const event of events) {
        if (!telling.has(event.type)) continue;
        if (event.type.startsWith('record.')) {
          const { objectType, recordId } = codec.decode<RecordEvents>(event).data;
          const id = recordDocumentId(objectType, recordId);
          found.records.set(id, { id });
        } else {
          const { from, to } = codec.decode<AssociationEvents>(event).data;
          const id = associationDocumentId(from, to);
          found.pairs.set(id, { id });
        }
      }
      if (found.records.size > 0) records.add(found.records);
      if (found.pairs.size > 0) pairs.add(found.pairs);
    }
    return { records, pairs, close };
  } catch (error) {
    close();
    throw error;
  }
}
