// Compares what a backup's ZIP holds with the live read model, and with the naive fold of streams from their beginning.
// Neither knows of rewinding, by which the ZIP was built: a document that no later event has changed must be in the ZIP
// as it is, and what has changed since is told by its own stream alone.
import type { RecordEvents } from '../../crm/records/record.events';
import { recordOfDocument, recordStream } from '../../crm/records/record.vocabulary';
import type { Codec } from '../../eventsourcing/codec';
import type { EventStore } from '../../eventsourcing/event-store';
import { streamPages } from '../../eventsourcing/stream-pages';
import { foldedAt, type History } from '../../point-in-time/record-at';
import type { RecordRow } from '../../point-in-time/records-at';
import type { ScratchRows } from '../../point-in-time/scratch-rows';
import type { DocumentStore } from '../../read/document-store';
import { type Differences, Draw } from './differences';
import type { Loaded, RecordLoaded } from './drill-load';
import { foldAll, withRows } from './folding';
import { merged, type Met } from './merged';

export interface Comparing {
  readonly documents: DocumentStore;
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** Collections of the records and of the associations projection; both have applied the position. */
  readonly collection: string;
  readonly associations: {
    readonly collection: string;
    /** Labels of association types at the position by `CATEGORY/typeId`. */
    readonly labels: Readonly<Record<string, string | null>>;
  };
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly position: bigint;
  /** A record erased at or before this position is not in the ZIP. */
  readonly lookedTo: bigint;
  /** Whether everything is folded, or as many as `draw` of each sort. */
  readonly all: boolean;
  readonly draw: number;
  readonly scratchDir: string;
  readonly signal: AbortSignal;
  readonly report?: (compared: number) => void;
}

/** How much was looked at. */
export class Tally {
  compared = 0;
  folded = 0;
}

type Values = Readonly<Record<string, string>>;
/** `unknown`: the record has been erased since the ZIP was built, and nobody can tell any more. */
type Then = Values | undefined | 'unknown';

/** Records without a row are drawn in a smaller number: most of them are in the recycle bin. */
const FEWER = 10;

type MetRecord = Met<RecordRow, RecordLoaded>;

export async function compareRecords(
  asked: Comparing,
  loaded: Loaded,
  told: ScratchRows<{ readonly id: string }>,
  differences: Differences,
  tally: Tally,
): Promise<void> {
  const { documents, collection, position, all, draw, signal, report } = asked;
  const fold = async (met: readonly MetRecord[]) => {
    tally.folded += await foldAll(met, {
      ...asked,
      then: (id) => recordThen(id, asked),
      judge: (judged) => judged.forEach(([one, then]) => judge(asked, one, then, differences)),
    });
  };
  const draws = {
    rows: new Draw<string>(draw),
    unjudged: new Draw<string>(draw),
    none: new Draw<string>(draw / FEWER),
  };
  const pages = documents.scan<RecordRow>(collection);
  for await (const group of merged(pages, loaded.records, told, signal)) {
    const toFold: MetRecord[] = [];
    for (const met of group) {
      const { id, stamped, row } = met;
      const isJudged = stamped !== undefined && stamped.stamp <= position;
      if (isJudged) {
        const { doc } = stamped;
        judge(asked, met, doc && !doc.archived && !doc.waiting ? doc.values : undefined, differences);
        tally.compared += 1;
      }
      if (all) toFold.push(met);
      else (!isJudged ? draws.unjudged : row ? draws.rows : draws.none).add(id);
      if (all && !isJudged) tally.compared += 1;
    }
    await fold(toFold);
    report?.(tally.compared);
  }
  tally.compared += draws.unjudged.drawn.length;
  const drawn = Object.values(draws).flatMap((one) => one.drawn);
  for (const some of withRows(drawn, loaded.records)) await fold(some);
}

async function recordThen(id: string, { eventStore, codec, position, lookedTo }: Comparing): Promise<Then> {
  const { objectType, recordId } = recordOfDocument(id);
  const stream = recordStream(objectType, recordId);
  let erasedAt: bigint | undefined;
  const history = async function* (): AsyncGenerator<
    Awaited<History extends AsyncIterable<infer P> ? P : never>
  > {
    for await (const events of streamPages<RecordEvents>(eventStore, codec, stream)) {
      erasedAt = events.findLast(({ type }) => type === 'record.erased.v1')?.position ?? erasedAt;
      yield events as never;
    }
  };
  const { record, erased } = await foldedAt(history() as History, position);
  if (erased) return erasedAt! > lookedTo ? 'unknown' : undefined;
  return record && !record.archived ? record.values : undefined;
}

function judge({ columns }: Comparing, { id, row }: MetRecord, then: Then, differences: Differences): void {
  if (then === 'unknown') return;
  const { objectType, recordId } = recordOfDocument(id);
  const found = (what: 'missing' | 'extra') => differences.add({ objectType, recordId, what });
  if (!then) return row && found('extra');
  if (!row) return found('missing');
  const property = firstDiffering(columns[objectType] ?? [], then, row);
  if (property !== undefined) differences.add({ objectType, recordId, what: 'differs', property });
}

/** The first column whose cell is not the value. */
function firstDiffering(
  columns: readonly string[],
  values: Values,
  { cells }: RecordLoaded,
): string | undefined {
  let at = 0;
  for (let i = 1; i < columns.length; i++) {
    const value = values[columns[i]!];
    const cell = cells[at]?.[0] === i ? cells[at++]![1] : '';
    if (cell !== (typeof value === 'string' ? value : '')) return columns[i];
  }
  return undefined;
}
