// /crm/v3/exports in HubSpot's shapes, with a list, progress as server-sent events, cancelling and the file itself.
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BuiltFile } from '../jobs/file-life';
import type { CommandContext } from '../caller';
import { Config } from '../config';
import { groupsOf } from '../crm/search/search.bodies';
import { Files } from '../files/files';
import { Access, Public } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { baseUrl, LinkQuery, sendFile } from '../http/answers/downloads';
import { page, PageQuery, type Page } from '../http/answers/paging';
import { followed } from '../http/answers/progress';
import { FileLinks } from '../identity/file-links';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { SignedLinks } from '../vault/signed-links';
import { ExportBody, refuseUnmade } from './export.bodies';
import { CancelExport, DownloadExport, RequestExport } from './export.commands';
import { GetExport, GetReadableExport, isRunning, ListExports, type ExportView } from './export.queries';

/** Links to files, with the authority of the session or the API key that asked for the status. */
const links = new SignedLinks('export-download-link', '/crm/v3/exports/downloads');
/** Milliseconds, as in HubSpot's API; asking for the status again makes a new link. */
const LINK_VALID_MS = 5 * 60_000;

export const sendExport = (
  reply: FastifyReply,
  files: Files,
  exportId: string,
  file: BuiltFile,
): Promise<FastifyReply> =>
  sendFile(reply, files, file, { name: `export-${exportId}.csv`, type: 'text/csv; charset=utf-8' });

@ApiTags('Exports')
@Access({ scope: 'crm.export' })
@Controller('crm/v3/exports')
export class ExportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
    private readonly links: FileLinks,
    private readonly config: Config,
  ) {}

  /** Exports the records of this moment, whatever is written while the file is made. */
  @Post('export/async')
  @HttpCode(202)
  @ApiOperation({ summary: 'Export records as CSV; needs the read scope of the object type too' })
  async start(
    @Body() body: ExportBody,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseUnmade(body);
    const internal = body.exportInternalValuesOptions ?? [];
    const command = new RequestExport(
      body.exportName,
      body.objectType,
      {
        properties: body.objectProperties,
        filterGroups: groupsOf(body.publicCrmSearchRequest ?? {}, 'publicCrmSearchRequest'),
        sorts: body.publicCrmSearchRequest?.sorts ?? [],
        query: body.publicCrmSearchRequest?.query || null,
        labelledColumns: !internal.includes('NAMES'),
        labelledValues: !internal.includes('VALUES'),
        associated: {
          types: body.associatedObjectType,
          names: body.includePrimaryDisplayPropertyForAssociatedObjects ?? false,
          labels: body.includeLabeledAssociations ?? false,
          all: body.overrideAssociatedObjectsPerDefinitionPerRowLimit ?? false,
        },
      },
      asked,
    );
    const { exportId, position } = await this.commands.execute(command);
    positionHeader(reply, position);
    const status = `${baseUrl(this.config, request)}/crm/v3/exports/export/async/tasks/${exportId}/status`;
    return { id: exportId, links: { status } };
  }

  /**
   * Of a COMPLETE export, a link to its file, valid for five minutes: asking again makes a new one. Of a failed export,
   * its errors.
   */
  @Get('export/async/tasks/:taskId/status')
  @ApiOperation({ summary: 'Read how far an export is, with a link to its file when it is done' })
  async status(
    @Param('taskId') taskId: string,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Fresh() fresh: Freshness,
  ) {
    const view = await this.queries.execute(new GetReadableExport(taskId, asked.caller, fresh));
    const { createdAt, updatedAt, error, fileStatus } = view;
    const base = baseUrl(this.config, request);
    const link =
      fileStatus === 'AVAILABLE' ? await this.links.draft(links, view.id, asked, LINK_VALID_MS) : undefined;
    return {
      status: STATUS[view.exportState],
      requestedAt: createdAt,
      startedAt: view.startedAt ?? createdAt,
      completedAt: updatedAt,
      ...(link && { result: `${base}${link.path}` }),
      numErrors: error === undefined ? 0 : 1,
      errors: error === undefined ? [] : [failure(error)],
      links: { export: `${base}/crm/v3/exports/export/${view.id}` },
    };
  }

  @Get()
  @ApiOperation({ summary: 'List exports, newest first' })
  async list(
    @Query() { limit, after }: PageQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<Page<ExportView>> {
    return page(await this.queries.execute(new ListExports(caller, limit, after, fresh)));
  }

  @Get('export/:exportId')
  @ApiOperation({ summary: 'Read one export' })
  get(
    @Param('exportId') exportId: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<ExportView> {
    return this.queries.execute(new GetExport(exportId, caller, fresh));
  }

  @Post('export/:exportId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an export that is not finished' })
  async cancel(
    @Param('exportId') exportId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportView> {
    await this.queries.execute(new GetExport(exportId, asked.caller));
    const { position } = await this.commands.execute(new CancelExport(exportId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetExport(exportId, asked.caller, { after: position }));
  }

  /** Server-sent events `{ done, total, state }`, the last one when the export has ended. */
  @Get('export/:exportId/progress')
  @ApiOperation({ summary: 'Follow an export as server-sent events' })
  async progress(
    @Param('exportId') exportId: string,
    @Asked() { caller }: CommandContext,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const step = async () => {
      const view = await this.queries.execute(new GetExport(exportId, caller));
      return { ...view.progress, state: view.exportState, running: isRunning(view) };
    };
    return followed(reply, step, ({ running }) => !running);
  }

  @Get('export/:exportId/file')
  @ApiOperation({ summary: 'Fetch the CSV; needs the read scope of the object type too' })
  async file(
    @Param('exportId') exportId: string,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ) {
    await this.queries.execute(new GetReadableExport(exportId, asked.caller));
    const file = await this.commands.execute(new DownloadExport(exportId, asked));
    return sendExport(reply, this.files, exportId, file);
  }

  @Public()
  @Get('downloads/:exportId')
  @ApiOperation({ summary: 'Fetch the CSV with the link of a status' })
  async linked(
    @Param('exportId') exportId: string,
    @Query() { expires, by, signature }: LinkQuery,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ) {
    const linked = await this.links.open(links, { of: exportId, by, expires }, signature, asked);
    if (!linked) throw new Refusal('export-link-invalid');
    // Their role may have been changed since.
    await this.queries.execute(new GetReadableExport(exportId, linked.caller));
    const file = await this.commands.execute(new DownloadExport(exportId, linked));
    return sendExport(reply, this.files, exportId, file);
  }
}

/** HubSpot's states of a task: a failed task is COMPLETE and has errors. */
const STATUS = {
  ENQUEUED: 'PENDING',
  PROCESSING: 'PROCESSING',
  DONE: 'COMPLETE',
  FAILED: 'COMPLETE',
  CANCELED: 'CANCELED',
} as const satisfies Record<ExportView['exportState'], string>;

const failure = (message: string) => ({
  ...{ status: 'error', category: 'EXPORT_FAILED', message },
  ...{ context: {}, errors: [], links: {} },
});
