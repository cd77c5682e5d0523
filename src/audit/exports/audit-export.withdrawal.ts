// The command that withdraws the files of exports of the audit log that tell of an erased record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit } from '../../../projections/audit/audit';
import { auditExports, type AuditExportDocument } from '../../../projections/audit/audit-exports';
import { erasures } from '../../../projections/erasures';
import { stepOf } from '../../caller';
import type { RecordEvents } from '../../crm/records/record.events';
import { recordStream } from '../../crm/records/record.vocabulary';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { withdrawFile } from '../../jobs/stored-files';
import type { ErasedRecord } from '../../point-in-time/holders';
import type { Filter } from '../../read/document-store';
import { matcher } from '../../read/filters/matcher';
import { ReadModels } from '../../read/read-models';
import { padded } from '../../read/time-index.vocabulary';
import { entryOf } from '../entry-of';
import { without } from './asked-entries';
import { auditExportFiles, withdrawAuditExport, type AuditExport } from './audit-export.decider';

/** Withdraws all exports that tell of a record which has been erased. Repeating it is harmless. */
export class WithdrawAuditExports extends Command<void> {
  constructor(readonly erased: ErasedRecord) {
    super();
  }
}

const MAY_TELL = { $or: [{ file: { $ne: null } }, { status: 'RUNNING' }] };
const PAGE = 100;

@CommandHandler(WithdrawAuditExports)
export class WithdrawAuditExportsHandler implements ICommandHandler<WithdrawAuditExports> {
  constructor(
    readonly streams: Streams,
    readonly readModels: ReadModels,
    readonly files: Files,
  ) {}

  async execute({ erased }: WithdrawAuditExports): Promise<void> {
    const { meta, signal } = erased;
    // An attempt that starts after the read model of erasures has applied the erasure shows no values of the record.
    await this.readModels.waitFor(erasures, await this.streams.store.head(), signal);
    const knownFrom = await this.streams.store.head();
    await this.readModels.waitFor(auditExports, knownFrom, signal);
    for await (const page of this.readModels.pages(auditExports, { filter: MAY_TELL, limit: PAGE }))
      for (const one of page) {
        signal.throwIfAborted();
        if (!(await this.tells(one, erased))) continue;
        const withdraw = (state: AuditExport) => withdrawAuditExport(state, knownFrom);
        await withdrawFile(auditExportFiles, this, one.id, withdraw, stepOf(meta));
      }
  }

  /** Whether the file tells of the record, or may: names that a filter looked for are gone from entries by now. */
  private async tells(
    { filter, leftOut, position }: AuditExportDocument,
    { objectType, recordId }: ErasedRecord,
  ): Promise<boolean> {
    const asked = lasting(without(leftOut, JSON.parse(filter) as Filter));
    const last = BigInt(position);
    const ofRecord = {
      ...{ 'target.id': recordId, 'target.type': objectType },
      ...{ id: { $lte: padded(last) }, $and: [asked] },
    };
    const rows = await this.readModels.find(audit, { filter: ofRecord, sort: ['id'], limit: 1 });
    if (rows.docs.length > 0) return true;
    // Entries may have been purged since.
    const isMeant = matcher(asked);
    const history = this.streams.pages<RecordEvents>(recordStream(objectType, recordId));
    for await (const events of history)
      for (const event of events) {
        if (event.position > last) return false;
        const entry = entryOf(event);
        if (entry && isMeant(entry)) return true;
      }
    return false;
  }
}

/** Paths of an entry that no erasure changes. */
const LASTING =
  /^(?:category|subCategory|action|nonUser|occurredAt|actor\.(?:type|id|userId|keyId)|target\.(?:type|id)|client\.ip|source\.type)$/;

/** What a filter asks of such paths: it finds at least what the filter found before. */
function lasting(filter: Filter): Filter {
  const kept = Object.entries(filter).flatMap(([path, term]): [string, Filter[string]][] => {
    if (path === '$and') return [[path, (term as readonly Filter[]).map(lasting)]];
    if (path === '$or') return (term as readonly Filter[]).every(lasts) ? [[path, term]] : [];
    return LASTING.test(path) ? [[path, term]] : [];
  });
  return Object.fromEntries(kept);
}

const lasts = (filter: Filter): boolean =>
  Object.entries(filter).every(([path, term]) =>
    path === '$and' || path === '$or' ? (term as readonly Filter[]).every(lasts) : LASTING.test(path),
  );
