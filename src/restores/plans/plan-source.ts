// The position that a restore plan goes back to: that of a backup, or one given by a time or a position.
import type { BackupEvents } from '../../backups/backup.events';
import type { Streams } from '../../eventsourcing/streams';
import type { TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import type { PlanRequest } from '../restore.bodies';

const POSITION = /^\d{1,19}$/;
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * The position of a source, not after the head. Refuses a source that is unknown, unreadable or in the future, saying
 * which.
 */
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

/** Read from the backup's stream, so that a backup requested a moment ago is known. */
async function positionOfBackup(backupId: string, streams: Streams): Promise<bigint> {
  const history = /^\d{1,20}$/.test(backupId)
    ? await streams.history<BackupEvents>(`backup-${backupId}`)
    : [];
  for (const event of history) if (event.type === 'backup.requested.v1') return BigInt(event.data.position);
  throw new Refusal('restore-backup-unknown');
}

const invalid = (problem: string): Refusal =>
  new Refusal('input-invalid', { message: `source.asOf: ${problem}` });
