// Commands that ask for a comparison of two instants, and give one up. The comparison itself is made by a job.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, newId, type CommandContext } from '../../caller';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { Streams } from '../../eventsourcing/streams';
import { positionOfInstant, TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import { cancelComparison, comparison, comparisonStream, requestComparison } from './comparison.decider';

export interface AskedComparison {
  /** Times or positions; `to` may be `now`. */
  readonly from: string;
  readonly to: string;
  /** By any of their names. */
  readonly objectTypes?: readonly string[] | undefined;
  readonly properties?: readonly string[] | undefined;
}

export class RequestComparison extends Command<{ readonly comparisonId: string; readonly position: bigint }> {
  constructor(
    readonly compared: AskedComparison,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

export class CancelComparison extends Command<bigint> {
  constructor(
    readonly comparisonId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestComparison)
export class RequestComparisonHandler implements ICommandHandler<RequestComparison> {
  constructor(
    private readonly streams: Streams,
    private readonly timeIndex: TimeIndex,
    private readonly objectTypes: ObjectTypes,
  ) {}

  async execute({ compared, asked }: RequestComparison) {
    const comparisonId = await newId(asked.command);
    const { position } = await this.streams.change(
      comparison,
      comparisonStream(comparisonId),
      async (state) => requestComparison(state, await this.requested(comparisonId, compared)),
      ...asAsked(asked),
    );
    return { comparisonId, position };
  }

  /** Fixes both positions: with what is asked about, they determine the rows, but for what is erased later. */
  private async requested(comparisonId: string, { from, to, objectTypes, properties }: AskedComparison) {
    const find = await this.objectTypes.finder();
    const types = objectTypes?.map((alias, i) => {
      const found = find(alias)?.name;
      if (found === undefined) throw invalid(`objectTypes.${i}`, 'there is no such object type');
      return found;
    });
    const head = await this.streams.store.head();
    const place = (asOf: string, field: string) => positionOfInstant({ asOf, field }, head, this.timeIndex);
    const [first, last] = [await place(from, 'from'), to === 'now' ? head : await place(to, 'to')];
    if (first > last) throw invalid('to', 'must not be before from');
    return {
      comparisonId,
      ...{ from: String(first), to: String(last), madeAt: String(head) },
      objectTypes: types ? [...new Set(types)].sort() : null,
      properties: properties ? [...new Set(properties)].sort() : null,
    };
  }
}

function invalid(field: string, problem: string): Refusal {
  const message = `${field}: ${problem}`;
  return new Refusal('input-invalid', { message, errors: [{ message, in: field }] });
}

@CommandHandler(CancelComparison)
export class CancelComparisonHandler implements ICommandHandler<CancelComparison> {
  constructor(private readonly streams: Streams) {}

  async execute({ comparisonId, asked }: CancelComparison): Promise<bigint> {
    const stream = comparisonStream(comparisonId);
    return (await this.streams.change(comparison, stream, cancelComparison, ...asAsked(asked))).position;
  }
}
