// The command by which somebody fetches a file that an import was asked for with.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, type CommandContext } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { downloadUpload, importDecider, importStream } from './import.decider';
import type { ImportFile } from './import.events';
import { GetUpload } from './upload.queries';

/** Records who downloads the file, before the first byte leaves, and answers the file to send. Refused as GetUpload is. */
export class DownloadUpload extends Command<ImportFile> {
  constructor(
    readonly importId: string,
    readonly file: number,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DownloadUpload)
export class DownloadUploadHandler implements ICommandHandler<DownloadUpload> {
  constructor(
    private readonly streams: Streams,
    private readonly queries: QueryBus,
  ) {}

  async execute({ importId, file, asked }: DownloadUpload): Promise<ImportFile> {
    const found = await this.queries.execute(new GetUpload(importId, file, asked.caller));
    const downloaded = { importId, userId: asked.caller.userId, file };
    await this.streams.change(
      importDecider,
      importStream(importId),
      () => downloadUpload(downloaded),
      metaOf(asked),
    );
    return found;
  }
}
