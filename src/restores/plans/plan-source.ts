// The position that a restore plan goes back to: that of a backup, or one given by a time or a position.
import type { BackupEvents } from '../../backups/backup.events';
import type { Streams } from '../../eventsourcing/streams';
import { positionOfInstant, type TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import type { PlanRequest } from '../restore.bodies';

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
  return positionOfInstant({ asOf: source.asOf, field: 'source.asOf' }, head, timeIndex);
}

/** Read from the backup's stream, so that a backup requested a moment ago is known. */
async function positionOfBackup(backupId: string, streams: Streams): Promise<bigint> {
  const history = /^\d{1,20}$/.test(backupId)
    ? await streams.history<BackupEvents>(`backup-${backupId}`)
    : [];
  for (const event of history) if (event.type === 'backup.requested.v2') return BigInt(event.data.position);
  throw new Refusal('restore-backup-unknown');
}
