// Commands on imports: request an import, cancel one.
import { isDeepStrictEqual } from 'node:util';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, type CommandContext } from '../caller';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { reachOver } from '../crm/records/reach';
import { requireWritable } from '../crm/properties/values/sensitivity';
import { RecordIds } from '../eventsourcing/ids';
import { Streams, type Changed } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Refusal } from '../refusals';
import { cancelImport, importDecider, importStream, requestImport, type Import } from './import.decider';
import type { ImportEvents, ImportFile } from './import.events';
import { recordsAtMost, type FilePlan, type ObjectPlan } from './rows/import-plan';
import { ImportPlanner } from './rows/import-planner';
import { parseImportRequest, refused, type Problem } from './requests/import-request';
import { askedFormat } from './requests/file-format';
import { headOf, inOrder, problemsOf, requireWriting, typesOf } from './requests/request-files';
import type { Upload, UploadedFile } from './requests/import-upload';

type ImportChanged = Changed<Import, ImportEvents>;

/** Refused with `import-request-invalid`, naming each problem by its place in the request; nothing is kept then. */
export class RequestImport extends Command<ImportChanged> {
  constructor(
    readonly importId: string,
    readonly upload: Upload,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

export class CancelImport extends Command<ImportChanged> {
  constructor(
    readonly importId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestImport)
export class RequestImportHandler implements ICommandHandler<RequestImport> {
  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
    private readonly planner: ImportPlanner,
    private readonly ids: RecordIds,
  ) {}

  async execute({ importId, upload, asked }: RequestImport): Promise<ImportChanged> {
    const { sent, request } = parseImportRequest(upload.importRequest, await this.objectTypes.finder());
    requireWriting(asked.caller, typesOf(request));
    const problems: Problem[] = [];
    const files = inOrder(request, upload.files, problems);
    const plans: FilePlan[] = [];
    const read: ImportFile[] = [];
    const planning = await this.planner.of(request);
    for (const [n, uploaded] of files.entries()) {
      const { look, ...file } = uploaded;
      const open = () => this.files.read(file.path);
      const head = await headOf({ look, open }, askedFormat(request.files[n]!), problemsOf(n, problems));
      if (!head) continue;
      plans.push(planning(n, head.header, problems));
      read.push({ ...file, readAs: head.readAs });
    }
    if (problems.length > 0) throw refused(problems);
    // A column may tell the type of the records that it names by an association type alone.
    const linked = plans.flatMap(({ links }) => links.map(({ toType }) => toType));
    const objectTypes = [...new Set([...typesOf(request), ...linked])];
    requireWriting(asked.caller, objectTypes);
    for (const { objects } of plans) for (const object of objects) await this.requireWritable(object, asked);
    const reach = reachOver(asked.caller, objectTypes, ['view', 'edit']);
    const requested = {
      ...(reach && { reach }),
      ...(request.dryRun && { dryRun: true as const }),
      importId,
      name: request.name,
      request: sent,
      files: read,
      recordIdBase: await this.block(files, plans, asked),
      objectTypes,
    };
    const changed = await this.streams.change(
      importDecider,
      importStream(importId),
      (state) => requestImport(state, requested),
      ...asAsked(asked),
    );
    refuseOther(changed, requested);
    return changed;
  }

  private async requireWritable(
    { objectType, columns }: ObjectPlan,
    { caller }: CommandContext,
  ): Promise<void> {
    const names = columns.map(({ property }) => property.name);
    requireWritable(caller, objectType, await this.definitions.of(objectType), names);
  }

  /** Reserves an id for every record that the rows of the files can be about; answers the first of them. */
  private block(
    files: readonly UploadedFile[],
    plans: readonly FilePlan[],
    asked: CommandContext,
  ): Promise<string> {
    return this.ids.block(recordsAtMost(files, plans), metaOf(asked));
  }
}

/**
 * Refuses another import under the same Idempotency-Key: the key's request hash leaves out a multipart body, so the
 * body is compared here.
 */
function refuseOther(changed: ImportChanged, wanted: ImportEvents['import.requested.v1']): void {
  const [event] = changed.events;
  if (event?.type !== 'import.requested.v1') return;
  const content = ({ request, files }: ImportEvents['import.requested.v1']) => ({
    request,
    files: files.map(({ sha256 }) => sha256),
  });
  if (!isDeepStrictEqual(content(event.data), content(wanted))) throw new Refusal('idempotency-key-reused');
}

@CommandHandler(CancelImport)
export class CancelImportHandler implements ICommandHandler<CancelImport> {
  constructor(private readonly streams: Streams) {}

  execute({ importId, asked }: CancelImport): Promise<ImportChanged> {
    return this.streams.change(importDecider, importStream(importId), cancelImport, ...asAsked(asked));
  }
}
