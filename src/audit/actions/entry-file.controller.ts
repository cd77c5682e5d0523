// The route that sends the file which an entry tells of: of an export, an import or a backup.
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { DownloadBackup } from '../../backups/backup.commands';
import { sendBackup } from '../../backups/backup.controller';
import type { CommandContext } from '../../caller';
import { DownloadExport } from '../../exports/export.commands';
import { GetReadableExport } from '../../exports/export.queries';
import { sendExport } from '../../exports/exports.controller';
import { Files } from '../../files/files';
import { Access } from '../../http/access';
import { sendFile } from '../../http/answers/downloads';
import { Asked, Fresh } from '../../http/asked';
import { requireScope } from '../../identity/api-keys/scopes';
import { RequireStepUp } from '../../identity/sessions/step-up.queries';
import { DownloadUpload } from '../../imports/upload.commands';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { GetAuditEntry } from '../audit.queries';
import { sendAuditExport } from '../exports/audit-exports.controller';

const MOST_FILES = 1_000;

class FileQuery extends createZodDto(
  z.object({
    file: z.coerce
      .number('must be a number')
      .int()
      .min(0)
      .max(MOST_FILES)
      .default(0)
      .describe('which file of an import with several, from 0'),
  }),
) {}

@ApiTags('Audit log')
@Access({ scope: 'audit.read', superAdmin: true })
@Controller('audit/v1/entries')
export class EntryFileController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly files: Files,
  ) {}

  @Get(':id/file')
  @ApiOperation({
    summary: 'Fetch the file of the export, the import or the backup that an entry tells of',
    description:
      'Needs the scopes of the export or the import too, or of backups, and a step-up where the backup’s own route asks ' +
      'for one. Files of imports are there until the import has ended.',
  })
  async file(
    @Param('id') entryId: string,
    @Query() { file: number }: FileQuery,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { target } = await this.queries.execute(new GetAuditEntry(entryId, asked.caller, fresh));
    const { type, id } = target ?? { type: 'none', id: '' };
    if (type === 'exports') {
      await this.queries.execute(new GetReadableExport(id, asked.caller));
      return sendExport(reply, this.files, id, await this.commands.execute(new DownloadExport(id, asked)));
    }
    if (type === 'audit-exports')
      return sendAuditExport(
        { commands: this.commands, queries: this.queries, files: this.files },
        ...([reply, id, asked] as const),
      );
    if (type === 'imports') {
      const upload = await this.commands.execute(new DownloadUpload(id, number, asked));
      const name = `import-${id}${number === 0 ? '' : `-${number}`}.csv`;
      return sendFile(reply, this.files, upload, { name, type: 'text/csv' });
    }
    if (type !== 'backups') throw new Refusal('audit-entry-no-file');
    requireScope(asked.caller, 'backups');
    await this.queries.execute(new RequireStepUp(asked.caller));
    return sendBackup(reply, this.files, id, await this.commands.execute(new DownloadBackup(id, asked)));
  }
}
