// /crm/v3/imports in HubSpot's shapes, with progress as server-sent events and the error list as a file.
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type {} from '@fastify/multipart';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { newId, type CommandContext } from '../caller';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { Files } from '../files/files';
import { UploadQuota } from '../files/upload-quota';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery, pageQuery } from '../http/answers/paging';
import { clientGone, progressStream } from '../http/answers/progress';
import { Upload } from '../http/upload';
import { flag } from '../http/validation';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { CancelImport, RequestImport } from './import.commands';
import { errorView } from './import-error.view';
import { errorCsv } from './passes/import-errors';
import { ImportFollower } from './import-follower';
import { GetImport, Imports, ListImportErrors, ListImports } from './import.queries';
import { discard, receive, type UploadPart } from './requests/import-upload';

class ErrorsQuery extends createZodDto(
  pageQuery.extend({
    includeErrorMessage: flag(true),
    includeRowData: flag(),
  }),
) {}

const multipartBody = {
  schema: {
    type: 'object',
    required: ['importRequest', 'files'],
    properties: {
      importRequest: {
        type: 'string',
        description:
          'JSON: name, files [{ fileName, fileFormat: CSV, encoding: UTF-8 | UTF-16 | ISO-8859-1 | WINDOWS-1252, ' +
          'delimiter, fileImportPage: { hasHeader, columnMappings } }], importOperations, dateFormat, numberFormat: ' +
          'DECIMAL_POINT | DECIMAL_COMMA, formulaGuard, dryRun (tells what would be done). Encoding and delimiter are found where they are left out. ' +
          'An empty field leaves the value of an existing record alone and gives a new one none.',
      },
      files: { type: 'array', items: { type: 'string', format: 'binary' } },
    },
  },
};

@ApiTags('Imports')
@Controller('crm/v3/imports')
@Access({ scope: 'crm.import' })
export class ImportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
    private readonly imports: Imports,
    private readonly follower: ImportFollower,
    private readonly objectTypes: ObjectTypes,
    private readonly quota: UploadQuota,
  ) {}

  /** Takes in the files and the request, checks them, and queues the import. */
  @Post()
  @HttpCode(200)
  @Upload()
  @ApiBody(multipartBody)
  @ApiOperation({ summary: 'Import CSV files; needs the write scope of each object type too' })
  async start(
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const importId = await newId(asked.command);
    await this.quota.expect(Number(request.headers['content-length'] ?? 0));
    const parts = request.parts() as AsyncIterable<UploadPart>;
    const upload = await receive(this.files, importId, parts, this.quota);
    let after: bigint;
    try {
      const { events, position } = await this.commands.execute(new RequestImport(importId, upload, asked));
      // A repeat keeps the files of the first request.
      const [event] = events;
      const kept = event?.type === 'import.requested.v1' ? event.data.files.map(({ path }) => path) : [];
      await discard(
        this.files,
        upload.files.filter(({ path }) => !kept.includes(path)),
      );
      positionHeader(reply, (after = position));
    } catch (error) {
      // Any other error leaves open whether the import was recorded, and then its job would need the files.
      if (error instanceof Refusal) await discard(this.files, upload.files);
      throw error;
    }
    return this.queries.execute(new GetImport(importId, asked.caller, { after }));
  }

  @Get()
  @ApiOperation({ summary: 'List imports and restores, newest first' })
  async list(@Query() query: PageQuery, @Asked() { caller }: CommandContext, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListImports(query, caller, fresh)));
  }

  @Get(':importId')
  @ApiOperation({ summary: 'Read one import' })
  get(@Param('importId') importId: string, @Asked() { caller }: CommandContext, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetImport(importId, caller, fresh));
  }

  /** Answers when the import has stopped, or after a moment that it is about to stop. */
  @Post(':importId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an import; what was imported stays' })
  async cancel(
    @Param('importId') importId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.imports.document(importId, asked.caller);
    const { position } = await this.commands.execute(new CancelImport(importId, asked));
    const stopped = await this.follower.ended(importId, asked.caller, clientGone(reply));
    positionHeader(reply, position);
    return {
      status: stopped?.state === 'CANCELED' ? 'CANCELED' : 'PENDING',
      requestedAt: asked.command.at,
      startedAt: asked.command.at,
      completedAt: stopped?.updatedAt ?? asked.command.at,
      ...(stopped && { counters: stopped.metadata.counters }),
    };
  }

  @Get(':importId/errors')
  @ApiOperation({ summary: 'List what was wrong with rows' })
  async errors(
    @Param('importId') importId: string,
    @Query() query: ErrorsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const found = await this.queries.execute(new ListImportErrors(importId, query, caller, fresh));
    const find = await this.objectTypes.finder();
    return page({ ...found, docs: found.docs.map((line) => errorView(importId, line, query, find)) });
  }

  /** The whole error list as CSV: file, row, column, property, error, reason, cell, what was expected, options. */
  @Get(':importId/errors/file')
  @ApiOperation({ summary: 'Fetch the whole list of errors as CSV' })
  async errorFile(
    @Param('importId') importId: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
    @Res() reply: FastifyReply,
  ) {
    const found = await this.imports.document(importId, caller, fresh);
    const list = await this.imports.errorList(found);
    const withholds = await this.imports.withholds(found, caller);
    return reply
      .header('Content-Type', 'text/csv; charset=utf-8')
      .header('Content-Disposition', `attachment; filename="import-${importId}-errors.csv"`)
      .send(errorCsv(this.files, list, withholds, clientGone(reply)));
  }

  /** Server-sent events `{ done, total, state }`, the last one when the import has ended. */
  @Get(':importId/progress')
  @ApiOperation({ summary: 'Follow an import as server-sent events' })
  async progress(
    @Param('importId') importId: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
    @Res() reply: FastifyReply,
  ) {
    await this.imports.document(importId, caller, fresh);
    return progressStream(reply, this.follower.follow(importId, caller, clientGone(reply)));
  }
}
