// The rows of a comparison that tell of associations: pairs of records whose links differ, whatever has become of the
// records meanwhile.
import type { Link } from '../../crm/associations/association.events';
import { pairOfDocument } from '../../crm/associations/association.vocabulary';
import type { RecordEvents } from '../../crm/records/record.events';
import { recordDocumentId, recordOfDocument, recordStream } from '../../crm/records/record.vocabulary';
import { streamPages } from '../../eventsourcing/stream-pages';
import type { RecordRow } from '../records-at';
import type { ScratchRows } from '../scratch-rows';
import { differences, kindOf, type ChangeRow } from './change';
import type { MovedPair } from './moved';
import type { Compared } from './record-changes';

/** Pages of rows in the order of the first record, then of the second; pairs with an erased record have none. */
export async function* associationChanges(
  moved: ScratchRows<MovedPair>,
  compared: Compared,
): AsyncGenerator<ChangeRow[], void> {
  for (const page of moved.pages('', '~')) {
    compared.signal.throwIfAborted();
    const told = page.flatMap((pair) => rowOf(pair) ?? []);
    const erased = await erasedAmong(told, compared);
    const rows = told.filter((row) => !refsOf(row).some((id) => erased.has(id)));
    if (rows.length > 0) yield rows;
  }
}

function rowOf({ id, from, to }: MovedPair): ChangeRow | undefined {
  const pair = pairOfDocument(id);
  const [then, now] = [from, to].map((links) => (links.length > 0 ? { links: shown(links) } : undefined));
  const changes = differences(then, now);
  const kind = kindOf(then, now, changes);
  return kind && { what: 'association', kind, ...pair.from, to: pair.to, changes };
}

const shown = (links: readonly Link[]) => links.map(({ category, typeId }) => ({ category, typeId }));

const refsOf = ({ objectType, recordId, to }: ChangeRow): string[] => [
  recordDocumentId(objectType, recordId!),
  recordDocumentId(to!.objectType, to!.recordId!),
];

/** Ids of documents whose records have been erased, or wait to be; a record with a document is looked up no further. */
async function erasedAmong(rows: readonly ChangeRow[], compared: Compared): Promise<ReadonlySet<string>> {
  const { documents, collection, eventStore, codec } = compared;
  const ids = [...new Set(rows.flatMap(refsOf))];
  const erased = new Set<string>();
  for (let next = 0; next < ids.length;) {
    const { found, looked } = await documents.getSome<RecordRow>(collection, ids.slice(next));
    for (const id of ids.slice(next, (next += looked))) {
      const doc = found.get(id)?.doc;
      if (doc?.waiting) erased.add(id);
      if (doc) continue;
      const { objectType, recordId } = recordOfDocument(id);
      const history = streamPages<RecordEvents>(eventStore, codec, recordStream(objectType, recordId));
      for await (const events of history)
        if (events.some(({ type }) => type === 'record.erased.v1')) erased.add(id);
    }
  }
  return erased;
}
