// The position a plan goes back to: of a backup, or of an instant or position that was named.
import type { BackupEvents } from '../../backups/backup.events';
import type { Streams } from '../../eventsourcing/streams';
import type { TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import type { PlanRequest } from '../restore.bodies';

const POSITION = /^\d{1,19}$/;
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** Not later than the head. Refuses what is unknown, unreadable or in the future, saying which. */
export async function positionOf(
  source: PlanRequest['source'],
  head: bigint,
  streams: Streams,
  timeIndex: TimeIndex,
): Promise<bigint> {
  if ('backupId' in source) return positionOfBackup(source.backupId, streams);
  const { asOf } = source;
  if (POSITION.test(asOf)) {
    if (BigInt(asOf) > head) throw invalid(`is in the future: the newest position is ${head}`);
    return timeIndex.eventAtOrBefore(BigInt(asOf));
  }
  const time = TIME.test(asOf) ? new Date(asOf) : new Date(NaN);
  if (Number.isNaN(time.getTime())) throw invalid('must be an ISO 8601 time with its offset, or a position');
  if (time.getTime() > Date.now()) throw invalid('is in the future');
  const position = await timeIndex.positionAt(time);
  return position < head ? position : head;
}

/** From its stream, so that a backup asked for a moment ago is known. */
async function positionOfBackup(backupId: string, streams: Streams): Promise<bigint> {
  const history = /^\d{1,20}$/.test(backupId)
    ? await streams.history<BackupEvents>(`backup-${backupId}`)
    : [];
  for (const event of history) if (event.type === 'backup.requested.v1') return BigInt(event.data.position);
  throw new Refusal('restore-backup-unknown');
}

const invalid = (problem: string): Refusal =>
  new Refusal('input-invalid', { message: `source.asOf: ${problem}` });
