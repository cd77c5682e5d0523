// Whether the file of a backup can be fetched, and until when.
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { When } from '../../ui/shown';
import { isRunning, type Backup } from './backups.queries';

export function FileUntil({ backup }: { readonly backup: Backup }) {
  const { t } = useTranslation('backups');
  if (backup.fileStatus === 'AVAILABLE') return <When at={backup.fileExpiresAt} />;
  const why = isRunning(backup)
    ? undefined
    : backup.withdrawn
      ? 'withdrawn'
      : backup.fileStatus === 'EXPIRED'
        ? 'expired'
        : undefined;
  return (
    <Text span size="sm" c="dimmed">
      {why ? t(`file.${why}`) : '—'}
    </Text>
  );
}
