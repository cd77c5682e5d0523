// Loads of backups into this account: begin one with a ZIP, and see those that there were.
import { Badge, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table';
import { JobStatus } from '../../ui/job-status';
import { TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { keptPageSize, Pager } from '../../ui/pager';
import { Person } from '../../ui/person';
import { When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { loadsQuery, type Load } from './backups.queries';
import { NewLoad } from './new-load';

export const loadedRecords = ({ counts }: Load): number =>
  Object.values(counts.records).reduce((sum, count) => sum + count, 0);

export default function LoadListPage() {
  const { t } = useTranslation('backups');
  const { number } = useFormats();
  const { after, limit } = useSearch({ from: '/shell/loads' });
  const navigate = useNavigate({ from: '/loads' });
  const size = Number(limit ?? keptPageSize());
  const query = useQuery(loadsQuery({ limit: size, after }));
  const columns: Column<Load>[] = [
    {
      id: 'file',
      label: t('load.file'),
      isFixed: true,
      cell: ({ id, fileName }) => (
        <TextLink to="/loads/$loadId" params={{ loadId: id }}>
          {fileName || id}
        </TextLink>
      ),
    },
    {
      id: 'status',
      label: t('columns.status'),
      cell: ({ status, dryRun }) => (
        <Group gap={6}>
          <JobStatus status={status} />
          {dryRun && (
            <Badge variant="default" size="sm">
              {t('load.dryRun')}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      id: 'records',
      label: t('load.records'),
      isNumber: true,
      cell: (load) => (load.dryRun ? '—' : number(loadedRecords(load))),
    },
    {
      id: 'errors',
      label: t('load.leftOut'),
      isNumber: true,
      cell: ({ counts }) => number(counts.notLoaded + counts.valuesLeftOut + counts.associationErrors),
    },
    { id: 'by', label: t('columns.by'), cell: ({ requestedBy }) => <Person id={requestedBy} /> },
    { id: 'at', label: t('columns.requestedAt'), cell: ({ requestedAt }) => <When at={requestedAt} /> },
    { id: 'id', label: t('columns.id'), isHidden: true, cell: ({ id }) => id },
  ];
  return (
    <Page above={[{ label: t('title'), to: '/backups' }]} title={t('load.title')} lead={t('load.lead')}>
      <Answer query={query}>
        {({ results, paging }) => (
          <Stack>
            <NewLoad />
            <Stack gap={4}>
              <Title order={2} size="h4">
                {t('load.listTitle')}
              </Title>
              <DataTable
                name="loads"
                label={t('load.listTitle')}
                columns={columns}
                rows={results}
                idOf={({ id }) => id}
                empty={<Empty title={t('load.emptyTitle')} text={t('load.emptyText')} />}
              />
            </Stack>
            <Pager
              after={after}
              next={paging?.next.after}
              size={size}
              onPage={(to) => void navigate({ search: (now) => ({ ...now, after: to }) })}
              onSize={(to) => void navigate({ search: { limit: String(to) } })}
            />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
