// All jobs of the account in one place: what runs comes first, with how far it is, and what was done lately below.
import { Alert, Button, Group, Select, Stack } from '@mantine/core';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/session';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { JobStatus } from '../../ui/job-status';
import { Page } from '../../ui/page';
import { PageLink } from '../../ui/page-link';
import { Person } from '../../ui/person';
import { JobProgress, ProgressBar } from '../../ui/progress';
import { When } from '../../ui/shown';
import { Empty, Failure, Loading } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { cancelJob, inOrder, isRunning, jobsQuery, SOURCES, type Job } from './jobs.queries';

/** Browsers keep few connections to one host open: so many jobs are followed live, others are asked for every few seconds. */
const FOLLOWED = 3;

export default function JobsPage() {
  const { t } = useTranslation('jobs');
  const me = useMe();
  const { kind } = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const sources = SOURCES.filter(({ scope }) => may(me, scope));
  const shown = sources.filter((source) => kind === undefined || source.kind === kind);
  const queries = useQueries({ queries: shown.map(jobsQuery) });
  const jobs = inOrder(queries.flatMap(({ data }) => data ?? []));
  const errors = queries.flatMap(({ error, data }) => (error && !data ? [error] : []));
  const isLoading = queries.some(({ isPending }) => isPending);
  const followed = new Set(
    jobs
      .filter(isRunning)
      .slice(0, FOLLOWED)
      .map(({ page }) => page),
  );
  const columns: Column<Job>[] = [
    {
      id: 'job',
      label: t('job'),
      isFixed: true,
      cell: (job) => (
        <PageLink path={job.page}>
          {t(`kinds.${job.kind}`)} {job.name ?? job.id}
        </PageLink>
      ),
    },
    {
      id: 'status',
      label: t('status'),
      cell: (job) =>
        isRunning(job) ? (
          <Running key={job.page} job={job} isFollowed={followed.has(job.page)} />
        ) : (
          <JobStatus status={job.status} />
        ),
    },
    { id: 'by', label: t('by'), cell: ({ by }) => <Person id={by} /> },
    { id: 'at', label: t('at'), cell: ({ at }) => <When at={at} /> },
    { id: 'id', label: t('id'), isHidden: true, cell: ({ id }) => id },
  ];
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Stack>
        {sources.length > 0 && (
          <Select
            label={t('kind')}
            placeholder={t('allKinds')}
            data={sources.map((source) => ({ value: source.kind, label: t(`kinds.${source.kind}`) }))}
            value={kind ?? null}
            clearable
            maw={280}
            onChange={(chosen) => void navigate({ search: { kind: chosen ?? undefined } })}
          />
        )}
        {sources.length === 0 && <Alert color="gray">{t('noRight')}</Alert>}
        {errors.map((error, index) => (
          <Failure key={index} error={error} />
        ))}
        {isLoading && jobs.length === 0 ? (
          <Loading />
        ) : (
          <DataTable
            name="jobs"
            label={t('title')}
            columns={columns}
            rows={jobs}
            idOf={({ page }) => page}
            empty={<Empty title={t('none')} text={t('noneText')} />}
          />
        )}
      </Stack>
    </Page>
  );
}

interface RunningProps {
  readonly job: Job;
  readonly isFollowed: boolean;
}

function Running({ job, isFollowed }: RunningProps) {
  const { t } = useTranslation(['jobs', 'common']);
  const queries = useQueryClient();
  const again = () => void queries.invalidateQueries({ queryKey: ['jobs', job.kind] });
  const cancel = useMutation({
    mutationFn: () => cancelJob(job),
    onSuccess: () => tellDone(t('cancelled')),
    onError: tellFailure,
    onSettled: again,
  });
  const ask = async () => {
    const name = `${t(`kinds.${job.kind}`)} ${job.name ?? job.id}`;
    const text = t(`cancelText.${job.kind}`);
    if (await confirm({ title: t('cancelTitle', { name }), text, confirm: t('cancel') })) cancel.mutate();
  };
  const initial = job.progress ?? { done: 0, total: 0 };
  return (
    <Group gap="xs" wrap="nowrap">
      <div style={{ flex: 1, minWidth: 160 }}>
        {isFollowed ? (
          <JobProgress<Followed>
            path={job.follow}
            initial={initial}
            label={t('progress')}
            isBrief
            onEvent={({ status, state }) => {
              const now = status ?? state;
              if (now !== undefined && !isRunning({ status: now })) again();
            }}
          />
        ) : (
          <ProgressBar progress={initial} label={t('progress')} />
        )}
      </div>
      <Button size="compact-xs" variant="default" loading={cancel.isPending} onClick={() => void ask()}>
        {t('common:actions.cancel')}
      </Button>
    </Group>
  );
}

interface Followed {
  readonly progress?: { readonly done: number; readonly total?: number | null };
  readonly status?: string;
  /** Imports call it so. */
  readonly state?: string;
}
