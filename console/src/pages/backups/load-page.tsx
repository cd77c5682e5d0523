// One load: what a dry run says it would do and the way to do it, or how far it is and what came of it.
import { Alert, Badge, Button, Card, Group, Stack, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { confirm } from '../../ui/confirm';
import { JobStatus } from '../../ui/job-status';
import { ButtonLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { JobProgress } from '../../ui/progress';
import { Copy, Facts, When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { isRunning, loadQuery, type Load } from './backups.queries';
import { LoadErrors } from './load-errors';
import { LoadPlan } from './load-plan';
import { LoadNow } from './load-now';

export default function LoadPage() {
  const { t } = useTranslation('backups');
  const { loadId } = useParams({ from: '/shell/loads/$loadId' });
  const query = useQuery(loadQuery(loadId));
  return (
    <Page
      above={[
        { label: t('title'), to: '/backups' },
        { label: t('load.title'), to: '/loads' },
      ]}
      title={query.data?.fileName || t('load.one')}
      lead={query.data && t(query.data.dryRun ? 'load.leadDryRun' : 'load.leadOne')}
      actions={query.data && <Undo load={query.data} />}
    >
      <Answer query={query}>{(load) => <Shown key={load.id} load={load} />}</Answer>
    </Page>
  );
}

/** Only what has brought something in can be taken back. */
function Undo({ load }: { readonly load: Load }) {
  const { t } = useTranslation('backups');
  const hasRecords = Object.values(load.counts.records).some((count) => count > 0);
  if (load.dryRun || isRunning(load) || !hasRecords) return null;
  return (
    <ButtonLink
      to="/restores/new"
      search={{ source: 'cause', cause: 'loadId', causeId: load.id }}
      variant="default"
      leftSection={<IconArrowBackUp size={16} aria-hidden />}
    >
      {t('load.undo')}
    </ButtonLink>
  );
}

function Shown({ load }: { readonly load: Load }) {
  const { t } = useTranslation('backups');
  const { id, status, dryRun, error, plan } = load;
  const isDone = status === 'COMPLETED';
  return (
    <Stack>
      {isRunning(load) && <Running load={load} />}
      {error !== undefined && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('load.failed')}>
          {error}
        </Alert>
      )}
      <Card withBorder>
        <Facts
          facts={[
            [
              t('columns.status'),
              <Group key="status" gap={6}>
                <JobStatus status={status} />
                {dryRun && <Badge variant="default">{t('load.dryRun')}</Badge>}
              </Group>,
            ],
            [
              t('columns.by'),
              <span key="by">
                <Person id={load.requestedBy} />, <When at={load.requestedAt} />
              </span>,
            ],
            load.endedAt !== undefined && [t('load.ended'), <When key="ended" at={load.endedAt} />],
            [
              t('columns.id'),
              <span key="id">
                {id} <Copy value={id} />
              </span>,
            ],
          ]}
        />
      </Card>
      {!dryRun && !isRunning(load) && <Counts load={load} />}
      {plan && dryRun && isDone && <LoadNow load={load} plan={plan} />}
      {plan && <LoadPlan plan={plan} isDryRun={dryRun} />}
      {!dryRun && <LoadErrors load={load} />}
    </Stack>
  );
}

function Running({ load }: { readonly load: Load }) {
  const { t } = useTranslation('backups');
  const queries = useQueryClient();
  const params = { path: { loadId: load.id } };
  const settle = (now: Load) => {
    const known = queries.getQueryData(loadQuery(load.id).queryKey);
    // The stream tells of the progress alone; the plan comes with the answer for the one load.
    queries.setQueryData(loadQuery(load.id).queryKey, { ...known, ...now });
    if (!isRunning(now)) void queries.invalidateQueries({ queryKey: ['loads'] });
  };
  const cancel = useMutation({
    mutationFn: () => answered(api.POST('/backups/v1/loads/{loadId}/cancel', { params })),
    onSuccess: (now) => {
      settle(now);
      tellDone(t('load.cancelled'));
    },
    onError: tellFailure,
  });
  const ask = async () => {
    const text = t(load.dryRun ? 'load.cancelDryRunText' : 'load.cancelText');
    if (await confirm({ title: t('load.cancelTitle'), text, confirm: t('load.cancel') })) cancel.mutate();
  };
  return (
    <Card withBorder>
      <Group align="flex-end">
        <div style={{ flex: 1, minWidth: 200 }}>
          <JobProgress<Load>
            path={`/backups/v1/loads/${load.id}/progress`}
            initial={load.progress}
            label={t('load.progress')}
            onEvent={settle}
          />
        </div>
        <Button variant="default" loading={cancel.isPending} onClick={() => void ask()}>
          {t('load.cancel')}
        </Button>
      </Group>
    </Card>
  );
}

function Counts({ load }: { readonly load: Load }) {
  const { t } = useTranslation('backups');
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const { records, ...counts } = load.counts;
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('load.cameIn')}
        </Title>
        <Facts
          facts={[
            ...Object.entries(records).map(([type, count]) => [labelOf(type), number(count)] as const),
            [t('load.counts.associated'), number(counts.associated)],
            counts.definitions > 0 && [t('load.counts.definitions'), number(counts.definitions)],
            counts.mapped > 0 && [t('load.counts.mapped'), number(counts.mapped)],
            [t('load.counts.notLoaded'), number(counts.notLoaded)],
            [t('load.counts.valuesLeftOut'), number(counts.valuesLeftOut)],
            [t('load.counts.associationErrors'), number(counts.associationErrors)],
          ]}
        />
      </Stack>
    </Card>
  );
}
