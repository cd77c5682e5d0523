// Queries for what an entry offers: what its reader can do from it, and the chain of what led to it.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { records } from '../../../projections/crm/records';
import { GetBackup } from '../../backups/backup.queries';
import type { CommandContext } from '../../caller';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import { scopeNameOf } from '../../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { GetReadableExport } from '../../exports/export.queries';
import { hasScope } from '../../identity/api-keys/scopes';
import { GetUpload } from '../../imports/upload.queries';
import { ReadModels } from '../../read/read-models';
import { IsInBin } from '../../recycle-bin/bin.queries';
import { Refusal } from '../../refusals';
import { GetReadableAuditExport } from '../exports/audit-export.queries';
import type { AuditTarget } from '../audit-entry.vocabulary';
import type { NamedEntry } from '../entry-names';
import type { ToldEntry } from '../entry-values';
import { type Can, type EntryLinks, linksOf } from './entry-links';

/** The record whose deletion an entry tells of; undefined where it tells of something else. */
export const deletedRecord = ({ eventType, target }: NamedEntry): AuditTarget | undefined =>
  eventType === 'record.archived.v1' ? target : undefined;

export interface EntryActions {
  readonly can: Can;
  /** Paths. */
  readonly links: EntryLinks;
}

export class GetEntryActions extends Query<EntryActions> {
  constructor(
    readonly entry: ToldEntry,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Acts on live records that a plan takes back, and on pairs of them. */
const UNDOABLE = /^record\.(created|recreated|values-changed|unarchived)\.|^association\./;

@QueryHandler(GetEntryActions)
export class GetEntryActionsHandler implements IQueryHandler<GetEntryActions> {
  constructor(
    private readonly queries: QueryBus,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
  ) {}

  async execute({ entry, asked }: GetEntryActions): Promise<EntryActions> {
    const [restore, download, undo] = await Promise.all([
      this.mayRestore(entry, asked),
      this.mayDownload(entry, asked),
      this.mayUndo(entry, asked),
    ]);
    const can = { restore, download, undo };
    const find = await this.objectTypes.finder();
    return { can, links: linksOf(entry, can, entry.isBrief === true, find) };
  }

  private async mayRestore(entry: NamedEntry, { caller, command }: CommandContext): Promise<boolean> {
    const deleted = deletedRecord(entry);
    if (!deleted) return false;
    const { type, id } = deleted;
    const may = ['write', 'archive'].every((access) =>
      hasScope(caller, `crm.objects.${scopeNameOf(type)}.${access}`),
    );
    return may && this.queries.execute(new IsInBin(type, id, command.at, caller));
  }

  /** Whether the file that the entry tells of is there, and the caller may have it. */
  private async mayDownload({ target }: NamedEntry, { caller }: CommandContext): Promise<boolean> {
    if (!target || !caller.superAdmin) return false;
    const { type, id } = target;
    if (type === 'exports') {
      const readable = await unlessRefused(this.queries.execute(new GetReadableExport(id, caller)));
      return readable?.fileStatus === 'AVAILABLE';
    }
    if (type === 'audit-exports') {
      if (!hasScope(caller, 'audit.export')) return false;
      const readable = await unlessRefused(this.queries.execute(new GetReadableAuditExport(id, caller)));
      return readable?.fileStatus === 'AVAILABLE';
    }
    if (type === 'imports')
      return (await unlessRefused(this.queries.execute(new GetUpload(id, 0, caller)))) !== undefined;
    if (type !== 'backups' || !hasScope(caller, 'backups')) return false;
    return (await unlessRefused(this.queries.execute(new GetBackup(id))))?.fileStatus === 'AVAILABLE';
  }

  /** Whether a plan may take the act back: what others have done since is for the plan to tell. */
  private async mayUndo({ eventType, target }: NamedEntry, asked: CommandContext): Promise<boolean> {
    const { caller, command } = asked;
    if (!target || !caller.superAdmin || !hasScope(caller, 'restores')) return false;
    const { type, id } = target;
    if (eventType === 'record.archived.v1')
      return this.queries.execute(new IsInBin(type, id, command.at, caller));
    if (!UNDOABLE.test(eventType)) return false;
    const record = await this.readModels.get(records, recordDocumentId(type, id), {});
    return record?.archivedAt === null;
  }
}

async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
