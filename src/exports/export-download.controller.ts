// Sends the file of an export, also to a reader of the audit log, from the row that tells of the export.
import { Controller, Get, Param, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GetAuditEntry } from '../audit/audit.queries';
import type { CommandContext } from '../caller';
import { Files } from '../files/files';
import { Access } from '../http/access';
import { Asked, Fresh } from '../http/asked';
import { sendFile } from '../http/answers/downloads';
import type { Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { DownloadExport } from './export.commands';
import type { ExportFile } from './export.decider';
import { GetReadableExport } from './export.queries';

export const sendExport = (
  reply: FastifyReply,
  files: Files,
  exportId: string,
  file: ExportFile,
): Promise<FastifyReply> =>
  sendFile(reply, files, file, { name: `export-${exportId}.csv`, type: 'text/csv; charset=utf-8' });

@ApiTags('Audit log')
@Access({ scope: 'audit.read', superAdmin: true })
@Controller('audit/v1/entries')
export class ExportDownloadController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
  ) {}

  @Get(':id/file')
  @ApiOperation({
    summary: 'Fetch the file of the export that an entry tells of; needs the scopes of the export too',
  })
  async file(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { target } = await this.queries.execute(new GetAuditEntry(id, asked.caller, fresh));
    if (target?.type !== 'exports') throw new Refusal('audit-entry-no-file');
    await this.queries.execute(new GetReadableExport(target.id, asked.caller));
    const file = await this.commands.execute(new DownloadExport(target.id, asked));
    return sendExport(reply, this.files, target.id, file);
  }
}
