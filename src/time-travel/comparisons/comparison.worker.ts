// The part of a comparison that runs in a worker thread: reads the log between two positions, and writes one file.
import { Files } from '../../files/files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places } from '../../jobs/thread-stores';
import { associationChanges } from '../../point-in-time/changes/association-changes';
import type { ChangeRow } from '../../point-in-time/changes/change';
import { definitionChanges } from '../../point-in-time/changes/definition-changes';
import { Moved } from '../../point-in-time/changes/moved';
import { recordChanges, type Compared } from '../../point-in-time/changes/record-changes';
import { writeComparison, type MadeComparison } from './comparison-file';

export interface ComparisonTask extends Places {
  /** The collection of the records projection, at least as new as the request. */
  readonly collection: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly objectTypes: readonly string[] | null;
  readonly properties: readonly string[] | null;
}

export async function makeComparison(
  {
    stores: settings,
    collection,
    from,
    to,
    objectTypes,
    properties,
    scratchDir,
    filesDir,
    file,
  }: ComparisonTask,
  context: ThreadContext,
): Promise<MadeComparison> {
  const { signal } = context;
  const stores = await openToRead(settings);
  const [types, names] = [objectTypes && new Set(objectTypes), properties && new Set(properties)];
  const of = (objectType: string) => types?.has(objectType) ?? true;
  const wanted = (property: string) => names?.has(property) ?? true;
  const compared = { ...stores, collection, from, to, signal, wanted, of };
  try {
    const total = Number(to - from);
    const between = {
      ...compared,
      report: (position: bigint) => context.report(Number(position - from), total),
    };
    const moved = await Moved.between(scratchDir, between, of);
    try {
      return await writeComparison(new Files(filesDir), file, pages(moved, compared), signal);
    } finally {
      moved.close();
    }
  } finally {
    await stores.close();
  }
}

async function* pages(
  moved: Moved,
  compared: Compared & { readonly of: (objectType: string) => boolean },
): AsyncGenerator<readonly ChangeRow[], void> {
  yield* recordChanges(moved.records, compared);
  yield* associationChanges(moved.pairs, compared);
  yield await definitionChanges(moved, compared);
}
