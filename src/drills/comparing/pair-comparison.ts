// Compares the links that a backup's ZIP holds with those of the live read model and of the pairs' own streams.
import type { Link } from '../../crm/associations/association.events';
import { pairOfDocument } from '../../crm/associations/association.vocabulary';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import { isFirstSide, linksAt, type AssociationRowDoc } from '../../point-in-time/associations-at';
import type { ScratchRows } from '../../point-in-time/scratch-rows';
import type { Stamped } from '../../read/document-store';
import { type Differences, Draw } from './differences';
import type { Comparing, Tally } from './drill-comparison';
import { linkText, type Loaded, type PairLoaded } from './drill-load';
import { foldAll, withRows } from './folding';
import { merged } from './merged';

interface MetPair {
  readonly id: string;
  readonly row?: PairLoaded;
}

/** A link is in the ZIP where both its records are, and its type was defined. */
export async function comparePairs(
  asked: Comparing,
  loaded: Loaded,
  told: ScratchRows<{ readonly id: string }>,
  differences: Differences,
  tally: Tally,
): Promise<void> {
  const { documents, associations, position, all, draw, signal, report } = asked;
  const comparison = new PairComparison(asked, loaded, differences, tally);
  const draws = { judged: new Draw<string>(draw), unjudged: new Draw<string>(draw) };
  const pages = firstSides(documents.scan<AssociationRowDoc>(associations.collection));
  for await (const group of merged(pages, loaded.pairs, told, signal)) {
    const judged: [MetPair, readonly Link[]][] = [];
    for (const { id, stamped, row } of group) {
      const isJudged = stamped !== undefined && stamped.stamp <= position;
      if (isJudged) judged.push([{ id, ...(row && { row }) }, stamped.doc?.links ?? []]);
      if (!all) draws[isJudged ? 'judged' : 'unjudged'].add(id);
    }
    comparison.judge(judged);
    if (all) await comparison.fold(group);
    tally.compared += all ? group.length : judged.length;
    report?.(tally.compared);
  }
  tally.compared += draws.unjudged.drawn.length;
  const drawn = [...draws.judged.drawn, ...draws.unjudged.drawn];
  for (const some of withRows(drawn, loaded.pairs)) await comparison.fold(some);
}

async function* firstSides(
  pages: AsyncIterable<readonly Stamped<AssociationRowDoc>[]>,
): AsyncGenerator<Stamped<AssociationRowDoc>[], void> {
  for await (const page of pages) yield page.filter(({ id }) => isFirstSide(id));
}

class PairComparison {
  constructor(
    private readonly asked: Comparing,
    private readonly loaded: Loaded,
    private readonly differences: Differences,
    private readonly tally: Tally,
  ) {}

  async fold(met: readonly MetPair[]): Promise<void> {
    const { asked } = this;
    const how = { then: (id: string) => linksAt(id, asked), judge: this.judge.bind(this) };
    this.tally.folded += await foldAll(met, { ...asked, ...how });
  }

  judge(judged: readonly (readonly [MetPair, readonly Link[]])[]): void {
    const { labels } = this.asked.associations;
    const live = this.loaded.records.which([...new Set(judged.flatMap(([{ id }]) => ends(id)))]);
    for (const [{ id, row }, links] of judged) {
      const isLive = ends(id).every((end) => live.has(end));
      const expected = (isLive ? links : []).flatMap(({ category, typeId }) => {
        const label = labels[`${category}/${typeId}`];
        return label === undefined ? [] : [linkText(category, typeId, label)];
      });
      const what = this.verdict(expected.sort(), [...(row?.links ?? [])].sort());
      if (what) this.differences.add({ objectType: 'associations', recordId: nameOf(id), what });
    }
  }

  private verdict(expected: readonly string[], found: readonly string[]) {
    if (expected.length === found.length && expected.every((link, i) => link === found[i])) return undefined;
    return found.length === 0 ? 'missing' : expected.length === 0 ? 'extra' : 'differs';
  }
}

const ends = (id: string): string[] => {
  const { from, to } = pairOfDocument(id);
  return [from, to].map(({ objectType, recordId }) => recordDocumentId(objectType, recordId));
};

function nameOf(id: string): string {
  const { from, to } = pairOfDocument(id);
  return `${from.objectType}/${from.recordId}/${to.objectType}/${to.recordId}`;
}
