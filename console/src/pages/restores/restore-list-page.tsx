// Plans of restores, and the restores that were carried out.
import { Stack, Tabs } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table';
import { JobStatus } from '../../ui/job-status';
import { ButtonLink, TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { keptPageSize, Pager } from '../../ui/pager';
import { Person } from '../../ui/person';
import { ProgressBar } from '../../ui/progress';
import { When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { useSourceText } from './policy';
import { isRunning, plansQuery, restoresQuery, type Plan, type Restore } from './restores.queries';

export default function RestoreListPage() {
  const { t } = useTranslation('restores');
  const { tab = 'plans' } = useSearch({ from: '/shell/restores' });
  const navigate = useNavigate({ from: '/restores' });
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <ButtonLink to="/restores/new" leftSection={<IconRestore size={16} aria-hidden />}>
          {t('new.open')}
        </ButtonLink>
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(to) => void navigate({ search: { tab: to === 'plans' ? undefined : to! } })}
      >
        <Tabs.List>
          <Tabs.Tab value="plans">{t('tabs.plans')}</Tabs.Tab>
          <Tabs.Tab value="restores">{t('tabs.restores')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="plans" pt="md">
          <Plans />
        </Tabs.Panel>
        <Tabs.Panel value="restores" pt="md">
          <Restores />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function usePaging() {
  const { after, limit } = useSearch({ from: '/shell/restores' });
  const navigate = useNavigate({ from: '/restores' });
  return {
    ...{ after, size: Number(limit ?? keptPageSize()) },
    onPage: (to: string | undefined) => void navigate({ search: (now) => ({ ...now, after: to }) }),
    onSize: (to: number) =>
      void navigate({ search: (now) => ({ ...now, after: undefined, limit: String(to) }) }),
  };
}

function Plans() {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const { onPage, onSize, after, size } = usePaging();
  const sourceText = useSourceText();
  const query = useQuery(plansQuery({ limit: size, after }));
  const columns: Column<Plan>[] = [
    {
      id: 'plan',
      label: t('columns.plan'),
      isFixed: true,
      cell: (plan) => (
        <TextLink to="/restores/plans/$planId" params={{ planId: plan.id }}>
          {sourceText(plan)}
        </TextLink>
      ),
    },
    { id: 'status', label: t('columns.status'), cell: ({ status }) => <JobStatus status={status} /> },
    {
      id: 'records',
      label: t('columns.records'),
      isNumber: true,
      cell: ({ summary }) => (summary ? number(summary.records) : '—'),
    },
    {
      id: 'changes',
      label: t('columns.changes'),
      isNumber: true,
      cell: ({ summary }) => (summary ? number(summary.changes) : '—'),
    },
    { id: 'by', label: t('columns.by'), cell: ({ requestedBy }) => <Person id={requestedBy} /> },
    { id: 'at', label: t('columns.at'), cell: ({ requestedAt }) => <When at={requestedAt} /> },
    {
      id: 'expires',
      label: t('columns.expires'),
      isHidden: true,
      cell: ({ expiresAt }) => (expiresAt === undefined ? '—' : <When at={expiresAt} />),
    },
    { id: 'id', label: t('columns.id'), isHidden: true, cell: ({ id }) => id },
  ];
  return (
    <Answer query={query}>
      {({ results, paging }) => (
        <Stack>
          <DataTable
            name="plans"
            label={t('tabs.plans')}
            columns={columns}
            rows={results}
            idOf={({ id }) => id}
            empty={
              <Empty
                title={t('empty.plans')}
                text={t('empty.plansText')}
                action={<ButtonLink to="/restores/new">{t('new.open')}</ButtonLink>}
              />
            }
          />
          <Pager after={after} next={paging?.next.after} size={size} onPage={onPage} onSize={onSize} />
        </Stack>
      )}
    </Answer>
  );
}

function Restores() {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const { onPage, onSize, after, size } = usePaging();
  const query = useQuery(restoresQuery({ limit: size, after }));
  const columns: Column<Restore>[] = [
    {
      id: 'restore',
      label: t('columns.restore'),
      isFixed: true,
      cell: ({ id, requestedAt }) => (
        <TextLink to="/restores/$restoreId" params={{ restoreId: id }}>
          <When at={requestedAt} />
        </TextLink>
      ),
    },
    {
      id: 'status',
      label: t('columns.status'),
      cell: (restore) =>
        isRunning(restore) ? (
          <ProgressBar progress={restore.progress} label={t('restore.progress')} />
        ) : (
          <JobStatus status={restore.status} />
        ),
    },
    {
      id: 'restored',
      label: t('outcomes.restored'),
      isNumber: true,
      cell: ({ outcomes }) => (outcomes ? number(outcomes.changed + outcomes.recreated) : '—'),
    },
    {
      id: 'drifted',
      label: t('outcomes.drifted'),
      isNumber: true,
      cell: ({ outcomes }) => (outcomes ? number(outcomes.drifted) : '—'),
    },
    {
      id: 'refused',
      label: t('outcomes.refused'),
      isNumber: true,
      cell: ({ outcomes }) => (outcomes ? number(outcomes.refused) : '—'),
    },
    { id: 'by', label: t('columns.by'), cell: ({ requestedBy }) => <Person id={requestedBy} /> },
    {
      id: 'plan',
      label: t('columns.plan'),
      cell: ({ planId }) => (
        <TextLink to="/restores/plans/$planId" params={{ planId }}>
          {planId}
        </TextLink>
      ),
    },
    { id: 'id', label: t('columns.id'), isHidden: true, cell: ({ id }) => id },
  ];
  return (
    <Answer query={query}>
      {({ results, paging }) => (
        <Stack>
          <DataTable
            name="restores"
            label={t('tabs.restores')}
            columns={columns}
            rows={results}
            idOf={({ id }) => id}
            empty={<Empty title={t('empty.restores')} text={t('empty.restoresText')} />}
          />
          <Pager after={after} next={paging?.next.after} size={size} onPage={onPage} onSize={onSize} />
        </Stack>
      )}
    </Answer>
  );
}
