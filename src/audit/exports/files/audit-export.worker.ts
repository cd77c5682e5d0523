// The part of an export of the audit log that runs in a thread: reads the stores and writes one file, and appends no event.
import { audit } from '../../../../projections/audit/audit';
import { Files } from '../../../files/files';
import type { ThreadContext } from '../../../jobs/thread.client';
import { openToRead, type Places, type ReadStores } from '../../../jobs/thread-stores';
import type { Filter } from '../../../read/document-store';
import type { AuditExportRequest } from '../audit-export.events';
import { sealedLines, type SealingTask } from '../../integrity/exports/sealing';
import { MASK } from '../../../crm/properties/values/sensitivity';
import { shownEntry, type ToldEntry } from '../../entry-values';
import { linesFor } from './entry-lines';
import { EntryPages } from './entry-pages';
import { ToldEntries, type TellingTask } from './told-entries';
import { CHUNK_CHARS } from '../../../supervision/text-bytes';

export interface AuditExportTask extends Places, TellingTask, Pick<AuditExportRequest, 'kind' | 'format'> {
  readonly filter: Filter;
  readonly position: bigint;
  /** Of JSON Lines: a stranger finds what is changed in the file afterwards. */
  readonly sealing?: SealingTask;
  /** What was asked for, as the end of a sealed file tells it. */
  readonly about?: Readonly<Record<string, unknown>>;
}

export interface AuditExported {
  readonly rows: number;
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
  /** Positions of the first and the last entry; null where there is none. */
  readonly first: string | null;
  readonly last: string | null;
}

interface Count {
  rows: number;
  first: string | null;
  last: string | null;
}

/** Makes the file, which is whole and synced when this resolves, and deleted when it rejects. */
export async function makeAuditExport(task: AuditExportTask, context: ThreadContext): Promise<AuditExported> {
  const stores = await openToRead(task.stores);
  try {
    const count: Count = { rows: 0, first: null, last: null };
    const source = chunksOf(task, stores, context, count);
    const written = await new Files(task.filesDir).write(task.file, source, context.signal);
    return { ...count, ...written };
  } finally {
    await stores.close();
  }
}

async function* chunksOf(
  task: AuditExportTask,
  stores: ReadStores,
  context: ThreadContext,
  count: Count,
): AsyncGenerator<string, void> {
  const { head, lineOf } = linesFor(task);
  const sealed = task.sealing && (await sealedLines(task.sealing, stores.documents));
  const telling = new ToldEntries(task, stores, sealed !== undefined);
  const { collections, filter, position } = task;
  let text = head;
  const pages = new EntryPages(stores.documents, collections[audit.name]!, filter, position);
  for await (const { entries, upTo } of pages.all()) {
    for await (const told of telling.told(entries)) {
      count.rows += told.length;
      for (const { entry, raw } of told) {
        text += sealed ? await sealed.row(shownEntry(entry), raw!, isHidden(entry)) : lineOf(entry);
        if (text.length < CHUNK_CHARS) continue;
        yield text;
        text = '';
      }
    }
    count.first ??= entries[0]?.position ?? null;
    count.last = entries.at(-1)?.position ?? count.last;
    context.report(Number(upTo), Number(position));
  }
  if (sealed) text += await sealed.end(task.about ?? {});
  if (text) yield text;
}

/** A hash of what somebody may not see would let them try what it is. */
const isHidden = ({ erased, changes = {} }: ToldEntry): boolean =>
  erased === true || Object.values(changes).some(({ from, to }) => from === MASK || to === MASK);
