// All backups, newest first, with what is under way; taking one now, and the schedule that takes them by itself.
import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDatabaseExport, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table';
import { JobStatus } from '../../ui/job-status';
import { ButtonLink, TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { keptPageSize, Pager } from '../../ui/pager';
import { Person } from '../../ui/person';
import { When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { BackupProgress } from './backup-progress';
import { backupsQuery, isRunning, type Backup } from './backups.queries';
import { ScheduleCard } from './schedule-card';
import { TakeBackup } from './take-backup';
import { FileUntil } from './file-until';

export const recordsOf = ({ counts }: Backup): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

export default function BackupListPage() {
  const { t } = useTranslation('backups');
  const { number, bytes } = useFormats();
  const { after, limit } = useSearch({ from: '/shell/backups' });
  const navigate = useNavigate({ from: '/backups' });
  const [isTaking, { open, close }] = useDisclosure();
  const size = Number(limit ?? keptPageSize());
  const query = useQuery(backupsQuery({ limit: size, after }));

  const columns: Column<Backup>[] = [
    {
      id: 'asOf',
      label: t('columns.asOf'),
      isFixed: true,
      cell: ({ id, asOf }) => (
        <TextLink to="/backups/$backupId" params={{ backupId: id }}>
          <When at={asOf} />
        </TextLink>
      ),
    },
    {
      id: 'status',
      label: t('columns.status'),
      cell: (backup) =>
        isRunning(backup) ? <BackupProgress backup={backup} isBrief /> : <JobStatus status={backup.status} />,
    },
    {
      id: 'records',
      label: t('columns.records'),
      isNumber: true,
      cell: (backup) => (backup.status === 'COMPLETED' ? number(recordsOf(backup)) : '—'),
    },
    {
      id: 'size',
      label: t('columns.size'),
      isNumber: true,
      cell: (backup) => (backup.bytes === undefined ? '—' : bytes(backup.encrypted?.bytes ?? backup.bytes)),
    },
    {
      id: 'by',
      label: t('columns.by'),
      cell: ({ requestedBy, scheduled }) => (
        <Group gap={6}>
          <Person id={requestedBy} />
          {scheduled && (
            <Badge variant="default" size="sm">
              {t('scheduled')}
            </Badge>
          )}
        </Group>
      ),
    },
    { id: 'file', label: t('columns.file'), cell: (backup) => <FileUntil backup={backup} /> },
    {
      id: 'requestedAt',
      label: t('columns.requestedAt'),
      isHidden: true,
      cell: ({ requestedAt }) => <When at={requestedAt} />,
    },
    { id: 'position', label: t('columns.position'), isNumber: true, cell: ({ position }) => position },
    { id: 'id', label: t('columns.id'), isHidden: true, cell: ({ id }) => id },
  ];

  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <ButtonLink to="/loads" variant="default" leftSection={<IconUpload size={16} aria-hidden />}>
            {t('toLoads')}
          </ButtonLink>
          <Button onClick={open} leftSection={<IconDatabaseExport size={16} aria-hidden />}>
            {t('take.open')}
          </Button>
        </>
      }
    >
      <Answer query={query}>
        {({ results, paging }) => (
          <Stack>
            <ScheduleCard />
            <Stack gap={4}>
              <Title order={2} size="h4">
                {t('listTitle')}
              </Title>
              <DataTable
                name="backups"
                label={t('listTitle')}
                columns={columns}
                rows={results}
                idOf={({ id }) => id}
                empty={
                  <Empty
                    title={t('empty.title')}
                    text={t('empty.text')}
                    action={<Button onClick={open}>{t('take.open')}</Button>}
                  />
                }
              />
            </Stack>
            <Pager
              after={after}
              next={paging?.next.after}
              size={size}
              onPage={(to) => void navigate({ search: (now) => ({ ...now, after: to }) })}
              onSize={(to) => void navigate({ search: { limit: String(to) } })}
            />
            <Text size="xs" c="dimmed">
              {t('listNote')}
            </Text>
          </Stack>
        )}
      </Answer>
      <TakeBackup isOpen={isTaking} onClose={close} />
    </Page>
  );
}
