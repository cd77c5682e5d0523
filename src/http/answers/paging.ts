// Lists as HubSpot's API gives them: `limit` and `after` in, `{ results, paging }` out.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Found } from '../../read/document-store';
import { Refusal } from '../../refusals';

/** Schema of how many results a page holds (`usual` by default): it comes from a query, as text. */
export const pageLimit = ({ most, usual }: { readonly most: number; readonly usual: number }) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(most, `must be at most ${most}`)
    .default(usual);

export const pageQuery = z.object({
  limit: pageLimit({ most: 200, usual: 50 }),
  after: z.string().max(4096).optional(),
});

/** The query of a list without filters; lists with filters extend `pageQuery`. */
export class PageQuery extends createZodDto(pageQuery) {}

export interface Page<D> {
  readonly results: readonly D[];
  readonly paging?: {
    readonly next: {
      readonly after: string;
      /** The address of the next page, which is put in when the answer is sent. */
      readonly link?: string;
    };
  };
}

export const page = <D>({ docs, next }: Found<D>): Page<D> => ({
  results: docs,
  ...(next !== undefined && { paging: { next: { after: next } } }),
});

/**
 * A page of a list that lies in memory as a whole. `keyOf` gives each its place, as a text of letters, digits and `-`:
 * a cursor holds one, and so means the same when what it stood for is gone. Refuses with `cursor-invalid`.
 */
export function pageOfAll<D>(
  all: readonly D[],
  keyOf: (one: D) => string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Found<D> {
  const from = after === undefined ? '' : Buffer.from(after, 'base64url').toString();
  if (after !== undefined && !/^[\w-]{1,64}$/.test(from)) throw new Refusal('cursor-invalid');
  const placed = all.map((one) => ({ one, key: keyOf(one) })).filter(({ key }) => key > from);
  const docs = placed.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit);
  const last = docs.at(-1);
  return {
    docs: docs.map(({ one }) => one),
    ...(placed.length > limit && last && { next: Buffer.from(last.key).toString('base64url') }),
  };
}
