// Associates the records of an imported row, with each other and with records that its cells name.
import type { CommandBus } from '@nestjs/cqrs';
import { Associate } from '../../crm/associations/association.commands';
import type { TypeSpec } from '../../crm/associations/types/association-types';
import type { RecordRef } from '../../crm/associations/association.events';
import type { Meta } from '../../eventsourcing/event';
import { isPassing, Refusal, type RefusalCode } from '../../refusals';
import { idProblem, SEPARATOR } from '../rows/cell-ids';
import type { FilePlan, LinkPlan } from '../rows/import-plan';
import type { RowError } from '../rows/import-row';
import type { RecordFinder } from './record-finder';
import { NAMES_NONE, recordIdOf, type LinkOutcome, type Outcome, type RowCommand } from './row-outcome';

type Linked = Pick<RowCommand, 'cells' | 'viewer' | 'meta' | 'trial'>;
/** The column whose cells name other records, and by what they name them: an id or a property. */
type Named = Extract<LinkPlan['to'], { readonly index: number }>;
/** Ids of the records found at the other end of a link, and the errors of those not found. */
type Ends = { readonly ends: readonly string[]; readonly errors: readonly RowError[] };

const refusalErrors: Readonly<Partial<Record<RefusalCode, string>>> = {
  'record-unknown': 'UNKNOWN_ASSOCIATION_RECORD_ID',
};

export class RowLinks {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: RecordFinder,
  ) {}

  /** Associates the records of a row with each other, as far as the row has them. */
  async between(
    plan: FilePlan,
    row: Linked,
    objects: readonly (Outcome | undefined)[],
  ): Promise<LinkOutcome> {
    const ids = objects.map(recordIdOf);
    return this.all(plan, row, (link) => {
      if (!('object' in link.to)) return undefined;
      const [from, to] = [ids[link.from], ids[link.to.object]];
      return from && to ? { from, found: { ends: [to], errors: [] } } : undefined;
    });
  }

  /**
   * Associates the records of a row with those that its cells name. `ids` are the row's records by their places in the
   * plan, null where the row has none.
   */
  async byCells(plan: FilePlan, row: Linked, ids: readonly (string | null)[]): Promise<LinkOutcome> {
    return this.all(plan, row, async (link) => {
      const from = ids[link.from];
      if ('object' in link.to || !from) return undefined;
      return { from, found: await this.named(plan, link, link.to, row) };
    });
  }

  private async all(
    plan: FilePlan,
    row: Linked,
    endsOf: (
      link: LinkPlan,
    ) => { from: string; found: Ends } | undefined | Promise<{ from: string; found: Ends } | undefined>,
  ): Promise<LinkOutcome> {
    let associated = 0;
    const errors: RowError[] = [];
    for (const [n, link] of plan.links.entries()) {
      const ends = await endsOf(link);
      if (!ends) continue;
      const objectType = plan.objects[link.from]!.objectType;
      errors.push(...ends.found.errors);
      const types = typesOf(link, row.cells, objectType, errors);
      for (const to of ends.found.ends) {
        const pair = [
          { objectType, recordId: ends.from },
          { objectType: link.toType, recordId: to },
        ] as const;
        const wrong = await this.associate(pair, types, row.meta(`link/${n}`), row);
        if (wrong === true) associated += 1;
        else if (wrong) errors.push({ ...columnOf(link), objectType, ...wrong });
      }
    }
    return { associated, errors };
  }

  /** True where the two were not associated before, false where they were; an error where they cannot be associated. */
  private async associate(
    [from, to]: readonly [RecordRef, RecordRef],
    types: readonly TypeSpec[],
    meta: Meta,
    { viewer, trial }: Linked,
  ): Promise<boolean | Pick<RowError, 'type' | 'message'>> {
    if (trial && [from, to].some(({ objectType, recordId }) => trial.has(objectType, recordId)))
      return trial.associates(from, to);
    try {
      const context = { meta, mayRepeat: true, viewer, trial: trial !== undefined };
      const { changed } = await this.commands.execute(new Associate(from, to, types, context));
      return changed && (trial?.associates(from, to) ?? true);
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      const type = refusalErrors[error.code] ?? 'FAILED_TO_CREATE_ASSOCIATION';
      return { type, message: error.message };
    }
  }

  /**
   * The records that a cell names. A cell may hold several ids or values of a unique property, but only one value of
   * another property, which may contain the separator.
   */
  private async named(plan: FilePlan, link: LinkPlan, to: Named, row: Linked): Promise<Ends> {
    const cell = row.cells[to.index]!;
    const by = to.by === 'id' ? 'id' : to.by.name;
    const about = {
      ...{ ...columnOf(link), objectType: plan.objects[link.from]!.objectType },
      expected: `the ${by} of one of ${link.toType}`,
    };
    const several = to.by === 'id' || to.by.hasUniqueValue;
    const values = several ? cell.split(SEPARATOR).map((value) => value.trim()) : [cell];
    const given = values.filter((value) => value !== '');
    if (given.length === 0) {
      const message = `The cell is empty: nothing names a record of ${link.toType}`;
      return { ends: [], errors: [{ ...about, type: NAMES_NONE, message }] };
    }
    const ends: string[] = [];
    const errors: RowError[] = [];
    for (const value of given) {
      const found = await this.end(plan, link.toType, to, value, row);
      if (typeof found === 'string') ends.push(found);
      else errors.push({ ...about, ...found });
    }
    return { ends, errors };
  }

  private async end(
    plan: FilePlan,
    toType: string,
    { index, by }: Named,
    value: string,
    { viewer, trial }: Linked,
  ): Promise<string | Pick<RowError, 'type' | 'message'>> {
    if (by === 'id') {
      const message = idProblem(plan, index, value);
      return message === undefined ? value : { type: 'INVALID_ASSOCIATION_IDENTIFIER', message };
    }
    const named = { objectType: toType, by, value, viewer };
    const known = await this.finder.find(named);
    const found = trial ? trial.together(named, known) : known;
    if (found === 'several')
      return { type: 'DUPLICATE_ASSOCIATION_ID', message: `Several of ${toType} have this ${by.name}` };
    if (found === 'none')
      return { type: 'ASSOCIATION_RECORD_NOT_FOUND', message: `None of ${toType} has this ${by.name}` };
    return found.id;
  }
}

/** Labels that an error lists. */
const MOST_LABELS = 20;

const columnOf = ({ to }: LinkPlan) => ('index' in to ? { column: to.index } : {});

/** The association types of a link: those of the request, and those that the row's labels name. */
function typesOf(
  { types, labels }: LinkPlan,
  cells: readonly string[],
  objectType: string,
  errors: RowError[],
): readonly TypeSpec[] {
  if (!labels) return types;
  const texts = cells[labels.index]!.split(SEPARATOR).map((text) => text.trim());
  const named = texts
    .filter((text) => text !== '')
    .flatMap((text): TypeSpec[] => {
      const type = labels.types.get(text.toLowerCase());
      if (type) return [type];
      const message = 'There is no association label of this name';
      const options = [...labels.types.keys()].slice(0, MOST_LABELS);
      const wrong = {
        type: 'ASSOCIATION_LABEL_NOT_FOUND',
        message,
        expected: 'labels, separated by ;',
        options,
      };
      errors.push({ column: labels.index, objectType, ...wrong });
      return [];
    });
  return [...types, ...named];
}
