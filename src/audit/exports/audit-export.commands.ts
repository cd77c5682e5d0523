// Commands on exports of the audit log: request one, cancel it, download its file, make a link to it.
import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BuiltFile } from '../../jobs/file-life';
import { asAsked, metaOf, newId, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { type DraftedLink, FileLinks } from '../../identity/file-links';
import { SignedLinks } from '../../vault/signed-links';
import { ExportedEntries } from './asked-entries';
import {
  auditExport,
  auditExportStream,
  auditFileOf,
  cancelAuditExport,
  downloadAuditExport,
  linkAuditExport,
  requestAuditExport,
  type AuditExport,
} from './audit-export.decider';
import type { AskedEntries, AuditExportRequest, ExportFormat, ExportKind } from './audit-export.events';
import { viewerOf } from './export-rights';

export interface AskedAuditExport {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly entries: AskedEntries;
  /** Of a run of a schedule: the id of its export, and what was kept of who set the schedule. */
  readonly run?: Pick<AuditExportRequest, 'viewer' | 'recipients'> & {
    readonly exportId: string;
    readonly scheduleId: string;
  };
}

export interface RequestedAuditExport {
  readonly exportId: string;
  /** Position of the export's last event. */
  readonly position: bigint;
}

/** Requests an export of the entries up to now. Refused with `input-invalid`, `tier-required`. */
export class RequestAuditExport extends Command<RequestedAuditExport> {
  constructor(
    readonly export_: AskedAuditExport,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestAuditExport)
export class RequestAuditExportHandler implements ICommandHandler<RequestAuditExport> {
  constructor(
    private readonly streams: Streams,
    private readonly entries: ExportedEntries,
  ) {}

  async execute({ export_, asked }: RequestAuditExport): Promise<RequestedAuditExport> {
    const { kind, format, entries, run } = export_;
    const meant = await this.entries.meant(kind, entries, new Date(asked.command.at), {});
    const exportId = run?.exportId ?? (await newId(asked.command));
    const requested = {
      ...{ exportId, kind, format, asked: entries, ...meant },
      position: String(await this.streams.store.head()),
      viewer: run?.viewer ?? viewerOf(asked.caller),
      scheduleId: run?.scheduleId ?? null,
      recipients: run?.recipients ?? [],
    };
    const { position } = await this.streams.change(
      auditExport,
      auditExportStream(exportId),
      (state) => requestAuditExport(state, requested),
      ...asAsked(asked),
    );
    return { exportId, position };
  }
}

export class CancelAuditExport extends Command<{ readonly position: bigint }> {
  constructor(
    readonly exportId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelAuditExport)
export class CancelAuditExportHandler implements ICommandHandler<CancelAuditExport> {
  constructor(private readonly streams: Streams) {}

  execute({ exportId, asked }: CancelAuditExport) {
    const stream = auditExportStream(exportId);
    return this.streams.change(auditExport, stream, cancelAuditExport, ...asAsked(asked));
  }
}

/** Records who downloads the file, before the first byte leaves, and answers the file to send. */
export class DownloadAuditExport extends Command<BuiltFile> {
  constructor(
    readonly exportId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DownloadAuditExport)
export class DownloadAuditExportHandler implements ICommandHandler<DownloadAuditExport> {
  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {}

  async execute({ exportId, asked }: DownloadAuditExport): Promise<BuiltFile> {
    const now = new Date(asked.command.at);
    const decide = async (state: AuditExport) => {
      const events = downloadAuditExport(state, asked.caller.userId, now);
      // Nobody has downloaded what is not there.
      await this.files.mustBeThere(auditFileOf(state, now));
      return events;
    };
    const stream = auditExportStream(exportId);
    const { state } = await this.streams.change(auditExport, stream, decide, metaOf(asked));
    return auditFileOf(state, now);
  }
}

/** Milliseconds, few of them: a link ends up in mails, chats and histories. */
const LINK_VALID_MS = 15 * 60_000;

export const auditExportLinks = new SignedLinks('audit-export-download-link', '/audit/v1/exports/downloads');

/** Makes a link to the file, a new one each time. */
export class LinkAuditExport extends Command<DraftedLink & { readonly position: bigint }> {
  constructor(
    readonly exportId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(LinkAuditExport)
export class LinkAuditExportHandler implements ICommandHandler<LinkAuditExport> {
  constructor(
    private readonly streams: Streams,
    private readonly links: FileLinks,
  ) {}

  async execute({ exportId, asked }: LinkAuditExport) {
    const link = await this.links.draft(auditExportLinks, exportId, asked, LINK_VALID_MS);
    const { id: linkId, expiresAt } = link;
    const now = new Date(asked.command.at);
    const decide = (state: AuditExport) => linkAuditExport(state, { linkId, expiresAt }, now);
    const meta = { ...metaOf(asked), commandId: randomUUID() };
    const stream = auditExportStream(exportId);
    const { position } = await this.streams.change(auditExport, stream, decide, meta);
    return { ...link, position };
  }
}
