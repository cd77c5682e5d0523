// One backup: what it holds, its file and how to trust it, and what can be done with it.
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconRefresh, IconRestore } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { JobStatus } from '../../ui/job-status';
import { ButtonLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { Copy, Facts, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { BackupFiles } from './backup-files';
import { BackupProgress } from './backup-progress';
import { backupQuery, isRunning, type Backup } from './backups.queries';
import { FileUntil } from './file-until';
import { HowToVerify } from './how-to-verify';

export default function BackupPage() {
  const { t } = useTranslation('backups');
  const { shortTime } = useFormats();
  const { backupId } = useParams({ from: '/shell/backups/$backupId' });
  const query = useQuery(backupQuery(backupId));
  return (
    <Page
      above={[{ label: t('title'), to: '/backups' }]}
      title={query.data ? t('one.title', { at: shortTime(query.data.asOf) }) : t('one.untitled')}
      lead={query.data && t('one.lead')}
      actions={query.data && <Actions backup={query.data} />}
    >
      <Answer query={query}>{(backup) => <Shown backup={backup} />}</Answer>
    </Page>
  );
}

function Actions({ backup }: { readonly backup: Backup }) {
  const { t } = useTranslation('backups');
  if (backup.status !== 'COMPLETED') return null;
  return (
    <ButtonLink
      to="/restores/new"
      search={{ source: 'backup', backupId: backup.id }}
      leftSection={<IconRestore size={16} aria-hidden />}
    >
      {t('one.restore')}
    </ButtonLink>
  );
}

function Shown({ backup }: { readonly backup: Backup }) {
  const { t } = useTranslation('backups');
  const { number, list } = useFormats();
  const labelOf = useObjectLabel();
  const { id, status, asOf, position, objectTypes, counts, error, waitingFor, warning } = backup;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <Stack>
      {isRunning(backup) && (
        <Card withBorder>
          <BackupProgress backup={backup} />
          {waitingFor !== undefined && <Text size="sm">{t('one.waitingFor', { for: waitingFor })}</Text>}
        </Card>
      )}
      {error !== undefined && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('one.failed')}>
          {error}
        </Alert>
      )}
      {warning !== undefined && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={t('warning')}>
          {warning}
        </Alert>
      )}
      <Card withBorder>
        <Facts
          facts={[
            [t('columns.status'), <JobStatus key="status" status={status} />],
            [t('columns.asOf'), <When key="asOf" at={asOf} />],
            [t('columns.position'), position],
            [t('one.what'), objectTypes ? list(objectTypes.map(labelOf)) : t('allTypes')],
            [
              t('columns.by'),
              <span key="by">
                <Person id={backup.requestedBy} />
                {backup.scheduled && ` (${t('scheduled')})`}, <When at={backup.requestedAt} />
              </span>,
            ],
            backup.completedAt !== undefined && [
              t('one.completed'),
              <When key="at" at={backup.completedAt} />,
            ],
            [
              t('columns.id'),
              <span key="id">
                {id} <Copy value={id} />
              </span>,
            ],
          ]}
        />
      </Card>
      {status === 'COMPLETED' && (
        <>
          <Card withBorder component="section">
            <Stack gap="sm">
              <Title order={2} size="h4">
                {t('one.counts')}
              </Title>
              <Facts
                facts={[
                  ...Object.entries(counts)
                    .toSorted(([, a], [, b]) => b - a)
                    .map(([type, count]) => [labelOf(type), number(count)] as const),
                  [t('one.total'), number(total)],
                ]}
              />
            </Stack>
          </Card>
          <TheFile backup={backup} />
          <BackupFiles backup={backup} />
          <HowToVerify backup={backup} />
        </>
      )}
    </Stack>
  );
}

function TheFile({ backup }: { readonly backup: Backup }) {
  const { t } = useTranslation('backups');
  const { bytes } = useFormats();
  const queries = useQueryClient();
  const { id, sha256, encrypted, fileStatus } = backup;
  const params = { path: { backupId: id } };
  const download = useMutation({
    mutationFn: () => answered(api.POST('/backups/v1/backups/{backupId}/download-link', { params })),
    onSuccess: ({ url }) => {
      // By the console's own host: the server names itself as it is called from outside.
      const { pathname, search } = new URL(url, window.location.href);
      window.location.assign(pathname + search);
    },
  });
  const rebuild = useMutation({
    mutationFn: () => answered(api.POST('/backups/v1/backups/{backupId}/rebuild', { params })),
    onSuccess: (now) => {
      queries.setQueryData(backupQuery(id).queryKey, now);
      tellDone(t('one.rebuilding'));
    },
  });
  const isThere = fileStatus === 'AVAILABLE';
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('one.file')}
          </Title>
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              loading={rebuild.isPending}
              onClick={() => rebuild.mutate()}
              leftSection={<IconRefresh size={16} aria-hidden />}
            >
              {t('one.rebuild')}
            </Button>
            {isThere && (
              <Button
                size="xs"
                loading={download.isPending}
                onClick={() => download.mutate()}
                leftSection={<IconDownload size={16} aria-hidden />}
              >
                {t('one.download')}
              </Button>
            )}
          </Group>
        </Group>
        {!isThere && <Text size="sm">{t(backup.withdrawn ? 'one.withdrawnText' : 'one.expiredText')}</Text>}
        <Facts
          facts={[
            [t('columns.file'), <FileUntil key="until" backup={backup} />],
            backup.bytes !== undefined && [t('columns.size'), bytes(backup.bytes)],
            sha256 !== undefined && ['SHA-256', <Hash key="sha" value={sha256} />],
            encrypted && [t('one.encryptedTo'), <Hash key="to" value={encrypted.to} />],
            encrypted && [
              t('one.encryptedFile'),
              <span key="as">
                {bytes(encrypted.bytes)} · <Hash value={encrypted.sha256} />
              </span>,
            ],
          ]}
        />
        <Text size="xs" c="dimmed">
          {t(encrypted ? 'one.fileNoteEncrypted' : 'one.fileNote')}
        </Text>
        {download.error && <Failure error={download.error} onDismiss={download.reset} />}
        {rebuild.error && <Failure error={rebuild.error} onDismiss={rebuild.reset} />}
      </Stack>
    </Card>
  );
}

export function Hash({ value }: { readonly value: string }) {
  return (
    <Text span ff="monospace" size="xs" style={{ overflowWrap: 'anywhere' }}>
      {value} <Copy value={value} />
    </Text>
  );
}
