// Writes many records at once, after checking all inputs: nothing is written where one of them is invalid.
import { Injectable } from '@nestjs/common';
import { newId, type Caller, type CommandIdentity } from '../../caller';
import { breathe } from '../../eventsourcing/breath';
import { Refusal } from '../../refusals';
import { mapConcurrently } from '../map-concurrently';
import { RecordAssociations, type AskedAssociation } from '../associations/record-associations';
import type { Values } from './record.decider';
import { RecordWriter, type RecordWritten, type WriteContext } from './record-writer';
import { UniqueValues } from './unique/unique-values';
import { invalid, SHOWN_PROBLEMS } from '../properties/values/value-check';
import { WriteCheck } from '../write-check';
import { isRecordId } from './record.vocabulary';

export interface BatchInput {
  readonly id: string;
  readonly idProperty?: string | undefined;
  readonly properties: Values;
}

/** What became of one input: written, or refused because of what others wrote meanwhile. */
export type ItemResult =
  { readonly written: RecordWritten } | { readonly refusal: Refusal; readonly id: string };

export interface CreateInput {
  readonly properties: Values;
  readonly associations: readonly AskedAssociation[];
}

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

  async create(
    objectType: string,
    inputs: readonly CreateInput[],
    { caller, command, context }: BatchContext,
  ) {
    const ids = await Promise.all(inputs.map((_, index) => newId(command, index)));
    const refs = ids.map((recordId) => ({ objectType, recordId }));
    await this.checkAll(
      objectType,
      inputs.map(({ properties }, index) => ({
        id: refs[index]!.recordId,
        values: properties,
        creating: true,
      })),
      context,
    );
    const planned = await mapConcurrently(inputs, ({ associations }, index) =>
      this.associations.plan(refs[index]!, associations, caller, context, `inputs[${index}].`),
    );
    return mapConcurrently(inputs, ({ properties }, index) => {
      const ref = refs[index]!;
      return settled(ref.recordId, async () => {
        const own = { ...context, anotherId: () => command.ids.again(index) };
        const written = await this.writer.create(objectType, ref.recordId, properties, own);
        await this.associations.write(written.record, planned[index]!, context);
        return written;
      });
    });
  }

  async update(objectType: string, inputs: readonly BatchInput[], { context }: BatchContext) {
    const ids = await this.idsOf(objectType, inputs, context);
    refuseTwice(ids);
    const known = inputs.map(({ properties }, index) => ({
      id: ids[index] ?? '',
      values: properties,
      creating: false,
    }));
    await this.checkAll(objectType, known, context);
    return mapConcurrently(inputs, (input, index) => {
      const id = ids[index];
      return settled(input.id, async () => {
        if (id === undefined) throw new Refusal('record-unknown');
        return this.writer.update(objectType, id, input.properties, context);
      });
    });
  }

  /** Ignores ids of records that do not exist or no longer do, as HubSpot does. */
  async archive(
    objectType: string,
    ids: readonly string[],
    { context }: BatchContext,
  ): Promise<RecordWritten[]> {
    const results = await mapConcurrently([...new Set(ids)].filter(isRecordId), (id) =>
      settled(id, () => this.writer.archive(objectType, id, context)),
    );
    return results.flatMap((result) => ('written' in result ? [result.written] : []));
  }

  /** Updates the record that has the unique value, or creates one with it. */
  async upsert(objectType: string, inputs: readonly BatchInput[], { command, context }: BatchContext) {
    const missing = inputs.findIndex(({ idProperty }) => idProperty === undefined);
    if (missing >= 0)
      throw new Refusal('input-invalid', {
        message: `inputs[${missing}]: idProperty must name a unique property`,
      });
    const created = inputs.map(({ id, idProperty, properties }) =>
      idProperty === 'hs_object_id' ? properties : { ...properties, [idProperty!]: id },
    );
    const found = await this.idsOf(objectType, inputs, context);
    refuseTwice(found);
    const known = await mapConcurrently(created, async (values, index) => ({
      id: found[index] ?? (await newId(command, index)),
      values,
      creating: found[index] === undefined,
    }));
    await this.checkAll(objectType, known, context);
    return mapConcurrently(inputs, async (input, index) => {
      const update = (id: string) =>
        settled(input.id, () => this.writer.update(objectType, id, input.properties, context));
      const { id, creating } = known[index]!;
      if (!creating) return update(id);
      const own = { ...context, anotherId: () => command.ids.again(index) };
      const result = await settled(input.id, () => this.writer.create(objectType, id, created[index]!, own));
      if ('written' in result || result.refusal.code !== 'value-taken') return result;
      // Another request has created the record since it was looked for.
      const [now] = await this.idsOf(objectType, [input], context);
      return now === undefined ? result : update(now);
    });
  }

  /** The record id of each input; undefined where no record has the unique value, or the id cannot be one. */
  async idsOf(
    objectType: string,
    inputs: readonly Omit<BatchInput, 'properties'>[],
    { viewer }: Pick<WriteContext, 'viewer'>,
  ) {
    return mapConcurrently(inputs, ({ id, idProperty }) =>
      this.uniqueValues.idOf(objectType, id, idProperty, viewer),
    );
  }

  /** Refuses the batch where a value is wrong, two inputs want the same unique value, or another record holds one. */
  private async checkAll(
    objectType: string,
    inputs: readonly { readonly id: string; readonly values: Values; readonly creating: boolean }[],
    { mayRepeat, viewer }: WriteContext,
  ): Promise<void> {
    // The values that a record has already are known only when it is written: its stage is then checked against its
    // pipeline.
    const checked = await mapConcurrently(inputs, ({ values, creating }) =>
      this.check.check(objectType, values, { viewer, current: creating ? undefined : {} }),
    );
    const problems = checked.flatMap((one, index) =>
      one.problems.slice(0, SHOWN_PROBLEMS).map((problem) => ({
        ...problem,
        message: `inputs[${index}]: ${problem.message}`,
        in: `inputs[${index}]`,
      })),
    );
    if (problems.length > 0) throw invalid(problems);
    const firstWith = new Map<string, number>();
    for (const [index, { values }] of inputs.entries()) {
      await breathe();
      for (const { property, key } of await this.uniqueValues.keys(objectType, values)) {
        const first = firstWith.get(`${property} ${key}`);
        if (first === undefined) firstWith.set(`${property} ${key}`, index);
        else
          throw new Refusal('input-invalid', {
            message: `inputs[${first}] and inputs[${index}] have the same ${property}, which must be unique`,
          });
      }
    }
    // A value that a repeated command finds taken may be held by a record that it created itself: each write finds out.
    if (mayRepeat) return;
    await mapConcurrently(inputs, ({ id, values }) => this.uniqueValues.check(objectType, id, values));
  }
}

async function settled(id: string, work: () => Promise<RecordWritten>): Promise<ItemResult> {
  try {
    return { written: await work() };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error, id };
    throw error;
  }
}

function refuseTwice(ids: readonly (string | undefined)[]): void {
  const seen = new Map<string, number>();
  for (const [index, id] of ids.entries()) {
    if (id === undefined) continue;
    const first = seen.get(id);
    if (first !== undefined)
      throw new Refusal('input-invalid', {
        message: `inputs[${first}] and inputs[${index}] are the same record`,
      });
    seen.set(id, index);
  }
}
