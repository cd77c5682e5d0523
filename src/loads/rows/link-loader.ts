// Associates the records that a load has brought in: by the rows of associations.csv, and by cells that name records.
import type { CommandBus } from '@nestjs/cqrs';
import { Associate, MoveLinks } from '../../crm/associations/association.commands';
import type { Link, RecordRef } from '../../crm/associations/association.events';
import type { AssociationTypes } from '../../crm/associations/types/association-types';
import { SEES_ALL } from '../../crm/properties/values/sensitivity';
import type { Meta } from '../../eventsourcing/event';
import { isPassing, Refusal } from '../../refusals';
import type { LinkColumn } from '../plan/load-plan';
import type { RowProblem } from './load-row';
import type { LoadedIds } from './loaded-ids';

export interface LinkOutcome {
  readonly associated: number;
  readonly errors: readonly RowProblem[];
}

/** All links of a pair, from consecutive rows of associations.csv. */
export interface PairRows {
  readonly from: RecordRef;
  readonly to: RecordRef;
  /** As the rows name them, in the direction from `from` to `to`. */
  readonly types: readonly { readonly category: string; readonly typeId: string }[];
}

const failed = (type: string, message: string, column?: number): RowProblem => ({
  ...(column !== undefined && { column }),
  ...{ type, message },
});

const notLoaded = ({ objectType, recordId }: RecordRef, column?: number): RowProblem =>
  failed(
    'UNKNOWN_ASSOCIATION_RECORD_ID',
    `The load has brought in no record of ${objectType} for the id ${recordId.slice(0, 20)}`,
    column,
  );

export class LinkLoader {
  constructor(
    private readonly commands: CommandBus,
    private readonly types: AssociationTypes,
    private readonly ids: LoadedIds,
    /** Numbers of association types here by `CATEGORY/typeId` there. */
    private readonly numbers: ReadonlyMap<string, number>,
  ) {}

  /** Gives the two records exactly these links. Rejects only where trying again may help. */
  async pair({ from, to, types }: PairRows, meta: Meta): Promise<LinkOutcome> {
    const [one, other] = [this.here(from), this.here(to)];
    const errors = [...(one ? [] : [notLoaded(from)]), ...(other ? [] : [notLoaded(to)])];
    if (!one || !other) return { associated: 0, errors };
    const known = await this.types.between(one.objectType, other.objectType);
    const links: Link[] = [];
    for (const { category, typeId } of types) {
      const number = this.numbers.get(`${category}/${typeId}`) ?? Number(typeId);
      const type = known.find((found) => found.category === category && found.typeId === number);
      if (type) links.push({ category: type.category, typeId: number, inverseTypeId: type.inverseTypeId });
      else
        errors.push(
          failed(
            'ASSOCIATION_LABEL_NOT_FOUND',
            `${from.objectType} and ${to.objectType} have no such association type`,
          ),
        );
    }
    if (links.length === 0) return { associated: 0, errors };
    return this.carriedOut(errors, async () => {
      const context = { meta, mayRepeat: true, viewer: SEES_ALL };
      const moved = await this.commands.execute(new MoveLinks(one, other, { from: [], to: links }, context));
      if (!moved.drifted) return moved.changed;
      // Another row of the file has associated the two before.
      return (await this.commands.execute(new Associate(one, other, links, context))).changed;
    });
  }

  /** Associates a row's record with those that a cell names. */
  async cell(
    record: RecordRef,
    column: LinkColumn,
    cell: string,
    metaOf: (n: number) => Meta,
  ): Promise<LinkOutcome> {
    const from = this.here(record);
    if (!from) return { associated: 0, errors: [] };
    const types = await this.labelled(record.objectType, column);
    const errors: RowProblem[] = [];
    let associated = 0;
    const ids = cell.split(';').map((id) => id.trim());
    for (const [n, recordId] of ids.entries()) {
      if (recordId === '') continue;
      const to = this.here({ objectType: column.toType, recordId });
      if (!to) {
        errors.push(notLoaded({ objectType: column.toType, recordId }, column.index));
        continue;
      }
      const context = { meta: metaOf(n), mayRepeat: true, viewer: SEES_ALL };
      const outcome = await this.carriedOut(
        [],
        async () => (await this.commands.execute(new Associate(from, to, types, context))).changed,
        column.index,
      );
      associated += outcome.associated;
      errors.push(...outcome.errors);
    }
    return { associated, errors };
  }

  private async labelled(objectType: string, { toType, label }: LinkColumn) {
    if (label === undefined) return [];
    const types = await this.types.between(objectType, toType);
    return types.filter((type) => type.label?.toLowerCase() === label.toLowerCase());
  }

  private here({ objectType, recordId }: RecordRef): RecordRef | undefined {
    const here = this.ids.here(objectType, recordId);
    return here === undefined ? undefined : { objectType, recordId: here };
  }

  private async carriedOut(
    errors: readonly RowProblem[],
    associate: () => Promise<boolean>,
    column?: number,
  ): Promise<LinkOutcome> {
    try {
      return { associated: (await associate()) ? 1 : 0, errors };
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      return {
        associated: 0,
        errors: [...errors, failed('FAILED_TO_CREATE_ASSOCIATION', error.message, column)],
      };
    }
  }
}
