// Bodies and queries of the routes of comments, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageLimit, pageQuery } from '../../http/answers/paging';
import { text } from '../../http/validation';

const written = text({ least: 1, most: 10_000 })
  .refine((given) => given.trim() !== '', 'must not be blank')
  .describe('plain text; `@ann@example.com` tells whoever has that address, and may read the audit log');

export class CommentBody extends createZodDto(
  z.strictObject({
    text: written,
    parentId: z.string().min(1).max(64).optional().describe('the comment that it answers'),
  }),
) {}

export class EditCommentBody extends createZodDto(z.strictObject({ text: written })) {}

const threads = pageQuery.extend({
  limit: pageLimit({ most: 100, usual: 50 }).describe('threads of a page; it has fewer where they are long'),
  state: z.enum(['open', 'all', 'resolved'], 'must be open, all or resolved').default('all'),
});

export class ThreadsQuery extends createZodDto(threads) {}

export class AllThreadsQuery extends createZodDto(
  threads.extend({ mentioned: z.enum(['me'], 'must be me').optional() }),
) {}
