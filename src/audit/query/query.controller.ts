// The route of /audit/v1/query: what can be written next where a query is typed.
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { Access } from '../../http/access';
import { MOST_CHARACTERS } from './query-syntax';
import { CompleteQuery } from './query.queries';

class CompleteParameters extends createZodDto(
  z.strictObject({
    q: z.string().max(MOST_CHARACTERS).default('').describe('the query as far as it is written'),
    at: z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(0)
      .max(MOST_CHARACTERS)
      .optional()
      .describe('where the cursor stands, in characters from 0; the end where it is left out'),
  }),
) {}

@ApiTags('Audit log')
@Controller('audit/v1/query')
@Access({ scope: 'audit.read' })
export class QueryController {
  constructor(private readonly queries: QueryBus) {}

  @Get('complete')
  @ApiOperation({
    summary: 'Complete a query: fields, words and values that may stand at a place of it',
    description: 'Each suggestion takes the place of the text from `from` to `to`.',
  })
  complete(@Query() { q, at }: CompleteParameters) {
    return this.queries.execute(new CompleteQuery(q, Math.min(at ?? q.length, q.length)));
  }
}
