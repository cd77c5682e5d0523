// Routes of loads: for super admins only, as backups are. A load reads a ZIP that may hold everything.
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type {} from '@fastify/multipart';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId, type CommandContext } from '../caller';
import { Files } from '../files/files';
import { UploadQuota } from '../files/upload-quota';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery, type Page } from '../http/answers/paging';
import { followed } from '../http/answers/progress';
import { Upload } from '../http/upload';
import type { UploadPart } from '../imports/requests/import-upload';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { CancelLoad, RequestLoad } from './load.commands';
import type { ErrorLine } from './load-files';
import { GetLoad, ListLoadErrors, ListLoads, type LoadView } from './load.queries';
import { receive } from './load-upload';

const multipartBody = {
  schema: {
    type: 'object',
    required: ['file'],
    properties: {
      file: {
        type: 'string',
        format: 'binary',
        description: 'the ZIP of a backup, with a CSV for each object type',
      },
      dryRun: {
        type: 'string',
        enum: ['true', 'false'],
        description: 'says what would be done, and does nothing',
      },
      createDefinitions: {
        type: 'string',
        enum: ['true', 'false'],
        description:
          'makes the definitions that the account lacks; without it a ZIP that needs some is refused',
      },
      files: {
        type: 'string',
        description: 'JSON: the object type, or null to leave it out, by the name of a file in the ZIP',
      },
    },
  },
};

@ApiTags('Loads')
@Access({ scope: 'backups', superAdmin: true })
@Controller('backups/v1/loads')
export class LoadController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
    private readonly quota: UploadQuota,
  ) {}

  @Post()
  @HttpCode(202)
  @Access({ scope: 'backups', superAdmin: true, stepUp: true })
  @Upload()
  @ApiBody(multipartBody)
  @ApiOperation({ summary: 'Load the ZIP of a backup into the account' })
  async request(
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoadView> {
    const loadId = await newId(asked.command);
    await this.quota.expect(Number(request.headers['content-length'] ?? 0));
    const parts = request.parts() as AsyncIterable<UploadPart>;
    const uploaded = await receive(this.files, loadId, parts, this.quota);
    const { path } = uploaded.file;
    try {
      const { events, position } = await this.commands.execute(
        new RequestLoad({ loadId, ...uploaded }, asked),
      );
      // A repeat keeps the file of the first request.
      const [event] = events;
      const isKept = event?.type === 'backupload.requested.v1' && event.data.file.path === path;
      if (!isKept) await this.files.remove(path);
      positionHeader(reply, position);
      return await this.queries.execute(new GetLoad(loadId, { after: position }));
    } catch (error) {
      // Any other error leaves open whether the load was recorded, and then its job would need the file.
      if (error instanceof Refusal && error.code === 'idempotency-key-reused') await this.files.remove(path);
      throw error;
    }
  }

  @Get()
  @ApiOperation({ summary: 'List loads, newest first' })
  async list(@Query() query: PageQuery, @Fresh() fresh: Freshness): Promise<Page<LoadView>> {
    return page(await this.queries.execute(new ListLoads(query, fresh)));
  }

  @Get(':loadId')
  @ApiOperation({ summary: 'Read one load, with its plan' })
  get(@Param('loadId') loadId: string, @Fresh() fresh: Freshness): Promise<LoadView> {
    return this.queries.execute(new GetLoad(loadId, fresh));
  }

  /** Server-sent events, the last one when the load has ended. */
  @Get(':loadId/progress')
  @ApiOperation({ summary: 'Follow a load as server-sent events' })
  async progress(@Param('loadId') loadId: string, @Res() reply: FastifyReply): Promise<FastifyReply> {
    const read = () => this.queries.execute(new GetLoad(loadId, {}, false));
    return followed(reply, read, ({ status }) => status !== 'QUEUED' && status !== 'RUNNING');
  }

  @Get(':loadId/errors')
  @ApiOperation({ summary: 'List what did not fit, row by row' })
  async errors(
    @Param('loadId') loadId: string,
    @Query() query: PageQuery,
    @Fresh() fresh: Freshness,
  ): Promise<Page<ErrorLine>> {
    return page(await this.queries.execute(new ListLoadErrors(loadId, query, fresh)));
  }

  @Post(':loadId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a load; what it has brought in stays' })
  async cancel(
    @Param('loadId') loadId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoadView> {
    const { position } = await this.commands.execute(new CancelLoad(loadId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetLoad(loadId, { after: position }));
  }
}
