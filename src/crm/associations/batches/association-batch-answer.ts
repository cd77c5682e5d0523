// What the routes of association batches answer with: the pairs that were written, and an error for each pair refused.
import type { CommandContext } from '../../../caller';
import { hasScope } from '../../../identity/api-keys/scopes';
import { Refusal } from '../../../refusals';
import { scopeNameOf } from '../../schemas/object-type.vocabulary';
import type { PairInput, PairResult } from './association-batches';
import { batchError } from '../../batch-answer';
import { mapConcurrently } from '../../map-concurrently';

/** Whether the caller may read the associations between two object types. */
export const mayRead = ({ caller }: CommandContext, ...objectTypes: readonly string[]): boolean =>
  objectTypes.every((type) => hasScope(caller, `crm.objects.${scopeNameOf(type)}.read`));

export const writtenOf = (results: readonly PairResult[]) =>
  results.flatMap((result) => ('written' in result ? [result.written] : []));

/**
 * The results with a position in the log: removing associations from two records that never had one appends nothing.
 */
export const recorded = (results: readonly PairResult[]) =>
  writtenOf(results).filter(({ position }) => position >= 0n);

export const errorsOf = (inputs: readonly PairInput[], results: readonly PairResult[]) =>
  results.flatMap((result, index) => {
    if (!('refusal' in result)) return [];
    const { fromId, toId } = inputs[index]!;
    return [batchError(result.refusal, { fromObjectId: [fromId], toObjectId: [toId] })];
  });

/** HubSpot also answers with an error where a record has no associations of the type. */
export const noneOf = ({ objectType, recordId }: { objectType: string; recordId: string }, toType: string) =>
  new Refusal('record-unknown', {
    message: `Nothing of ${toType} is associated with ${recordId} of ${objectType}`,
    context: { fromObjectType: [objectType], toObjectType: [toType] },
  });

/** Reads for every input; an input that is refused becomes an error in the answer and does not fail the others. */
export async function readEach<I extends { readonly id: string }, R>(
  inputs: readonly I[],
  read: (input: I) => Promise<R>,
) {
  const found = await mapConcurrently(inputs, async (input) => {
    try {
      return { result: await read(input) };
    } catch (error) {
      if (error instanceof Refusal) return { error: batchError(error, { fromObjectId: [input.id] }) };
      throw error;
    }
  });
  return {
    results: found.flatMap((one) => ('result' in one ? [one.result] : [])),
    errors: found.flatMap((one) => ('error' in one ? [one.error] : [])),
  };
}
