// The command that an entry of the audit log offers: to bring back the record whose deletion the entry tells of.
import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '../caller';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { requireScope } from '../identity/api-keys/scopes';
import { RestoreFromBin, type RestoredFromBin } from '../recycle-bin/bin.commands';
import { Refusal } from '../refusals';
import { deletedRecord } from './actions/action.queries';
import { GetAuditEntry } from './audit.queries';

export interface RestoredFromEntry {
  readonly objectType: string;
  readonly id: string;
  /** `live`: somebody had brought the record back before. */
  readonly outcome: 'restored' | 'live';
  readonly written: RestoredFromBin['written'];
}

/**
 * Refused with `audit-entry-not-restorable` where the entry tells of no deletion of a record, and with the refusal that
 * keeps the record from coming back: `record-purged` after 90 days, `value-taken`, `record-erased` …
 */
export class RestoreFromEntry extends Command<RestoredFromEntry> {
  constructor(
    readonly entryId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RestoreFromEntry)
export class RestoreFromEntryHandler implements ICommandHandler<RestoreFromEntry> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  async execute({ entryId, asked }: RestoreFromEntry): Promise<RestoredFromEntry> {
    const deleted = deletedRecord(await this.queries.execute(new GetAuditEntry(entryId, asked.caller, {})));
    if (!deleted) throw new Refusal('audit-entry-not-restorable');
    const { type: objectType, id } = deleted;
    for (const access of ['write', 'archive'])
      requireScope(asked.caller, `crm.objects.${scopeNameOf(objectType)}.${access}`);
    const { results, written } = await this.commands.execute(new RestoreFromBin(objectType, [id], asked));
    const { outcome, reason } = results[0]!;
    if (outcome === 'refused') {
      const { code, message, context } = reason!;
      throw new Refusal(code, { message, ...(context && { context }) });
    }
    return { objectType, id, outcome, written };
  }
}
