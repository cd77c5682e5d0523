// What whoever takes, fetches, loads or tries backups may be refused with: rows of the table of refusals.
import { conflict, invalid, notFound, row } from '../supervision/refusal-row.vocabulary';

export const backupRefusals = {
  'backup-unknown': notFound('No such backup'),
  'backup-quota': row(
    429,
    'BACKUP_QUOTA',
    'The account has made all the backups it may for now; see nextAllowedAt',
    'BACKUP_QUOTA',
  ),
  'backup-schedule-too-dense': row(
    400,
    'VALIDATION_ERROR',
    'The schedule has backups due closer together than the quota allows',
    'BACKUP_SCHEDULE_TOO_DENSE',
  ),
  'drill-unknown': notFound('No such drill'),
  'drill-pending': conflict('A drill is under way: follow it, or cancel it', 'DRILL_PENDING'),
  'drill-ended': conflict('The drill has ended: there is nothing to cancel'),
  'backup-as-of-future': invalid('asOf must not lie in the future or after the end of the log'),
  'backup-ended': conflict('The backup has ended: there is nothing to cancel'),
  'backup-cancelled': conflict('The backup was cancelled: ask for a new one with its position as asOf'),
  'backup-file-none': notFound('The backup has no file yet', 'BACKUP_FILE_NONE'),
  'backup-manifest-none': notFound(
    'The file was built by a version that kept no manifests: have it built again',
    'BACKUP_MANIFEST_NONE',
  ),
  'backup-file-expired': notFound(
    'The file has been deleted after its time; the backup can be built again',
    'BACKUP_FILE_EXPIRED',
  ),
  'backup-withdrawn': notFound(
    'A record in the file has been erased, so the file was deleted; the backup can be built again',
    'BACKUP_WITHDRAWN',
  ),
  'backup-link-invalid': row(
    403,
    'FORBIDDEN',
    'The download link has expired or is not one of ours',
    'LINK_EXPIRED',
  ),
  'load-unknown': notFound('No such load'),
  'load-ended': conflict('The load has ended: there is nothing to cancel'),
  'load-errors-expired': notFound('The list of what did not fit has been deleted, 90 days after the load'),
  'load-request-invalid': invalid('The request to load a ZIP is not valid'),
};
