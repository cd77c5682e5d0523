// /imports/v1/preview: shows how files would be imported, and keeps nothing.
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type {} from '@fastify/multipart';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked } from '../../http/asked';
import { Upload } from '../../http/upload';
import type { UploadPart } from '../requests/import-upload';
import { HELD_BYTES, hold } from './held-upload';
import { PreviewImport } from './preview.queries';
import type { ImportPreview } from './preview.view';

const multipartBody = {
  schema: {
    type: 'object',
    required: ['files'],
    properties: {
      objectType: {
        type: 'string',
        description:
          'The type of the records that the rows are about, by any of its names; left out, it is the one whose ' +
          'properties the header names most',
      },
      importRequest: {
        type: 'string',
        description:
          'JSON: the request for an import, or any part of it. What it says of files and columns is kept, the rest is ' +
          'suggested.',
      },
      files: { type: 'array', items: { type: 'string', format: 'binary' } },
    },
  },
};

@ApiTags('Imports')
@Controller('imports/v1')
@Access({ scope: 'crm.import' })
export class PreviewController {
  constructor(private readonly queries: QueryBus) {}

  /** Answers when all has been sent. */
  @Post('preview')
  @HttpCode(200)
  @Upload({ ofFile: HELD_BYTES })
  @ApiBody(multipartBody)
  @ApiOperation({
    summary: 'Show how CSV files would be imported; nothing is kept',
    description:
      'Encoding, delimiter, header and first rows of each file, as an import reads them, and the import that is ' +
      'suggested. Needs the write scope of each object type too.',
  })
  async preview(@Asked() { caller }: CommandContext, @Req() request: FastifyRequest): Promise<ImportPreview> {
    const held = await hold(request.parts() as AsyncIterable<UploadPart>);
    return this.queries.execute(new PreviewImport(held, caller));
  }
}
