// What can be done with an export from its row: fetch the file, or cancel it while it is on its way.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DownloadButton } from '../../ui/download-button';
import { isUnderWay } from './exports.queries';

interface Props {
  readonly status: string;
  readonly fileStatus: 'AVAILABLE' | 'EXPIRED' | 'NONE';
  readonly name: string;
  readonly link: () => Promise<string>;
  readonly onCancel: () => void;
  readonly isBusy: boolean;
}

export function RowActions({ status, fileStatus, name, link, onCancel, isBusy }: Props) {
  const { t } = useTranslation(['exports', 'common']);
  if (fileStatus === 'AVAILABLE')
    return (
      <DownloadButton size="xs" variant="default" link={link} aria-label={t('downloadNamed', { name })}>
        {t('download')}
      </DownloadButton>
    );
  if (isUnderWay(status))
    return (
      <Button
        size="xs"
        variant="default"
        loading={isBusy}
        onClick={onCancel}
        aria-label={t('cancelNamed', { name })}
      >
        {t('common:actions.cancel')}
      </Button>
    );
  return fileStatus === 'EXPIRED' ? <>{t('file.EXPIRED')}</> : null;
}
