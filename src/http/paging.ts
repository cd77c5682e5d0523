// Lists as HubSpot's API gives them: `limit` and `after` in, `{ results, paging }` out.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Found } from '../read/document-store';

export const pageQuery = z.object({
  limit: z.coerce.number('must be a number').int().min(1).max(200).default(50),
  after: z.string().max(4096).optional(),
});

/** For a list without filters; others extend `pageQuery`. */
export class PageQuery extends createZodDto(pageQuery) {}

export interface Page<D> {
  readonly results: readonly D[];
  readonly paging?: { readonly next: { readonly after: string } };
}

export const page = <D>({ docs, next }: Found<D>): Page<D> => ({
  results: docs,
  ...(next !== undefined && { paging: { next: { after: next } } }),
});
