// Writes the rows of a comparison as JSON Lines, and counts them on the way: memory grows with the number of object types
// and properties, not of rows.
import type { Files } from '../../files/files';
import type { ChangeRow } from '../../point-in-time/changes/change';
import type { ComparisonSummary, Counts } from './comparison.events';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

export interface MadeComparison {
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
  readonly summary: ComparisonSummary;
}

export async function writeComparison(
  files: Files,
  file: string,
  pages: AsyncIterable<readonly ChangeRow[]>,
  signal: AbortSignal,
): Promise<MadeComparison> {
  const counter = new Counter();
  const written = await files.write(file, lines(pages, counter), signal);
  return { ...written, rows: counter.rows, summary: counter.summary };
}

async function* lines(
  pages: AsyncIterable<readonly ChangeRow[]>,
  counter: Counter,
): AsyncGenerator<string, void> {
  let chunk = '';
  for await (const page of pages)
    for (const row of page) {
      counter.count(row);
      chunk += `${JSON.stringify(row)}\n`;
      if (chunk.length < CHUNK_CHARS) continue;
      yield chunk;
      chunk = '';
    }
  if (chunk) yield chunk;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const none = (): Mutable<Counts> => ({ added: 0, removed: 0, changed: 0 });

class Counter {
  rows = 0;
  private readonly counts = none();
  private readonly associations = none();
  private readonly definitions = none();
  private readonly byObject = new Map<string, Mutable<Counts>>();
  private readonly byProperty = new Map<string, Map<string, number>>();

  count({ what, kind, objectType, changes }: ChangeRow): void {
    this.rows++;
    if (what === 'association') this.associations[kind]++;
    else if (what !== 'record') this.definitions[kind]++;
    else {
      this.counts[kind]++;
      const ofType = this.byObject.get(objectType) ?? none();
      this.byObject.set(objectType, ofType);
      ofType[kind]++;
      if (kind === 'changed') this.countProperties(objectType, Object.keys(changes));
    }
  }

  get summary(): ComparisonSummary {
    const { counts, associations, definitions } = this;
    const byProperty = [...this.byProperty].map(([type, ofType]) => [type, inOrder(ofType)] as const);
    return {
      counts,
      byObject: inOrder(this.byObject),
      byProperty: inOrder(byProperty),
      associations,
      definitions,
    };
  }

  private countProperties(objectType: string, names: readonly string[]): void {
    const ofType = this.byProperty.get(objectType) ?? new Map<string, number>();
    this.byProperty.set(objectType, ofType);
    for (const name of names) ofType.set(name, (ofType.get(name) ?? 0) + 1);
  }
}

const inOrder = <V>(entries: Iterable<readonly [string, V]>): Record<string, V> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
