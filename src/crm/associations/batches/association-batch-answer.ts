// What the routes of association batches answer with: the pairs that were written, and an error for each pair refused.
import type { CommandContext } from '../../../caller';
import { hasScope } from '../../../identity/api-keys/scopes';
import { Refusal } from '../../../refusals';
import { scopeNameOf } from '../../schemas/object-type.vocabulary';
import type { Found } from '../../../read/document-store';
import type { Associated, AssociatedPage } from '../association-reader';
import type { RecordRef } from '../association.events';
import type { PairInput, PairResult } from './association-batches';
import { batchError } from '../../batch-answer';
import { demandGone } from '../../batch-inputs';
import { mapConcurrently } from '../../map-concurrently';

/** A page in the shape of an answer, with the path of its next one. */
interface Shown {
  readonly results: readonly unknown[];
  readonly paging?: { readonly next: { readonly after: string; readonly link: string } };
}

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

/** Throws where taking associations away was refused, once the others are gone. */
export const demandParted = (results: readonly PairResult[], placeOf: (index: number) => string): void =>
  demandGone(
    results.map((result) => ('refusal' in result ? result.refusal : undefined)),
    placeOf,
  );

export const errorsOf = (inputs: readonly PairInput[], results: readonly PairResult[]) =>
  results.flatMap((result, index) => {
    if (!('refusal' in result)) return [];
    const { fromId, toId } = inputs[index]!;
    return [batchError(result.refusal, { fromObjectId: [fromId], toObjectId: [toId] }, index)];
  });

/** HubSpot also answers with an error where a record has no associations of the type. */
const noneOf = ({ objectType, recordId }: { objectType: string; recordId: string }, toType: string) =>
  new Refusal('record-unknown', {
    message: `Nothing of ${toType} is associated with ${recordId} of ${objectType}`,
    context: { fromObjectType: [objectType], toObjectType: [toType] },
  });

/** Associated records in one answer, all inputs together; each input has a page of `PAGE.least` at least. */
const MOST_READ = 20_000;
const PAGE = { most: 500, least: 20 };

/**
 * Reads a page for every input, as long as all of them together may be; an input that is refused, or has nothing, becomes
 * an error in the answer and does not fail the others. `shown` is the page in the shape of the answer.
 */
export async function readEach(
  objectType: string,
  toType: string,
  inputs: readonly { readonly id: string; readonly after?: string | undefined }[],
  read: (from: RecordRef, page: AssociatedPage) => Promise<Found<Associated>>,
  shown: (from: RecordRef, toType: string, found: Found<Associated>) => Shown,
) {
  const limit = Math.min(PAGE.most, Math.max(PAGE.least, Math.floor(MOST_READ / inputs.length)));
  const found = await mapConcurrently(inputs, async ({ id, after }, index) => {
    try {
      const from = { objectType, recordId: id };
      const page = await read(from, { limit, after });
      if (page.docs.length === 0) throw noneOf(from, toType);
      const { results, paging } = shown(from, toType, page);
      return { result: { from: { id }, to: results, ...(paging && { paging }) } };
    } catch (error) {
      if (error instanceof Refusal) return { error: batchError(error, { fromObjectId: [id] }, index) };
      throw error;
    }
  });
  return {
    results: found.flatMap((one) => ('result' in one ? [one.result] : [])),
    errors: found.flatMap((one) => ('error' in one ? [one.error] : [])),
  };
}
