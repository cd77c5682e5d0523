// The answer to a batch in the shape of HubSpot's API: what was done, and an error for each input that was refused.
import type { CommandContext } from '../caller';
import type { RefusalRow } from '../supervision/refusal-row.vocabulary';
import { Refusal, refusals } from '../refusals';

/** Without a sub-category: in this place HubSpot's API files have an object instead of a word. */
export function batchError({ code, message, detail }: Refusal, context?: Readonly<Record<string, string[]>>) {
  const { category }: RefusalRow = refusals[code];
  return {
    status: 'error',
    category,
    message,
    context: { ...detail.context, ...context },
    errors: detail.errors ?? [],
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
