// The answer to a batch in the shape of HubSpot's API: what was done, and an error for each input that was refused.
import type { CommandContext } from '../caller';
import type { RefusalRow } from '../supervision/refusal-row.vocabulary';
import { Refusal, refusals } from '../refusals';
import { reasonsOf } from './batch-inputs';

/**
 * `index` is that of the input which the error is about. Without a sub-category: in this place HubSpot's API files have
 * an object instead of a word.
 */
export function batchError(refusal: Refusal, context?: Readonly<Record<string, string[]>>, index?: number) {
  const { code, message, detail } = refusal;
  const { category }: RefusalRow = refusals[code];
  return {
    status: 'error',
    category,
    message,
    context: { ...detail.context, ...context },
    errors: index === undefined ? (detail.errors ?? []) : reasonsOf({ place: `inputs[${index}]`, refusal }),
    links: {},
  };
}

export const batchAnswer = <V>(
  asked: CommandContext,
  results: readonly V[],
  errors: readonly ReturnType<typeof batchError>[] = [],
) => ({
  status: 'COMPLETE',
  results,
  ...(errors.length > 0 && { numErrors: errors.length, errors }),
  startedAt: asked.command.at,
  completedAt: new Date().toISOString(),
});
