// Associates and dissociates many pairs of records at once, each pair by its own write.
import { Injectable } from '@nestjs/common';
import { partOf } from '../../../eventsourcing/event-ids';
import { Refusal } from '../../../refusals';
import { AssociationTypes, type TypeSpec } from '../types/association-types';
import { AssociationWriter, type AssociationWritten } from '../association-writer';
import type { RecordRef } from '../association.events';
import { BatchInputs } from '../../batch-inputs';
import { mapConcurrently } from '../../map-concurrently';
import type { WriteContext } from '../../records/record-writer';

export interface PairInput {
  readonly fromId: string;
  readonly toId: string;
  readonly types: readonly TypeSpec[];
}

/** What became of one input. */
export type PairResult = { readonly written: AssociationWritten } | { readonly refusal: Refusal };

type Write = (
  from: RecordRef,
  to: RecordRef,
  types: readonly TypeSpec[],
  context: WriteContext,
) => Promise<AssociationWritten>;

@Injectable()
export class AssociationBatches {
  constructor(
    private readonly writer: AssociationWriter,
    private readonly types: AssociationTypes,
  ) {}

  /** Results in the order of `inputs`. */
  associate(fromType: string, toType: string, inputs: readonly PairInput[], context: WriteContext) {
    return this.each(fromType, toType, inputs, context, (from, to, types, own) =>
      this.writer.associate(from, to, types, own),
    );
  }

  /** Takes all links of each pair away. */
  dissociate(fromType: string, toType: string, inputs: readonly PairInput[], context: WriteContext) {
    return this.each(fromType, toType, inputs, context, (from, to, _, own) =>
      this.writer.dissociate(from, to, undefined, own),
    );
  }

  /** Takes the types that each input names away. */
  removeTypes(fromType: string, toType: string, inputs: readonly PairInput[], context: WriteContext) {
    return this.each(fromType, toType, inputs, context, (from, to, types, own) =>
      this.writer.dissociate(from, to, types, own),
    );
  }

  /** Refuses with `association-type-unknown` where inputs name types that do not exist. */
  async checkTypes(fromType: string, toType: string, inputs: readonly PairInput[]): Promise<void> {
    const batch = new BatchInputs();
    await batch.each(inputs, ({ types }) => this.types.named(fromType, toType, types));
    batch.demandAll(inputs.length);
  }

  /** Joins inputs about the same two records into one write: a stream carries out a command id only once. */
  private async each(
    fromType: string,
    toType: string,
    inputs: readonly PairInput[],
    context: WriteContext,
    write: Write,
  ): Promise<PairResult[]> {
    const pairs = new Map<string, PairInput & { readonly types: TypeSpec[] }>();
    for (const input of inputs) {
      const earlier = pairs.get(keyOf(input));
      if (earlier) earlier.types.push(...input.types);
      else pairs.set(keyOf(input), { ...input, types: [...input.types] });
    }
    const results = new Map<string, PairResult>();
    await mapConcurrently([...pairs], async ([key, { fromId, toId, types }]) => {
      const from = { objectType: fromType, recordId: fromId };
      const to = { objectType: toType, recordId: toId };
      // The same pair named in the opposite order is a second command on the pair's stream.
      const isBack = fromType === toType && pairs.has(keyOf({ fromId: toId, toId: fromId })) && fromId > toId;
      const own = isBack ? { ...context, meta: turned(context.meta) } : context;
      results.set(key, await settled(() => write(from, to, types, own)));
    });
    return inputs.map((input) => results.get(keyOf(input))!);
  }
}

const keyOf = ({ fromId, toId }: Pick<PairInput, 'fromId' | 'toId'>): string => `${fromId}/${toId}`;

const turned = (meta: WriteContext['meta']) => ({ ...meta, commandId: partOf(meta.commandId, 'turned') });

async function settled(work: () => Promise<AssociationWritten>): Promise<PairResult> {
  try {
    return { written: await work() };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
    throw error;
  }
}
