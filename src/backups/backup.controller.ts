// Routes of backups: for super admins only, except for downloads by a link that one of them has made.
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from '../caller';
import { Config } from '../config';
import { Files } from '../files/files';
import { Access, Public } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { baseUrl, LinkQuery, sendFile } from '../http/answers/downloads';
import { page, PageQuery, type Page } from '../http/answers/paging';
import { followed } from '../http/answers/progress';
import { FileLinks } from '../identity/file-links';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { asOfOf, RequestBackupBody } from './backup.bodies';
import {
  backupLinks,
  CancelBackup,
  DownloadBackup,
  LinkBackup,
  RebuildBackup,
  RequestBackup,
} from './backup.commands';
import type { BackupFile } from './backup.decider';
import type { Manifest } from './archives/manifest';
import { GetBackup, GetManifest, ListBackups, type BackupView } from './backup.queries';

export function sendBackup(
  reply: FastifyReply,
  files: Files,
  backupId: string,
  file: BackupFile,
): Promise<FastifyReply> {
  const as = file.encrypted
    ? { name: `backup-${backupId}.zip.pgp`, type: 'application/octet-stream' }
    : { name: `backup-${backupId}.zip`, type: 'application/zip' };
  return sendFile(reply, files, file, as);
}

@ApiTags('Backups')
@Access({ scope: 'backups', superAdmin: true })
@Controller('backups/v1')
export class BackupController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
    private readonly links: FileLinks,
    private readonly config: Config,
  ) {}

  @Post('backups')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take a backup of now or of any past instant' })
  async request(
    @Body() body: RequestBackupBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackupView> {
    const command = new RequestBackup(asOfOf(body.asOf), body.objectTypes, asked);
    const { backupId, position } = await this.commands.execute(command);
    positionHeader(reply, position);
    return this.queries.execute(new GetBackup(backupId, { after: position }));
  }

  @Get('backups')
  @ApiOperation({ summary: 'List backups, newest first' })
  async list(@Query() { limit, after }: PageQuery, @Fresh() fresh: Freshness): Promise<Page<BackupView>> {
    return page(await this.queries.execute(new ListBackups(limit, after, fresh)));
  }

  @Get('backups/:backupId')
  @ApiOperation({ summary: 'Read one backup' })
  get(@Param('backupId') backupId: string, @Fresh() fresh: Freshness): Promise<BackupView> {
    return this.queries.execute(new GetBackup(backupId, fresh));
  }

  @Get('backups/:backupId/manifest')
  @ApiOperation({ summary: 'Read the manifest of the file that was built last' })
  manifest(@Param('backupId') backupId: string): Promise<Manifest> {
    return this.queries.execute(new GetManifest(backupId));
  }

  @Post('backups/:backupId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a backup that is not finished' })
  async cancel(
    @Param('backupId') backupId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackupView> {
    const { position } = await this.commands.execute(new CancelBackup(backupId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetBackup(backupId, { after: position }));
  }

  @Post('backups/:backupId/rebuild')
  @HttpCode(202)
  @ApiOperation({ summary: 'Build the file of a backup again' })
  async rebuild(
    @Param('backupId') backupId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackupView> {
    const { position } = await this.commands.execute(new RebuildBackup(backupId, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetBackup(backupId, { after: position }));
  }

  @Get('backups/:backupId/progress')
  @ApiOperation({ summary: 'Follow a backup as server-sent events' })
  async progress(@Param('backupId') backupId: string, @Res() reply: FastifyReply): Promise<FastifyReply> {
    const read = () => this.queries.execute(new GetBackup(backupId));
    return followed(reply, read, ({ status }) => status !== 'QUEUED' && status !== 'RUNNING');
  }

  @Post('backups/:backupId/download-link')
  @HttpCode(200)
  @Access({ scope: 'backups', superAdmin: true, stepUp: true })
  @ApiOperation({ summary: 'Make a link that hands out the file for a quarter of an hour' })
  async link(
    @Param('backupId') backupId: string,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ id: string; url: string; expiresAt: string }> {
    const { id, path, expiresAt, position } = await this.commands.execute(new LinkBackup(backupId, asked));
    positionHeader(reply, position);
    return { id, url: `${baseUrl(this.config, request)}${path}`, expiresAt };
  }

  @Get('backups/:backupId/file')
  @Access({ scope: 'backups', superAdmin: true, stepUp: true })
  @ApiOperation({ summary: 'Fetch the ZIP, encrypted where BACKUP_RECIPIENT is set' })
  async file(
    @Param('backupId') backupId: string,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const file = await this.commands.execute(new DownloadBackup(backupId, asked));
    return sendBackup(reply, this.files, backupId, file);
  }

  @Public()
  @Get('downloads/:backupId')
  @ApiOperation({ summary: 'Fetch the ZIP with a link' })
  async linked(
    @Param('backupId') backupId: string,
    @Query() { expires, by, signature }: LinkQuery,
    @Asked() asked: CommandContext,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const linked = await this.links.open(backupLinks, { of: backupId, by, expires }, signature, asked);
    if (!linked?.caller.superAdmin) throw new Refusal('backup-link-invalid');
    const file = await this.commands.execute(new DownloadBackup(backupId, linked));
    return sendBackup(reply, this.files, backupId, file);
  }
}
