// The command that withdraws comparisons whose rows show an erased record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { comparisons, type ComparisonDocument } from '../../../projections/time-travel/comparisons';
import { stepOf } from '../../caller';
import type { EventOf } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { linesOf } from '../../files/lines';
import { removeLeftovers } from '../../jobs/stored-files';
import type { ChangeRow } from '../../point-in-time/changes/change';
import type { ErasedRecord } from '../../point-in-time/holders';
import { ReadModels } from '../../read/read-models';
import {
  comparison,
  comparisonFailed,
  comparisonFiles,
  comparisonStream,
  withdrawComparison,
  type Comparison,
} from './comparison.decider';
import type { ComparisonEvents } from './comparison.events';

/** Withdraws all comparisons that show a record which has been erased. Repeating it is harmless. */
export class WithdrawComparisons extends Command<void> {
  constructor(readonly erased: ErasedRecord) {
    super();
  }
}

const PAGE = 100;
const MAY_HOLD = { status: { $in: ['RUNNING', 'READY'] } };

@CommandHandler(WithdrawComparisons)
export class WithdrawComparisonsHandler implements ICommandHandler<WithdrawComparisons> {
  constructor(
    readonly streams: Streams,
    readonly readModels: ReadModels,
    readonly files: Files,
  ) {}

  async execute({ erased }: WithdrawComparisons): Promise<void> {
    const { signal } = erased;
    await this.readModels.waitFor(comparisons, await this.streams.store.head(), signal);
    for await (const page of this.readModels.pages(comparisons, { filter: MAY_HOLD, limit: PAGE }))
      for (const one of page) {
        signal.throwIfAborted();
        if (mayHold(one, erased)) await this.withdraw(one.id, erased);
      }
  }

  private async withdraw(id: string, erased: ErasedRecord): Promise<void> {
    const reason = 'A record was erased while the instants were compared: compare them again';
    const state = await this.change(id, erased, (now) => comparisonFailed(now, reason));
    if (state.status !== 'ready' || !(await this.holds(state.ready.file, erased))) return;
    await this.change(id, erased, withdrawComparison);
    await removeLeftovers(comparisonFiles, this, id);
  }

  private async holds(file: string, { objectType, recordId, signal }: ErasedRecord): Promise<boolean> {
    if (!(await this.files.stat(file))) return false;
    for await (const line of linesOf(this.files.read(file))) {
      signal.throwIfAborted();
      if (!line.includes(recordId)) continue;
      const row = JSON.parse(line) as ChangeRow;
      const refs = [row, row.to];
      if (refs.some((ref) => ref?.objectType === objectType && ref.recordId === recordId)) return true;
    }
    return false;
  }

  private async change(
    id: string,
    { meta }: ErasedRecord,
    decide: (state: Comparison) => EventOf<ComparisonEvents>[],
  ): Promise<Comparison> {
    return (await this.streams.change(comparison, comparisonStream(id), decide, stepOf(meta))).state;
  }
}

/** One that is asked for later knows of the erasure. Associations lead to records of other types than those asked for. */
const mayHold = ({ madeAt, withdrawn }: ComparisonDocument, { erasedAt }: ErasedRecord): boolean =>
  !withdrawn && BigInt(madeAt) < erasedAt;
