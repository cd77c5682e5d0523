// Lists as HubSpot's API gives them: `limit` and `after` in, `{ results, paging }` out.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Found } from '../../read/document-store';

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
  readonly paging?: { readonly next: { readonly after: string } };
}

export const page = <D>({ docs, next }: Found<D>): Page<D> => ({
  results: docs,
  ...(next !== undefined && { paging: { next: { after: next } } }),
});
