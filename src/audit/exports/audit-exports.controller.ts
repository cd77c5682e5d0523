// Routes of exports of the audit log: entries by a view or a filter, and what employees of the vendor did.
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from '../../caller';
import { Config } from '../../config';
import { Files } from '../../files/files';
import { Access, Public } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { baseUrl, LinkQuery, sendFile } from '../../http/answers/downloads';
import { page, PageQuery, type Page } from '../../http/answers/paging';
import { followed } from '../../http/answers/progress';
import { requireScope } from '../../identity/api-keys/scopes';
import { FileLinks } from '../../identity/file-links';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { askedEntries } from './asked-views';
import { AuditExportBody } from './audit-export.bodies';
import {
  auditExportLinks,
  CancelAuditExport,
  DownloadAuditExport,
  LinkAuditExport,
  RequestAuditExport,
  type AskedAuditExport,
} from './audit-export.commands';
import {
  GetAuditExport,
  GetAuditExportManifest,
  GetReadableAuditExport,
  isRunning,
  ListAuditExports,
  type AuditExportManifest,
  type AuditExportView,
} from './audit-export.queries';

export interface Sending {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  readonly files: Files;
}

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' } as const;

/**
 * Sends the file to whoever may see what it shows, of its own route, of a link, and of the entry that tells of the export.
 * Records the download before the first byte leaves.
 */
export async function sendAuditExport(
  { commands, queries, files }: Sending,
  reply: FastifyReply,
  exportId: string,
  asked: CommandContext,
): Promise<FastifyReply> {
  // The role of a link's maker may have been changed since.
  for (const scope of ['audit.read', 'audit.export']) requireScope(asked.caller, scope);
  const { format } = await queries.execute(new GetReadableAuditExport(exportId, asked.caller));
  const file = await commands.execute(new DownloadAuditExport(exportId, asked));
  const name = `audit-export-${exportId}.${format}`;
  return sendFile(reply, files, file, { name, type: TYPES[format] });
}

@ApiTags('Audit log')
@Access({ scope: ['audit.read', 'audit.export'] })
@Controller('audit/v1')
export class AuditExportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
    private readonly links: FileLinks,
    private readonly config: Config,
  ) {}

  private get sending(): Sending {
    return { commands: this.commands, queries: this.queries, files: this.files };
  }

  @Post('exports')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Export entries of a view, of a filter or of the whole log, as CSV or JSON Lines',
    description:
      'The entries up to now, oldest first, whatever is written while the file is made, with old and new values as far ' +
      'as whoever asks may see them. The category CONTENT is left out unless the account has the add-on for it.',
  })
  async request(
    @Body() { view, filter, format }: AuditExportBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditExportView> {
    const { caller, command } = asked;
    const entries = await askedEntries({ view, filter }, this.queries, caller, command.at);
    return this.requested({ kind: 'entries', format, entries }, asked, reply);
  }

  @Post('employee-access/exports')
  @HttpCode(202)
  @ApiOperation({
    summary: "Export as CSV when the vendor's employees have signed in during the last 90 days",
    description: 'With their department and, in the tier that shows it, what they did.',
  })
  requestEmployees(
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditExportView> {
    const entries = { view: null, parameters: {} };
    return this.requested({ kind: 'employee-access', format: 'csv', entries }, asked, reply);
  }

  @Get('exports')
  @ApiOperation({ summary: 'List exports of the audit log, newest first; super admins see those of others' })
  async list(
    @Query() { limit, after }: PageQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<Page<AuditExportView>> {
    return page(await this.queries.execute(new ListAuditExports(caller, limit, after, fresh)));
  }

  @Get('exports/:exportId')
  @ApiOperation({ summary: 'Read one export of the audit log' })
  get(
    @Param('exportId') exportId: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<AuditExportView> {
    return this.queries.execute(new GetAuditExport(exportId, caller, fresh));
  }

  @Get('exports/:exportId/manifest')
  @ApiOperation({ summary: 'Read what the file holds: how many entries, from which to which, and its hash' })
  manifest(
    @Param('exportId') exportId: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<AuditExportManifest> {
    return this.queries.execute(new GetAuditExportManifest(exportId, caller, fresh));
  }

  @Post('exports/:exportId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an export of the audit log that is not finished' })
  async cancel(
    @Param('exportId') exportId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditExportView> {
    await this.queries.execute(new GetAuditExport(exportId, asked.caller));
    const { position } = await this.commands.execute(new CancelAuditExport(exportId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetAuditExport(exportId, asked.caller, { after: position }));
  }

  @Get('exports/:exportId/progress')
  @ApiOperation({ summary: 'Follow an export of the audit log as server-sent events' })
  async progress(
    @Param('exportId') exportId: string,
    @Asked() { caller }: CommandContext,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const step = async () => {
      const { progress, status } = await this.queries.execute(new GetAuditExport(exportId, caller));
      return { ...progress, status };
    };
    return followed(reply, step, (state) => !isRunning(state));
  }

  @Post('exports/:exportId/download-link')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a link that hands out the file for a quarter of an hour' })
  async link(
    @Param('exportId') exportId: string,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ id: string; url: string; expiresAt: string }> {
    await this.queries.execute(new GetReadableAuditExport(exportId, asked.caller));
    const { id, path, expiresAt, position } = await this.commands.execute(
      new LinkAuditExport(exportId, asked),
    );
    positionHeader(reply, position);
    return { id, url: `${baseUrl(this.config, request)}${path}`, expiresAt };
  }

  @Get('exports/:exportId/file')
  @ApiOperation({ summary: 'Fetch the file of an export of the audit log' })
  file(
    @Param('exportId') exportId: string,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    return sendAuditExport(this.sending, reply, exportId, asked);
  }

  @Public()
  @Get('exports/downloads/:exportId')
  @ApiOperation({ summary: 'Fetch the file of an export of the audit log with a link' })
  async linked(
    @Param('exportId') exportId: string,
    @Query() { expires, by, signature }: LinkQuery,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const linked = await this.links.open(auditExportLinks, { of: exportId, by, expires }, signature, asked);
    if (!linked) throw new Refusal('export-link-invalid');
    return sendAuditExport(this.sending, reply, exportId, linked);
  }

  private async requested(
    export_: AskedAuditExport,
    asked: CommandContext,
    reply: FastifyReply,
  ): Promise<AuditExportView> {
    const { exportId, position } = await this.commands.execute(new RequestAuditExport(export_, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetAuditExport(exportId, asked.caller, { after: position }));
  }
}
