// Writes many records at once, after checking all inputs. Where an input cannot be written, either nothing is written
// and each such input is named, or, for clients that tell inputs apart by a trace id, the others are.
import { Injectable } from '@nestjs/common';
import { newId, type Caller, type CommandIdentity } from '../../caller';
import { breathe } from '../../eventsourcing/breath';
import { Refusal } from '../../refusals';
import { BatchInputs, demandGone } from '../batch-inputs';
import { mapConcurrently } from '../map-concurrently';
import { RecordAssociations, type AskedAssociation } from '../associations/record-associations';
import type { Values } from './record.decider';
import { RecordWriter, type RecordWritten, type WriteContext } from './record-writer';
import { UniqueValues } from './unique/unique-values';
import { invalid } from '../properties/values/value-check';
import { WriteCheck } from '../write-check';
import { isRecordId } from './record.vocabulary';

interface Traced {
  /** By this the client recognises its input: with it, refused inputs do not keep the others from being written. */
  readonly objectWriteTraceId?: string | null | undefined;
}

export interface BatchInput extends Traced {
  readonly id: string;
  readonly idProperty?: string | undefined;
  readonly properties: Values;
}

export interface CreateInput extends Traced {
  readonly properties: Values;
  readonly associations: readonly AskedAssociation[];
}

/** What became of one input. */
export type ItemResult = { readonly written: RecordWritten } | { readonly refusal: Refusal };

export interface BatchContext {
  readonly caller: Caller;
  readonly command: CommandIdentity;
  readonly context: WriteContext;
}

@Injectable()
export class RecordBatches {
  constructor(
    private readonly writer: RecordWriter,
    private readonly check: WriteCheck,
    private readonly uniqueValues: UniqueValues,
    private readonly associations: RecordAssociations,
  ) {}

  /** Results in the order of the inputs, here and below. */
  async create(
    objectType: string,
    inputs: readonly CreateInput[],
    { caller, command, context }: BatchContext,
  ) {
    const batch = new BatchInputs();
    const ids = await Promise.all(inputs.map((_, index) => newId(command, index)));
    const refs = ids.map((recordId) => ({ objectType, recordId }));
    const known = inputs.map(({ properties }, index) => ({
      id: refs[index]!.recordId,
      values: properties,
      creating: true,
    }));
    await this.checkAll(batch, objectType, known, context);
    const planned = await batch.each(inputs, ({ associations }, index) =>
      this.associations.plan(refs[index]!, associations, caller, context, `inputs[${index}].`),
    );
    return writeAll(batch, inputs, async ({ properties }, index) => {
      const own = { ...context, anotherId: () => command.ids.again(index) };
      const written = await this.writer.create(objectType, refs[index]!.recordId, properties, own);
      await this.associations.write(written.record, planned[index]!, context);
      return written;
    });
  }

  async update(objectType: string, inputs: readonly BatchInput[], { context }: BatchContext) {
    const batch = new BatchInputs();
    const ids = await this.idsOf(batch, objectType, inputs, context);
    const known = inputs.map(({ properties }, index) => ({
      id: ids[index] ?? '',
      values: properties,
      creating: false,
    }));
    await this.checkAll(batch, objectType, known, context);
    return writeAll(batch, inputs, async ({ properties }, index) => {
      const id = ids[index];
      if (id === undefined) throw new Refusal('record-unknown');
      return this.writer.update(objectType, id, properties, context);
    });
  }

  /**
   * Ignores ids of records that do not exist or no longer do, as HubSpot does. Throws, once the others are archived,
   * where one may not be.
   */
  async archive(
    objectType: string,
    ids: readonly string[],
    { context }: BatchContext,
    done: (written: readonly RecordWritten[]) => void,
  ): Promise<void> {
    const wanted = [...new Set(ids)].filter(isRecordId);
    const results = await mapConcurrently(wanted, (id) =>
      settled(() => this.writer.archive(objectType, id, context)),
    );
    done(results.flatMap((result) => ('written' in result ? [result.written] : [])));
    demandGone(
      results.map((result) => ('refusal' in result ? result.refusal : undefined)),
      (index) => `inputs[${ids.indexOf(wanted[index]!)}]`,
    );
  }

  /** Updates the record that has the unique value, or creates one with it. */
  async upsert(objectType: string, inputs: readonly BatchInput[], { command, context }: BatchContext) {
    const batch = new BatchInputs();
    for (const [index, { idProperty }] of inputs.entries())
      if (idProperty === undefined)
        batch.refuse(
          index,
          new Refusal('input-invalid', { message: 'idProperty must name a unique property' }),
        );
    const created = inputs.map(({ id, idProperty, properties }) =>
      idProperty === undefined || idProperty === 'hs_object_id'
        ? properties
        : { ...properties, [idProperty]: id },
    );
    const found = await this.idsOf(batch, objectType, inputs, context);
    const known = await mapConcurrently(created, async (values, index) => ({
      id: found[index] ?? (await newId(command, index)),
      values,
      creating: found[index] === undefined,
    }));
    await this.checkAll(batch, objectType, known, context);
    return writeAll(batch, inputs, async ({ id: value, idProperty, properties }, index) => {
      const update = (id: string) => this.writer.update(objectType, id, properties, context);
      const { id, creating } = known[index]!;
      if (!creating) return update(id);
      const own = { ...context, anotherId: () => command.ids.again(index) };
      try {
        return await this.writer.create(objectType, id, created[index]!, own);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'value-taken') throw error;
        // Another request has created the record since it was looked for.
        const now = await this.uniqueValues.idOf(objectType, value, idProperty, context.viewer);
        if (now === undefined) throw error;
        return update(now);
      }
    });
  }

  /**
   * The record id of each input; undefined where no record has the unique value, or the id cannot be one. Of inputs
   * that stand for the same record all but the first are refused.
   */
  private async idsOf(
    batch: BatchInputs,
    objectType: string,
    inputs: readonly Omit<BatchInput, 'properties'>[],
    { viewer }: Pick<WriteContext, 'viewer'>,
  ) {
    const ids = await batch.each(inputs, ({ id, idProperty }) =>
      this.uniqueValues.idOf(objectType, id, idProperty, viewer),
    );
    const firstWith = new Map<string, number>();
    for (const [index, id] of ids.entries()) {
      if (id === undefined) continue;
      const first = firstWith.get(id);
      if (first === undefined) firstWith.set(id, index);
      else batch.refuse(index, together(first, index, 'are the same record'));
    }
    return ids;
  }

  /** Refuses inputs with a wrong value, with a unique value that an input before wants, or that another record holds. */
  private async checkAll(
    batch: BatchInputs,
    objectType: string,
    inputs: readonly { readonly id: string; readonly values: Values; readonly creating: boolean }[],
    { mayRepeat, viewer }: WriteContext,
  ): Promise<void> {
    // The values that a record has already are known only when it is written: its stage is then checked against its
    // pipeline.
    await batch.each(inputs, async ({ values, creating }) => {
      const current = creating ? undefined : {};
      const { problems } = await this.check.check(objectType, values, { viewer, current });
      if (problems.length > 0) throw invalid(problems);
    });
    const firstWith = new Map<string, number>();
    for (const [index, { values }] of inputs.entries()) {
      await breathe();
      if (batch.refusalOf(index)) continue;
      const keys = await this.uniqueValues.keys(objectType, values);
      const same = keys.find(({ property, key }) => firstWith.has(`${property} ${key}`));
      if (same === undefined)
        for (const { property, key } of keys) firstWith.set(`${property} ${key}`, index);
      else {
        const first = firstWith.get(`${same.property} ${same.key}`)!;
        batch.refuse(index, together(first, index, `have the same ${same.property}, which must be unique`));
      }
    }
    // A value that a repeated command finds taken may be held by a record that it created itself: each write finds out.
    if (mayRepeat) return;
    await batch.each(inputs, ({ id, values }) => this.uniqueValues.check(objectType, id, values));
  }
}

const together = (first: number, index: number, are: string): Refusal =>
  new Refusal('input-invalid', { message: `inputs[${first}] and inputs[${index}] ${are}` });

/**
 * Writes the inputs that are not refused. Throws before it, naming each refused one, unless the client traces its
 * inputs. What is refused because of what others wrote meanwhile is among the results, in either case.
 */
function writeAll<I extends Traced>(
  batch: BatchInputs,
  inputs: readonly I[],
  write: (input: I, index: number) => Promise<RecordWritten>,
): Promise<ItemResult[]> {
  const isTraced = inputs.some(({ objectWriteTraceId }) => typeof objectWriteTraceId === 'string');
  if (!isTraced) batch.demandAll(inputs.length);
  return mapConcurrently(inputs, async (input, index): Promise<ItemResult> => {
    const refusal = batch.refusalOf(index);
    return refusal ? { refusal } : settled(() => write(input, index));
  });
}

async function settled(work: () => Promise<RecordWritten>): Promise<ItemResult> {
  try {
    return { written: await work() };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
    throw error;
  }
}
