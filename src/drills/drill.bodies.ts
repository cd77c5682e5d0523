// Body of the route that asks for a drill: one schema for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

export class DrillBody extends createZodDto(
  z
    .strictObject({
      all: z
        .boolean()
        .optional()
        .describe(
          'whether all records are folded from their streams, or 1,000 drawn at random; left out: all where none of all went well within a week',
        ),
    })
    .default({}),
) {}
