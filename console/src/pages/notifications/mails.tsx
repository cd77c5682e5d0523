// Mails to users, with what has become of them: those that failed first of all.
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table';
import { PageLink } from '../../ui/page-link';
import { keptPageSize, Pager } from '../../ui/pager';
import { Status, Value, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { useKindName } from './kind-name';
import { mailsQuery, mailStatuses, type Mail } from './notifications.queries';

export function Mails() {
  const { t } = useTranslation('notifications');
  const { number } = useFormats();
  const kindName = useKindName();
  const { status: asked, after, limit } = useSearch({ from: '/shell/notifications' });
  const navigate = useNavigate({ from: '/notifications' });
  const status = mailStatuses.find((one) => one === asked);
  const size = Number(limit) || keptPageSize();
  const query = useQuery(mailsQuery({ limit: size, after, status }));
  const columns: Column<Mail>[] = [
    {
      id: 'queuedAt',
      label: t('mails.queuedAt'),
      isFixed: true,
      cell: ({ queuedAt }) => <When at={queuedAt} />,
    },
    { id: 'kind', label: t('mails.kind'), cell: ({ kind }) => kindName(kind) },
    {
      id: 'to',
      label: t('mails.to'),
      cell: ({ userId }) => <PageLink path={`/settings/v3/users/${userId}`}>{userId}</PageLink>,
    },
    {
      id: 'status',
      label: t('mails.status'),
      cell: ({ status }) => <Status status={status} label={t(`mailStatus.${status}`)} />,
    },
    { id: 'attempts', label: t('mails.attempts'), isNumber: true, cell: ({ attempts }) => number(attempts) },
    { id: 'reason', label: t('mails.reason'), cell: ({ reason }) => <Value value={reason} /> },
    {
      id: 'dueAt',
      label: t('mails.dueAt'),
      isHidden: true,
      cell: ({ status, dueAt }) => (status === 'QUEUED' ? <When at={dueAt} /> : <Value value="" />),
    },
    {
      id: 'endedAt',
      label: t('mails.endedAt'),
      isHidden: true,
      cell: ({ endedAt }) => (endedAt === null ? <Value value="" /> : <When at={endedAt} />),
    },
  ];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('mails.lead')}
      </Text>
      <SegmentedControl
        aria-label={t('mails.filter')}
        style={{ alignSelf: 'flex-start' }}
        value={status ?? ''}
        onChange={(chosen) =>
          void navigate({ search: { tab: 'mails', ...(chosen !== '' && { status: chosen }) } })
        }
        data={[
          { value: '', label: t('mails.all') },
          ...mailStatuses.map((value) => ({ value, label: t(`mailStatus.${value}`) })),
        ]}
      />
      <Answer query={query}>
        {({ results, paging }) => (
          <>
            <DataTable
              name="mails"
              label={t('mails.label')}
              columns={columns}
              rows={results}
              idOf={({ id }) => id}
              empty={
                <Empty
                  title={t('mails.empty.title')}
                  text={t(status === 'FAILED' ? 'mails.empty.failed' : 'mails.empty.any')}
                />
              }
            />
            <Pager
              after={after}
              next={paging?.next.after}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next! }) })}
              size={size}
              onSize={(chosen) =>
                void navigate({ search: ({ after: _, ...now }) => ({ ...now, limit: String(chosen) }) })
              }
            />
          </>
        )}
      </Answer>
    </Stack>
  );
}
