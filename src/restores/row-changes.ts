// Carries out the rows of a restore plan, each on its record or on its pair of records.
import type { CommandBus } from '@nestjs/cqrs';
import { MoveLinks } from '../crm/associations/association.commands';
import { associationStream, pairOf } from '../crm/associations/association.vocabulary';
import type { AssociationEvents } from '../crm/associations/association.events';
import type { Streams } from '../eventsourcing/streams';
import { isPassing, Refusal } from '../refusals';
import type { Outcome, RowResult } from './execute-plan';
import { RecordChanges } from './record-changes';
import type { RowCommands } from './row-commands';
import { isPair, type PairRow, type RecordRow, type Row } from './rows/plan-row';

export class RowChanges {
  private readonly records: RecordChanges;

  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly rows: RowCommands,
  ) {
    this.records = new RecordChanges(commands, streams, rows);
  }

  /** Carries a row out. Repeating it gives the same answer: a change that was made before is found in its stream. */
  apply(row: Row, index: number): Promise<RowResult> {
    const result = isPair(row) ? this.moveLinks(row, index) : this.records.apply(row, index);
    return result.catch((error: unknown) => {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      return { outcome: 'refused', reason: { code: error.code, message: error.message } };
    });
  }

  /** Clears the unique values of a row that others wait for. Where that is refused, so is the row in its own turn. */
  async release(row: RecordRow, index: number): Promise<void> {
    try {
      await this.records.release(row, index);
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
    }
  }

  /** What this restore has done for a row, without doing anything. */
  async recognise(row: Row, index: number): Promise<RowResult | undefined> {
    if (!isPair(row)) return this.records.recognise(row, index);
    const { objectType, recordId, to } = row;
    const own = this.rows.commandId(index, 'links');
    const stream = associationStream(pairOf({ objectType, recordId }, to));
    for await (const events of this.streams.pagesBack<AssociationEvents>(stream))
      if (events.some(({ meta }) => meta.commandId === own)) return { outcome: movedBy(row) };
    return undefined;
  }

  private async moveLinks(row: PairRow, index: number): Promise<RowResult> {
    const { objectType, recordId, to, links } = row;
    const context = this.rows.context(index, 'links');
    const from = { objectType, recordId };
    const { changed, drifted } = await this.commands.execute(new MoveLinks(from, to, links, context));
    return { outcome: drifted ? 'drifted' : changed ? movedBy(row) : 'unchanged' };
  }
}

const movedBy = ({ kind }: PairRow): Outcome => (kind === 'associate' ? 'associated' : 'disassociated');
